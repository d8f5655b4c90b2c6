"""`unstuck check` against the expectations of testdata.

Each module is checked in one run of the command line, in a process of its own, and the JSON report is
compared line by line with the marks in the files.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from oracle.expect import ROOT, Mark, Program

_CLI = "import sys; from unstuck.cli import main; sys.exit(main(sys.argv[1:]))"


@dataclass(frozen=True, slots=True)
class Told:
    """One finding of a report: `text` is "rule: message"."""

    path: str
    line: int
    severity: str
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What one run told. `failure` says why the analysis failed, and is empty when it did not."""

    told: tuple[Told, ...]
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One program compared with what was told about it."""

    program: Program
    found: int
    """Wanted and reported."""
    missed: tuple[Mark, ...]
    """Wanted, not reported, and not in the ledger."""
    false: tuple[Told, ...]
    """Reported above a note, not wanted, and not in the ledger."""
    ledger: tuple[Mark, ...]
    """Entries of the ledger (`missed`, `false-alarm`) that are true."""
    stale: tuple[Mark, ...]
    """Entries of the ledger that are no longer true."""
    notes: int
    """Notes that nothing asks for."""

    @property
    def right(self) -> bool:
        """Nothing missed, no false alarm, no stale entry."""
        return not (self.missed or self.false or self.stale)


def check(folder: Path, paths: Sequence[str]) -> Checked:
    """Run `unstuck check PATHS --format json` in `folder`."""
    source = os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH", ""))))
    command = [sys.executable, "-c", _CLI, "check", *paths, "--format", "json"]
    env = {**os.environ, "PYTHONPATH": source}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=600)
    failure = "" if done.returncode in (0, 1) else f"unstuck ended with {done.returncode}: {done.stderr}"
    if not done.stdout.startswith("{"):
        return Checked((), failure or "unstuck printed no JSON")
    told = tuple(
        Told(
            (folder / each["path"]).resolve().relative_to(ROOT).as_posix(),
            each["line"],
            each["severity"],
            f"{each['rule']}: {each['message']}",
        )
        for each in json.loads(done.stdout)["findings"]
        if not each["suppressed"]
    )
    return Checked(told, failure)


def compare(program: Program, told: Iterable[Told]) -> Verdict:
    """Compare the marks of `program` with the findings in its file."""
    path = program.path.relative_to(ROOT).as_posix()
    here = [each for each in told if each.path == path]
    wanted = program.of("want", "note")
    known = {mark.line for mark in program.of("missed")}
    hit = [mark for mark in wanted if any(_answers(mark, each) for each in here)]
    unmet = [mark for mark in wanted if mark not in hit]
    alarms = program.of("false-alarm")
    expected = (*wanted, *alarms)
    extra = [each for each in here if not any(_matches(mark, each) for mark in expected)]
    gone = tuple(mark for mark in alarms if not any(_matches(mark, each) for each in here))
    lagging = {mark.line for mark in unmet}
    found_again = tuple(mark for mark in program.of("missed") if mark.line not in lagging)
    stale = (*gone, *found_again)
    return Verdict(
        program,
        found=len(hit),
        missed=tuple(mark for mark in unmet if mark.line not in known),
        false=tuple(each for each in extra if each.severity != "note"),
        ledger=tuple(mark for mark in program.of("missed", "false-alarm") if mark not in stale),
        stale=stale,
        notes=sum(each.severity == "note" for each in extra),
    )


def _matches(mark: Mark, told: Told) -> bool:
    return mark.line == told.line and re.search(mark.text, told.text) is not None


def _answers(mark: Mark, told: Told) -> bool:
    """A want is answered above a note, a note by a note."""
    return _matches(mark, told) and (told.severity == "note") == (mark.kind == "note")
