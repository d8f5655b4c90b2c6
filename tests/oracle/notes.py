"""Go blocks of Markdown notes as programs that run: in their repaired form, bare statements in a function.

A note `x.md` has beside its findings (`x.want`) a file `x.names`: of each block that is run `LINE:`, the line
of its first code, then Go that declares what the block does not, and `Run` where there are no bare statements
to run. Above them `# oracle: parked, WHY` means what it means in Go files; a line `read: OLD => NEW` of a
block replaces text that no repair makes Go of. The lines of the programs are the note's.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from oracle.expect import ROOT, Program
from unstuck.source.file import SourceFile
from unstuck.syntax.notes import blocks
from unstuck.syntax.parse import parse

_SECTION = re.compile(r"^(\d+):\n", re.MULTILINE)
_READ = re.compile(r"^read: (.+) => (.+)\n", re.MULTILINE)
_PARKED = re.compile(r"^# oracle: parked, .", re.MULTILINE)
_PACKAGES = ("context", "errors", "fmt", "math/rand", "runtime", "sync", "time")
_END = "; return nil }"
_UNUSED = re.compile(r"(\S+\.md):(\d+)(?::\d+)?: declared and not used: (\w+)")
TRIES = 4
"""Builds, each of which tells some of the variables that nobody uses."""


@dataclass(frozen=True, slots=True)
class Runnable:
    """One block. `call` is the function that runs it, `folder` its package below the module `oracle`."""

    folder: str
    call: str
    code: str
    """The block, from `first` of the note on."""
    names: str
    path: str
    """Of the note, relative to the repository."""
    first: int


def runnables(note: Path) -> Iterator[Runnable]:
    """The blocks of a note that its `.names` has something for; none of a file that is no note."""
    side = note.with_suffix(".names")
    if note.suffix != ".md" or not side.exists():
        return
    pieces = _SECTION.split(side.read_text(encoding="utf-8"))
    names = dict(zip(map(int, pieces[1::2]), pieces[2::2]))
    path = note.relative_to(ROOT).as_posix()
    for block in blocks(path, note.read_bytes()):
        data = block.file.data
        first = data[: len(data) - len(data.lstrip())].count(b"\n") + 1
        if first in names:
            package = re.sub(r"\W", "", note.stem)
            code = _as_functions(block.file.data, first)
            for old, new in _READ.findall(names[first]):
                code = code.replace(old, new)
            more = _READ.sub("", names[first])
            call = "Run" if "func Run()" in more else "Statements"
            yield Runnable(f"{package}{first}", call, code, more, path, first)


def runnable(note: Program) -> Program:
    """The note as a program with the blocks that are run as entries."""
    entries = tuple(f"{each.folder}.{each.call}" for each in runnables(note.path))
    side = note.path.with_suffix(".names")
    how = _PARKED.search(side.read_text(encoding="utf-8")) if side.exists() else None
    return replace(note, entries=entries, oracle="parked" if how else "leak")


def _as_functions(data: bytes, first: int) -> str:
    """The text of a block from its first line on, its statements in a function on the same lines."""
    for entry in parse(SourceFile("x.md", data)).entries:
        if entry.kind == "statements":
            start, end = entry.parts[0].start, entry.parts[-1].end
            inside = data[start:end].rstrip()
            data = data[:start] + b"func Statements() (_ any) { " + inside + _END.encode() + data[end:]
    return "\n".join(data.decode().split("\n")[first - 1 :])


def write(found: Sequence[Runnable], into: Path, go: str, env: Mapping[str, str]) -> None:
    """A package for each block below the folder of the module `oracle`.

    A variable that nobody uses gets a `_ = x`: the analysis reads over that slip, Go does not.
    """
    unused: dict[tuple[str, int], str] = {}
    for _ in range(TRIES):
        for each in found:
            _write_one(each, into, unused)
        argv = [go, "build", "-gcflags=-e", *(f"./{each.folder}" for each in found)]
        said = subprocess.run(argv, cwd=into, env=env, capture_output=True, text=True).stderr
        more = {(Path(path).name, int(line)): name for path, line, name in _UNUSED.findall(said)}
        if not more:
            return
        unused |= more


def _write_one(each: Runnable, into: Path, unused: Mapping[tuple[str, int], str]) -> None:
    folder, note = into / each.folder, Path(each.path).name
    folder.mkdir(exist_ok=True)
    lines = each.code.split("\n")
    for number, line in enumerate(lines):
        name = unused.get((note, each.first + number))
        if name:
            said, end, rest = line.partition(_END)
            lines[number] = f"{said}; _ = {name}{end}{rest}"
    code, whole = re.subn(r"^package \w+", f"package {each.folder}", "\n".join(lines), count=1)
    head = "" if whole else _head(each.folder, code)
    where = f"//line {into / each.path}:{each.first}\n"
    (folder / "block.go").write_text(f"{head}\n{where}{code}", encoding="utf-8")
    (folder / "names.go").write_text(_head(each.folder, each.names) + each.names, encoding="utf-8")


def _head(package: str, code: str) -> str:
    used = [name for name in _PACKAGES if re.search(rf"\b{name.rpartition('/')[2]}\.\w", code)]
    return f"package {package}\n\n" + "".join(f'import "{name}"\n' for name in used)
