"""Where text goes: stdout, a file, stderr; and what the place it goes to can show."""

from __future__ import annotations

import argparse
import os
import re
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from unstuck.report import Render, View

WIDTHS = range(80, 121)
"""A terminal narrower or wider than this is taken for the nearest of these."""

WIDTH_OF_FILES = 100
"""Columns when not writing to a terminal."""


class CommandError(Exception):
    """The user's mistake, or a place that cannot be written; the message is all that is said."""


def find_format(name: str) -> Render:
    """The format that `--format` names."""
    from unstuck.report import load, names

    render = load(name)
    if render is None:
        raise CommandError(f"--format {name}: there is no such format; there are {', '.join(names())}")
    return render


def view_of(options: argparse.Namespace) -> View:
    """How to show the report, from the options, the environment and where it goes."""
    from unstuck.report import View

    to_stdout = not options.output and sys.stdout is not None
    terminal = to_stdout and sys.stdout.isatty()
    encoding = (sys.stdout.encoding or "ascii").lower() if to_stdout else "utf-8"
    return View(
        color=_color(options.color, to_stdout, terminal),
        width=_width(sys.stdout) if terminal else WIDTH_OF_FILES,
        verbose=options.verbose,
        gaps=options.gaps,
        quiet=options.quiet,
        terminal=terminal,
        ascii=not encoding.startswith(("utf", "u8", "cp65001")),
    )


def view_on_stderr(options: argparse.Namespace) -> View:
    """How to show a report on stderr."""
    from unstuck.report import View

    terminal = sys.stderr is not None and sys.stderr.isatty()
    encoding = (getattr(sys.stderr, "encoding", None) or "ascii").lower()
    return View(
        color=_color(options.color, True, terminal),
        width=_width(sys.stderr) if terminal else WIDTH_OF_FILES,
        verbose=options.verbose,
        gaps=options.gaps,
        quiet=options.quiet,
        terminal=terminal,
        ascii=not encoding.startswith(("utf", "u8", "cp65001")),
    )


def _color(choice: str, to_stdout: bool, terminal: bool) -> bool:
    """`--color` wins, then NO_COLOR (no-color.org), then FORCE_COLOR, then what stdout is."""
    if choice != "auto":
        return choice == "always"
    if not to_stdout or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return terminal and os.environ.get("TERM", "") != "dumb"


def _width(stream: TextIO) -> int:
    """Columns of the terminal, within `WIDTHS`."""
    try:
        columns = int(os.environ.get("COLUMNS", "0")) or os.get_terminal_size(stream.fileno()).columns
    except (ValueError, OSError):
        columns = WIDTH_OF_FILES
    return min(max(columns, WIDTHS[0]), WIDTHS[-1])


def deliver(text: str, options: argparse.Namespace) -> None:
    """Writes a report to `--output` or stdout."""
    machine = getattr(options, "format", "text") != "text"
    encoding = "utf-8" if machine or sys.stdout is None else sys.stdout.encoding or "utf-8"
    if getattr(options, "output", None):
        write_file(options.output, text.encode("utf-8", "backslashreplace"))
    else:
        _send(text.encode(encoding, "backslashreplace"))


def deliver_diff(text: str, options: argparse.Namespace) -> None:
    """The same with a diff: byte for byte for programs, with nothing raw on a terminal."""
    if not options.output and sys.stdout is not None and sys.stdout.isatty():
        show(text)
        return
    data = text.encode("utf-8", "surrogateescape")
    if options.output:
        write_file(options.output, data)
    else:
        _send(data)


def show(text: str) -> None:
    """Lines with source in them on a terminal: control characters are shown, not sent."""
    from unstuck.report.text.paint import visible

    rows = re.split(r"(\r?\n|\t)", text)
    seen = "".join(row if row in ("\n", "\r\n", "\t") else visible(row) for row in rows)
    _send(seen.encode((sys.stdout and sys.stdout.encoding) or "utf-8", "backslashreplace"))


def _send(data: bytes) -> None:
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough. Python flushes again at exit, and must not complain then either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise CommandError(f"cannot write to standard output: {error.strerror}") from error


def say(text: str) -> None:
    """Text on stderr, if anybody listens."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.flush()
        sys.stderr.buffer.write(text.encode(sys.stderr.encoding or "utf-8", "backslashreplace"))
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        return


def check_writable(path: str, option: str = "--output") -> None:
    """Finds out before the analysis that a file cannot be written."""
    folder = os.path.dirname(os.path.realpath(path))
    if os.path.isdir(path) or not os.path.isdir(folder):
        raise CommandError(
            f"{option} {path}: {'is a folder' if os.path.isdir(path) else 'its folder does not exist'}"
        )


def write_file(path: str, data: bytes, option: str = "--output") -> None:
    """Writes all of `data` or leaves `path` as it was; what is no regular file is just written to."""
    target = os.path.realpath(path)
    try:
        if os.path.exists(target) and not os.path.isfile(target):
            with open(target, "wb") as stream:
                stream.write(data)
            return
        _replace(target, data)
    except OSError as error:
        raise CommandError(f"{option} {path}: {error.strerror or error}") from error


def _replace(target: str, data: bytes) -> None:
    mode = os.stat(target).st_mode & 0o777 if os.path.exists(target) else None
    temporary = f"{target}.{os.getpid()}.tmp"
    try:
        with open(temporary, "xb") as stream:
            stream.write(data)
        if mode is not None:
            os.chmod(temporary, mode)
        os.replace(temporary, target)
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise


def complain(message: str) -> None:
    """One line on stderr, if anybody listens; control characters in it are shown, not sent."""
    from unstuck.report.text.paint import visible

    try:
        print(f"unstuck: {visible(message)}", file=sys.stderr, flush=True)
    except (OSError, ValueError):
        return
