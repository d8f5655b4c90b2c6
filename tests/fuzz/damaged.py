"""Damaged Go through the whole pipeline: `python -m fuzz.damaged [--seed N] [--seconds N] [--file SEED]` in
`tests/` (`make fuzz-input`).

The packages that `damage` makes are checked in this process, with cures, and the report is written in every
format; some are checked twice with a cache, some are cured, some are blocks of a note. Whatever raises, is
told as an internal error, takes longer than `HANG`, sends a control character, differs from the cache or lets
memory grow is printed with its seed; `--file` writes that package out. Exit status 1 when there is one.

Memory is what is in use, not what the process holds: how many pages the allocators keep for later is chance.
`PYTHONMALLOC=malloc` makes it exact.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

from fuzz.damage import package, sources
from unstuck import report as formats
from unstuck.analysis import CheckOptions, Cures, check, fix
from unstuck.config import Limits, Settings
from unstuck.findings import Report
from unstuck.fixes.session import first
from unstuck.interpreter import tune

HANG = 120.0
"""Seconds of processor time that one package may take. Its budget is a fiftieth of a user's."""
GROWTH = 1 << 20
"""Bytes in use that may be added between package `SETTLED` and the end of a campaign."""
SETTLED = 300
"""Packages after which every module is imported and every table filled."""
EVERY = 500
"""Packages between two lines that say how it goes."""
BUDGET = Limits(max_states=150, max_work=6_000, max_package_work=60_000)
WAYS = ("check",) * 7 + ("cached", "fixed", "note")
_VIEWS = (
    formats.View(),
    formats.View(color=True, width=80, verbose=True, gaps=True, terminal=True, ascii=True),
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_RAW = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong with the package of a seed."""

    seed: int
    what: str


class _HangError(BaseException):
    """Not an Exception, so that nobody takes it for an error of one function."""


@contextmanager
def _watched(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise _HangError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def trouble(seed: int, made: Mapping[str, bytes], hang: float = HANG) -> Trouble | None:
    """Takes a package through the pipeline; None when all is well."""
    settings = mock.patch("unstuck.analysis.settings_of", lambda config: Settings(limits=BUDGET))
    least = mock.patch("unstuck.fragments.LEAST_WORK", 500)
    way = random.Random(f"way {seed}").choice(WAYS)
    with tempfile.TemporaryDirectory() as folder, settings, least:
        for name, text in made.items():
            (Path(folder) / name).write_bytes(text)
        try:
            with _watched(hang):
                wrong = _wrong(way, made, folder)
        except _HangError:
            wrong = f"takes more than {hang} s"
        except Exception:
            wrong = traceback.format_exc(limit=-4)
    return Trouble(seed, f"({way}) {wrong}") if wrong else None


def _wrong(way: str, made: Mapping[str, bytes], folder: str) -> str:
    """What is wrong with what one way through the pipeline tells; empty when nothing is."""
    options = CheckOptions(
        ("./...",), True, True, "linux", "amd64", (), None, None, 1, None, lambda: b"", folder
    )
    match way:
        case "note":
            blocks = [b"# Note\n\n"]
            blocks += [b"```go\n%b\n```\n\n" % text for name, text in made.items() if name.endswith(".go")]
            (Path(folder) / "note.md").write_bytes(b"".join(blocks))
            return _told_wrong(check(replace(options, paths=("note.md",)), _quiet))
        case "fixed":
            return _told_wrong(fix(options, _quiet, first, 1).report)
        case "cached":
            with tempfile.TemporaryDirectory() as cache:
                kept = replace(options, cache_dir=cache, cures=Cures.NONE)
                cold, warm = check(kept, _quiet), check(kept, _quiet)
            if _json(cold) != _json(warm):
                return "the cache tells something else"
            return _told_wrong(cold)
    return _told_wrong(check(options, _quiet))


def _told_wrong(report: Report) -> str:
    wrong = [gap.why for gap in report.gaps if gap.code == "internal-error"]
    if wrong or report.failed:
        return "; ".join(wrong) or "failed"
    json.loads(_json(report))
    render = formats.load("text")
    assert render is not None
    for view in _VIEWS:
        raw = _RAW.search(_COLOUR.sub("", render(report, view)))
        if raw:
            return f"the report has a raw {raw.group()!r}"
    return "JSON has a raw character" if _RAW.search(_json(report)) else ""


def _json(report: Report) -> str:
    render = formats.load("json")
    assert render is not None
    return render(report, _VIEWS[0])


def _quiet(done: int, total: int, what: str) -> None:
    """No progress is shown."""


# The campaign.


def main() -> int:
    """Command line: see the module's docstring."""
    parser = argparse.ArgumentParser(description="damaged Go through the whole pipeline")
    parser.add_argument("--seed", type=int, default=0, help="of the first package")
    parser.add_argument("--seconds", type=float, default=60, help="how long; 0 goes on until stopped")
    parser.add_argument("--file", type=int, help="write the package of this seed into ./damaged-SEED")
    options = parser.parse_args()
    texts = sources()
    if options.file is not None:
        folder = Path(f"damaged-{options.file}")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, text in package(options.file, texts).items():
            (folder / name).write_bytes(text)
        return 0
    return _campaign(options.seed, options.seconds, texts)


def _campaign(seed: int, seconds: float, texts: Sequence[bytes]) -> int:
    started, found, done, settled = time.monotonic(), 0, 0, 0
    while not seconds or time.monotonic() - started < seconds:
        wrong = trouble(seed, package(seed, texts))
        if wrong is not None:
            found += 1
            print(f"seed {wrong.seed}: {wrong.what}", flush=True)
        seed, done = seed + 1, done + 1
        if done == SETTLED:
            settled = _in_use()
        if done % EVERY == 0:
            _say(done, found, settled, seed)
    _say(done, found, settled, seed)
    return 1 if found or (settled and _in_use() - settled > GROWTH) else 0


def _say(done: int, found: int, settled: int, seed: int) -> None:
    grown = f"{_in_use() - settled:+,} bytes" if settled else "not settled"
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    took = f"{time.process_time():.0f} s of processor time, at most {most} MB"
    print(f"{done} packages, {found} in trouble, in use {grown}, {took}, next seed {seed}", flush=True)


_MALLINFO = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()  # noqa: SIM905


class _MallInfo(ctypes.Structure):
    """`struct mallinfo2` of the GNU C library."""

    _fields_ = tuple((name, ctypes.c_size_t) for name in _MALLINFO)


def _in_use() -> int:
    """Bytes in use, as far as the platform says it; blocks of Python's own allocator count as 64. The table
    of the last 512 patterns that `re` keeps does not count: it fills slowly, and ends there."""
    re.purge()
    gc.collect()
    counted = sys.getallocatedblocks() * 64
    try:
        info = ctypes.CDLL(None).mallinfo2
    except (AttributeError, OSError):
        return counted
    info.restype = _MallInfo
    told = info()
    return counted + int(told.uordblks) + int(told.hblkhd)


if __name__ == "__main__":
    tune()
    sys.exit(main())
