"""IR to states to leaks: the abstract Go machine, the search, the verdict, the witness."""
