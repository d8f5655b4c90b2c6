"""What testdata promises (`expect`) and what a real Go says to it (`native`)."""
