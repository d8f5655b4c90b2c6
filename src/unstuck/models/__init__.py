"""Library models: Go sources that stand in for packages, analysed like other code.

`<import path>.go` declares what of the package matters; functions without a body are operations of the
machine (ir/library.py) or unknown code.
"""
