"""The cures, one module each; see unstuck.fixes."""
