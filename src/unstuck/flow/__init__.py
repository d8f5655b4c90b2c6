"""Control flow of one function body, and walking its paths. Knows syntax and types, nothing of rules."""
