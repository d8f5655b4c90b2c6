"""All commands and flags of the command line."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import Any

from unstuck import __version__


def parse(args: Sequence[str]) -> argparse.Namespace:
    """The options that `args` ask for; `command` is None where nothing was asked for.

    Raises SystemExit, as argparse does, after help, the version or a usage error.
    """
    top, check = _parsers(with_formats=any(arg in ("-h", "--help") for arg in args))
    if args and args[0] == "check":
        # Not through the top parser: only so may paths stand between options.
        return check.parse_intermixed_args(args[1:], argparse.Namespace(command="check"))
    options = top.parse_args(args)
    if options.command is None:
        top.print_help()
    return options


def _parsers(with_formats: bool) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    """The parser of all commands, and that of `check`. Formats are looked up only for the help text."""
    top = argparse.ArgumentParser(
        prog="unstuck",
        description="Finds goroutine leaks in Go source, without building it.",
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"unstuck {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    check = _add_check(commands, with_formats)
    explain = commands.add_parser("explain", help="print the manual page of a rule, or list the rules")
    explain.add_argument("rule", nargs="?", metavar="RULE", help="a rule's name, as reports print it")
    explain.set_defaults(color="auto", verbose=False, gaps=False, quiet=False, output=None)
    explain.add_argument("--debug", action="store_true", help=argparse.SUPPRESS)
    return top, check


def _add_check(commands: Any, with_formats: bool) -> argparse.ArgumentParser:
    check: argparse.ArgumentParser = commands.add_parser(
        "check",
        help="find goroutine leaks",
        description="Finds goroutine leaks in Go source.",
        epilog="Exit status: 0 nothing at --fail-on or above; 1 something; 2 wrong usage, nothing to "
        "analyse, or the analysis failed.",
        allow_abbrev=False,
    )
    check.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="Go file, folder, dir/..., Markdown file, or - (default ./...)",
    )
    _add_go(check.add_argument_group("Go"))
    _add_output(check.add_argument_group("output"), with_formats)
    check.add_argument("--config", metavar="FILE", help="settings (default: unstuck.toml at the module root)")
    check.add_argument(
        "--jobs",
        type=_jobs,
        default=os.cpu_count() or 1,
        metavar="N",
        help="worker processes (default: all cores)",
    )
    check.add_argument("--debug", action="store_true", help="on an internal error, print the traceback")
    return check


def _add_go(group: Any) -> None:
    group.add_argument("--no-tests", dest="tests", action="store_false", help="leave _test.go files out")
    group.add_argument("--generated", action="store_true", help="report findings in generated files too")
    group.add_argument("--goos", help="operating system to build for (default: the host's)")
    group.add_argument("--goarch", help="architecture to build for (default: the host's)")
    group.add_argument("--tags", default="", metavar="A,B", help="further build tags")
    group.add_argument("--go-version", metavar="V", help="judge as if go.mod said `go V`")
    group.add_argument(
        "--toolchain", metavar="V", help="judge as if built with Go V (default: the lowest go.mod admits)"
    )


def _add_output(group: Any, with_formats: bool) -> None:
    from_report = ""
    if with_formats:
        from unstuck.report import names

        from_report = f": {', '.join(names())}"
    group.add_argument(
        "--format", default="text", metavar="NAME", help=f"output format{from_report} (default text)"
    )
    group.add_argument("--output", metavar="FILE", help="write the report to FILE, whole or not at all")
    levels = ("error", "warning", "note", "never")
    group.add_argument(
        "--fail-on",
        choices=levels,
        default="warning",
        help="exit with 1 at this severity or above (default warning)",
    )
    group.add_argument("--gaps", action="store_true", help="list all that was not analysed, and why")
    group.add_argument(
        "--verbose", action="store_true", help="notes and suppressed findings in full, all steps"
    )
    group.add_argument("--quiet", action="store_true", help="errors and warnings only")
    group.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="(default auto)")
    group.add_argument("--stats", action="store_true", help="say on stderr how long it took")


def _jobs(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of workers, 1 or more")
    return int(text)
