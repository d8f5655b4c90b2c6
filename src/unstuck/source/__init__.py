"""What is on disk: files, modules, packages, Markdown notes."""
