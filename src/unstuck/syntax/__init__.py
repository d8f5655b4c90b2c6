"""Text to tree. The only package that knows tree-sitter."""
