"""`python -m unstuck`, and the command `unstuck`."""

from typing import NoReturn

from unstuck.cli import main
from unstuck.cli.process import leave
from unstuck.late import make_dataclasses_quickly

make_dataclasses_quickly()  # worker processes import this module, too


def run() -> NoReturn:
    """The command line as a process."""
    leave(main())


if __name__ == "__main__":
    run()
