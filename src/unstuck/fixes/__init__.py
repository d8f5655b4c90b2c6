"""Findings to edits, one file a fix; each is analysed again before it is offered."""
