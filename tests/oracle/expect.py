"""Expectations written beside Go code.

A trailing comment on a line of a Go file:

- `// want "re"`: a finding above a note is reported here; `re` is searched in "rule: message".
- `// note "re"`: the same, as a note.
- `// missed "why"`: beside a want: a known missed alarm. The test fails the day it is found.
- `// false-alarm "re"`: a known false alarm. The test fails the day it is gone.
- `// parked "why"`: a goroutine that rightly stays here to the end of the process.

A comment line of its own says how the native oracle judges the whole file:

- `// oracle: parked, WHY`: a wanted line also counts when a goroutine stays parked there unmarked.
- `// oracle: exits, WHY`: the program ends the process itself.
- `// oracle: none, WHY`: it cannot be judged by running.

A Markdown note has a side file `<name>.want` with a line `LINE: re` for each finding. In what cures made of a
file (`<name>.go.golden`) nothing is wanted: the comments came along with the code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
ROOT = TESTS.parent
TESTDATA = TESTS / "testdata"
EXAMPLES = ROOT / "examples"

_STRING = r'"(?:[^"\\]|\\.)*"|`[^`]*`'
_MARK = re.compile(rf"(?<![\w-])(want|note|missed|false-alarm|parked)((?:\s+(?:{_STRING}))+)")
_TEXT = re.compile(_STRING)
_ORACLE = re.compile(r"^// oracle: (parked|exits|none), (.+)$", re.MULTILINE)
_ENTRY = re.compile(r"^func ((?!New)[A-Z]\w*|main)\(\)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mark:
    """One word of a comment: `kind` is want, note, missed, false-alarm or parked."""

    kind: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Program:
    """One file of testdata: what it promises and which functions run it."""

    path: Path
    marks: tuple[Mark, ...]
    entries: tuple[str, ...]
    """Exported functions without parameters, but no constructors (`New...`); or main."""
    oracle: str
    """"leak" (the profile's mark), "parked", "exits" or "none"."""

    def of(self, *kinds: str) -> tuple[Mark, ...]:
        """The marks of these kinds, in the order of lines."""
        return tuple(mark for mark in self.marks if mark.kind in kinds)

    def lines(self, *kinds: str) -> frozenset[int]:
        """The lines that carry a mark of these kinds."""
        return frozenset(mark.line for mark in self.of(*kinds))


def read_program(path: Path) -> Program:
    """Read a Go file, or a Markdown note with its `.want` file."""
    if path.suffix == ".md":
        return Program(path, _side_file(path.with_suffix(".want")), (), "none")
    text = path.read_text(encoding="utf-8")
    marks: list[Mark] = []
    for number, line in enumerate(text.splitlines(), 1):
        _, slashes, comment = line.partition("// ")
        if slashes:
            marks.extend(_marks(comment, number))
    how = _ORACLE.search(text)
    entries = tuple(sorted(set(_ENTRY.findall(text))))
    return Program(path, tuple(marks), entries, how.group(1) if how else "leak")


def _marks(comment: str, line: int) -> list[Mark]:
    found = []
    for kind, strings in _MARK.findall(comment):
        for quoted in _TEXT.findall(strings):
            found.append(Mark(kind, line, quoted[1:-1].replace('\\"', '"')))
    return found


def _side_file(path: Path) -> tuple[Mark, ...]:
    marks = []
    for line in path.read_text(encoding="utf-8").splitlines():
        number, colon, pattern = line.partition(":")
        if colon and not line.startswith("#"):
            marks.append(Mark("want", int(number), pattern.strip()))
    return tuple(marks)


def programs(folder: Path) -> tuple[Program, ...]:
    """All Go programs below `folder`, sorted by path."""
    return tuple(read_program(path) for path in sorted(folder.rglob("*.go")))


def goldens(folder: Path) -> tuple[Program, ...]:
    """What cures made of Go programs below `folder`, as if it stood in a folder `golden` beside them."""
    found = []
    for path in sorted(folder.rglob("*.go.golden")):
        program = read_program(path)
        found.append(replace(program, path=golden_copy(path), marks=program.of("parked")))
    return tuple(found)


def golden_copy(path: Path) -> Path:
    """Where the oracle builds a golden file."""
    return path.parent / "golden" / path.stem


def notes(folder: Path) -> tuple[Program, ...]:
    """All Markdown notes with expectations below `folder`, sorted by path."""
    return tuple(read_program(path.with_suffix(".md")) for path in sorted(folder.rglob("*.want")))


def modules(folder: Path) -> tuple[Path, ...]:
    """All module roots at or below `folder`, outer ones first, sorted by path."""
    return tuple(sorted(path.parent for path in folder.rglob("go.mod")))


def module_of(path: Path) -> Path:
    """The root of the module that holds `path`: the nearest parent with a go.mod."""
    for parent in path.parents:
        if (parent / "go.mod").exists():
            return parent
    raise FileNotFoundError(f"{path}: no go.mod above it")
