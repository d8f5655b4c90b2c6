"""Concurrency IR: what is left of Go when only what decides blocking is kept."""
