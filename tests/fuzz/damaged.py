"""Damaged Go through the whole pipeline: `python -m fuzz.damaged [--seed N] [--seconds N] [--file SEED]` in
`tests/` (`make fuzz-input`).

Files of the Go distribution (without one: the testdata) are cut, spliced, have bytes and tokens changed, or
are grown out of a small grammar of odd nesting; a few at a time make a package, which is checked in this
process.
Whatever raises, is told as an internal error, takes longer than `HANG` or lets memory grow is printed with
its seed; `--file` writes that package out. Exit status 1 when there is one.
"""

from __future__ import annotations

import argparse
import gc
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from unstuck.analysis import CheckOptions, check
from unstuck.config import Limits, Settings
from unstuck.interpreter import tune

HANG = 120.0
"""Seconds of processor time that one package may take. Its budget is a fiftieth of a user's."""
MAX_FILE = 40_000
"""Bytes of a file that is damaged."""
MAX_FILES = 3
"""Files of one package."""
GROWTH = 400 << 10
"""Kilobytes that the process may grow by over a whole campaign."""
BUDGET = Limits(max_states=150, max_work=6_000, max_package_work=60_000)
_TOKEN = re.compile(rb"\w+|[^\w\s]|\n")
_ODD = tuple(b"\0 \xff \xef\xbb\xbf ` \" ' /* */ // { } ( ) [ ]".split(b" "))
_WORDS = tuple(
    b"go defer select chan <- func case switch for range return goto fallthrough interface{} struct{} type "
    b"var const iota ... := map[string] sync.Mutex nil import package 0x 1e999999 ~ | &^=".split()
)
_NESTS = (
    (b"func f() {", b"{", b"}", b"}"),
    (b"var x = ", b"(", b")", b""),
    (b"var x = ", b"[]any{", b"}", b""),
    (b"type T ", b"struct{ f ", b"}", b""),
    (b"type T ", b"*", b"", b""),
    (b"type T ", b"chan ", b"", b""),
    (b"type T ", b"func(", b")", b""),
    (b"type T ", b"map[string]", b"", b""),
    (b"func f() {", b"func() { go ", b"}()", b"}"),
    (b"func f(c chan int) {", b"if <-c > 0 {", b"}", b"}"),
    (b"func f(c chan int) {", b"for { select { case <-c: ", b"}}", b"}"),
    (b"func f() any { return ", b"f().", b"x", b"}"),
    (b"func f() int { return ", b"-", b"1", b"}"),
    (b"func f() int { return 1", b"+ 1", b"", b"}"),
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong with the package of a seed."""

    seed: int
    what: str


def sources() -> tuple[bytes, ...]:
    """Texts to damage, in a fixed order."""
    try:
        import go
    except ImportError:
        top = Path(__file__).parent.parent / "testdata"
    else:
        top = Path(str(go.__file__)).parent / "src"
    found = [path for path in sorted(top.rglob("*.go")) if path.is_file()]
    return tuple(path.read_bytes() for path in found if path.stat().st_size <= MAX_FILE)


def package(seed: int, texts: Sequence[bytes]) -> dict[str, bytes]:
    """The files of one package, by name."""
    chance = random.Random(seed)
    made: dict[str, bytes] = {}
    for number in range(chance.randint(1, MAX_FILES)):
        text = _nested(chance) if chance.random() < 0.1 else _damaged(chance, texts)
        made[f"f{number}{chance.choice(('', '', '_test'))}.go"] = text
    if chance.random() < 0.3:
        module = b"module example.com/m\n\ngo 1.24\n\nrequire example.com/x v1.2.3\n"
        made["go.mod"] = _changed(chance, module, texts)
    return made


def _damaged(chance: random.Random, texts: Sequence[bytes]) -> bytes:
    text = chance.choice(texts)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        text = chance.choice(_DAMAGES)(chance, text, texts)
    return text[: 2 * MAX_FILE]


def _cut(chance: random.Random, text: bytes, _: Sequence[bytes]) -> bytes:
    start, end = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
    return chance.choice((text[:start], text[start:], text[:start] + text[end:], text[start:end]))


def _spliced(chance: random.Random, text: bytes, texts: Sequence[bytes]) -> bytes:
    other = chance.choice(texts)
    start, end = sorted((chance.randint(0, len(other)), chance.randint(0, len(other))))
    at = chance.randint(0, len(text))
    return text[:at] + other[start : min(end, start + 2_000)] + text[at:]


def _changed(chance: random.Random, text: bytes, _: Sequence[bytes]) -> bytes:
    changed = bytearray(text)
    for _ in range(chance.choice((1, 3, 30))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    at = chance.randint(0, len(changed))
    return bytes(changed[:at]) + chance.choice(_ODD) + bytes(changed[at:])


def _swapped(chance: random.Random, text: bytes, _: Sequence[bytes]) -> bytes:
    spans = [match.span() for match in _TOKEN.finditer(text)]
    if len(spans) < 4:
        return text
    (a, b), (c, d) = sorted(chance.sample(spans, 2))
    return text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]


def _worded(chance: random.Random, text: bytes, _: Sequence[bytes]) -> bytes:
    spans = [match.span() for match in _TOKEN.finditer(text)]
    for start, end in sorted(chance.sample(spans, min(len(spans), 5)), reverse=True):
        text = text[:start] + chance.choice(_WORDS) + text[end:]
    return text


def _repeated(chance: random.Random, text: bytes, _: Sequence[bytes]) -> bytes:
    start = chance.randint(0, len(text))
    piece = text[start : start + chance.choice((1, 10, 200))]
    return text[:start] + piece * chance.choice((2, 10, 200)) + text[start:]


_DAMAGES: tuple[Callable[[random.Random, bytes, Sequence[bytes]], bytes], ...] = (
    _cut,
    _spliced,
    _changed,
    _swapped,
    _worded,
    _repeated,
)


def _nested(chance: random.Random) -> bytes:
    before, opened, closed, after = chance.choice(_NESTS)
    depth = chance.choice((10, 300, 5_000))
    closers = closed * chance.choice((depth, depth, depth - 1, 0))
    return b"package p\n\n" + before + opened * depth + closers + after + b"\n"


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


def trouble(seed: int, made: dict[str, bytes], hang: float = HANG) -> Trouble | None:
    """Checks a package; None when all is well."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in made.items():
            (Path(folder) / name).write_bytes(text)
        options = CheckOptions(
            ("./...",), True, True, "linux", "amd64", (), None, None, 1, None, lambda: b"", folder
        )
        settings = mock.patch("unstuck.analysis.settings_of", lambda config: Settings(limits=BUDGET))
        least = mock.patch("unstuck.fragments.LEAST_WORK", 500)
        try:
            with settings, least, _watched(hang):
                report = check(options, lambda *_: None)
        except _HangError:
            return Trouble(seed, f"takes more than {hang} s")
        except Exception:
            return Trouble(seed, traceback.format_exc(limit=-4))
    wrong = [gap.why for gap in report.gaps if gap.code == "internal-error"]
    return Trouble(seed, "; ".join(wrong)) if wrong or report.failed else None


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
        if done == 50:
            settled = _held()
    grown = _held() - settled if settled else 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    took = f"{time.process_time():.0f} s of processor time, at most {most} MB"
    print(f"{done} packages, {found} in trouble, grown by {grown >> 10} MB, {took}, next seed {seed}")
    return 1 if found or grown > GROWTH else 0


def _held() -> int:
    """Kilobytes that the process has now; what only one large package took is given back."""
    gc.collect()
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return pages * resource.getpagesize() >> 10


if __name__ == "__main__":
    tune()
    sys.exit(main())
