"""Unstuck finds, proves and fixes goroutine leaks in Go programs."""

__version__ = "0.1.0"
