"""All commands and flags of the command line."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any

from unstuck import __version__


def parse(args: Sequence[str]) -> argparse.Namespace:
    """The options that `args` ask for; `command` is None where nothing was asked for.

    Raises SystemExit, as argparse does, after help, the version or a usage error.
    """
    top, check, observe = _parsers(with_formats=any(arg in ("-h", "--help") for arg in args))
    if args and args[0] == "check":
        # Not through the top parser: only so may paths stand between options.
        check.usage = _Usage()  # type: ignore[assignment]
        return check.parse_intermixed_args(args[1:], argparse.Namespace(command="check"))
    if args and args[0] == "test":
        own, theirs = _split(args[1:], observe)
        return observe.parse_args(own, argparse.Namespace(command="test", go_args=theirs))
    options = top.parse_args(args)
    if options.command is None:
        top.print_help()
    return options


class _Usage:
    """How `check` is used, written when an error says so: argparse would write it for each run."""

    def __mod__(self, _: object) -> str:
        return _parsers(with_formats=False)[1].format_usage().removeprefix("usage: ").rstrip("\n")


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Writes help as wide as the terminal; argparse makes one for each option, and imports shutil to ask."""
    try:
        columns = int(os.environ.get("COLUMNS", "0"))
    except ValueError:
        columns = 0
    if columns <= 0:
        try:
            columns = os.get_terminal_size(sys.__stdout__.fileno()).columns  # type: ignore[union-attr]
        except (AttributeError, ValueError, OSError):
            columns = 0
    return argparse.HelpFormatter(prog, width=(columns or 80) - 2)


def _split(args: Sequence[str], parser: argparse.ArgumentParser) -> tuple[list[str], tuple[str, ...]]:
    """Our own options, and what goes to go test: all else, and everything behind `--`."""
    takes = {name: action.nargs != 0 for action in parser._actions for name in action.option_strings}
    own: list[str] = []
    theirs: list[str] = []
    at = 0
    while at < len(args):
        arg = args[at]
        at += 1
        if arg == "--":
            theirs.extend(args[at:])
            break
        name, equals, _ = arg.partition("=")
        if name not in takes:
            theirs.append(arg)
            continue
        own.append(arg)
        if takes[name] and not equals and at < len(args):
            own.append(args[at])
            at += 1
    return own, tuple(theirs)


def _parsers(
    with_formats: bool,
) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser, argparse.ArgumentParser]:
    """The parser of all commands, and those of `check` and `test`. Formats are looked up only for help."""
    top = argparse.ArgumentParser(
        prog="unstuck",
        description="Finds goroutine leaks: in Go source without building it, and in tests that run.",
        allow_abbrev=False,
        formatter_class=_formatter,
    )
    top.add_argument("--version", action="version", version=f"unstuck {__version__}")
    commands = top.add_subparsers(prog="unstuck", dest="command", metavar="COMMAND")
    check = _add_check(commands, with_formats)
    observe = _add_test(commands, with_formats)
    what = "print the manual page of a rule, or list the rules"
    explain = commands.add_parser("explain", help=what, formatter_class=_formatter)
    explain.add_argument("rule", nargs="?", metavar="RULE", help="a rule's name, as reports print it")
    explain.set_defaults(color="auto", verbose=False, gaps=False, quiet=False, output=None)
    explain.add_argument("--debug", action="store_true", help=argparse.SUPPRESS)
    return top, check, observe


def _add_check(commands: Any, with_formats: bool) -> argparse.ArgumentParser:
    check: argparse.ArgumentParser = commands.add_parser(
        "check",
        help="find goroutine leaks",
        description="Finds goroutine leaks in Go source.",
        epilog="Exit status: 0 nothing at --fail-on or above; 1 something; 2 wrong usage, nothing to "
        "analyse, or the analysis failed.",
        allow_abbrev=False,
        formatter_class=_formatter,
    )
    check.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="Go file, folder, dir/..., Markdown file, or - (default ./...)",
    )
    _add_go(check.add_argument_group("Go"))
    _add_fixes(check.add_argument_group("cures"))
    _add_output(check.add_argument_group("output"), with_formats)
    check.add_argument(
        "--since",
        metavar="REV",
        help="report only what lies on lines that changed since a git revision, or reaches such lines",
    )
    _add_common(check)
    return check


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config", metavar="FILE", help="settings (default: unstuck.toml at the module root)"
    )
    parser.add_argument(
        "--jobs",
        type=_jobs,
        default=os.cpu_count() or 1,
        metavar="N",
        help="worker processes (default: all cores)",
    )
    parser.add_argument(
        "--cache-dir",
        metavar="DIR",
        help="keep results here (default: $UNSTUCK_CACHE_DIR, else the platform's folder for caches)",
    )
    parser.add_argument(
        "--no-cache", dest="cache", action="store_false", help="neither use nor keep results of other runs"
    )
    parser.add_argument("--debug", action="store_true", help="on an internal error, print the traceback")


def _add_test(commands: Any, with_formats: bool) -> argparse.ArgumentParser:
    test: argparse.ArgumentParser = commands.add_parser(
        "test",
        help="run go test and find the goroutines that tests leave",
        usage="unstuck test [options] [packages] [-- go test flags]",
        description="Runs go test, its output and exit status unchanged, and reports on stderr the "
        "goroutines that tests leave: leaked, lingering, hung. Flags that are not listed here go to go test.",
        epilog="Exit status: that of go test where it is not 0; else 1 for findings at --fail-on or above; "
        "2 wrong usage, or a package of which nothing could be observed.",
        allow_abbrev=False,
        formatter_class=_formatter,
    )
    test.add_argument("--go", metavar="CMD", help="the go command (default: the PATH's, else unstuck[go]'s)")
    test.add_argument(
        "--report",
        action="append",
        default=[],
        metavar="FORMAT=FILE",
        help="write the report to a file too" + _formats(with_formats),
    )
    _add_fail_on(test, None)
    _add_view(test)
    test.add_argument(
        "--stress",
        type=_jobs,
        default=0,
        metavar="N",
        help="run each test binary N more times with its schedule disturbed",
    )
    test.add_argument(
        "--seed", type=_seed, default=1, metavar="S", help="seed of the first of those runs (default 1)"
    )
    test.add_argument(
        "--confirm", action="store_true", help="report what check finds too: observed, or not seen"
    )
    test.add_argument(
        "--no-check", dest="check", action="store_false", help="do not look the findings up in the source"
    )
    _add_common(test)
    return test


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


def _add_fixes(group: Any) -> None:
    how = group.add_mutually_exclusive_group()
    how.add_argument("--fix", action="store_true", help="apply the best verified cure of each finding")
    how.add_argument(
        "--diff", action="store_true", help="print these cures as a unified diff and change nothing"
    )
    how.add_argument("--interactive", action="store_true", help="ask before each cure (on a terminal)")
    how.add_argument(
        "--cures",
        choices=("none", "few", "all"),
        default="few",
        help="verified cures in the report: none, those of a short report, or all (default few)",
    )
    group.add_argument(
        "--allow-dirty", action="store_true", help="edit files although git has changes not committed"
    )


def _add_output(group: Any, with_formats: bool) -> None:
    group.add_argument(
        "--format",
        default="text",
        metavar="NAME",
        help=f"output format{_formats(with_formats)} (default text)",
    )
    group.add_argument("--output", metavar="FILE", help="write the report to FILE, whole or not at all")
    _add_fail_on(group, "warning")
    _add_view(group)
    group.add_argument("--stats", action="store_true", help="say on stderr how long it took")


def _formats(wanted: bool) -> str:
    if not wanted:
        return ""
    from unstuck.report import names

    return f": {', '.join(names())}"


def _add_fail_on(group: Any, default: str | None) -> None:
    group.add_argument(
        "--fail-on",
        choices=("error", "warning", "note", "never"),
        default=default,
        help="exit with 1 at this severity or above (default warning)",
    )


def _add_view(group: Any) -> None:
    group.add_argument("--gaps", action="store_true", help="list all that was not analysed, and why")
    group.add_argument(
        "--verbose", action="store_true", help="notes and suppressed findings in full, all steps"
    )
    group.add_argument("--quiet", action="store_true", help="errors and warnings only")
    group.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="(default auto)")


def _jobs(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number, 1 or more")
    return int(text)


def _seed(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) >= 1 << 62:
        raise argparse.ArgumentTypeError(f"{text!r} is not a seed, 0 or more")
    return int(text)
