"""`python -m unstuck`, and the command `unstuck`."""

from typing import NoReturn

from unstuck.cli import main
from unstuck.cli.process import leave
from unstuck.late import put_off_methods


def run() -> NoReturn:
    """The command line as a process."""
    put_off_methods()
    leave(main())


if __name__ == "__main__":
    run()
