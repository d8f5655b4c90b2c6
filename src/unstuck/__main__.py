"""`python -m unstuck`."""

import sys

from unstuck.cli import main

if __name__ == "__main__":
    sys.exit(main())
