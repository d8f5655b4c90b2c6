"""Random concurrent Go programs, run for real and explored: the two must agree (`python -m fuzz`)."""
