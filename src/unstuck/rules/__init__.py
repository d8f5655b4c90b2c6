"""Leaks and source -> findings. One module is one rule; its docstring is the rule's page of the manual."""
