"""Measuring harnesses: the tool against leaks known to be real. Run as `python -m benchmarks.NAME`."""
