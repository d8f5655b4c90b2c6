"""Tree to names and types. What cannot be resolved is `Unknown`, which is a fine answer."""
