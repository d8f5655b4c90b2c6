"""`--stress N`: the same test binaries N times more, their schedules disturbed (see instrument.py).

The binaries are built once, with points in the packages of the main module, the workspace and `vendor/`,
and run by stressrun.py, each time with another seed and GOMAXPROCS. Only the records of these runs count,
not whether their tests pass.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from unstuck.dynamic.golang import environment_of
from unstuck.dynamic.instrument import instrument
from unstuck.dynamic.judge import Binary, State, judge
from unstuck.dynamic.overlay import collector, write_overlay
from unstuck.dynamic.packages import Listed, list_packages
from unstuck.dynamic.process import run_quietly
from unstuck.dynamic.records import read_records
from unstuck.dynamic.session import Observation, Setting, folder_in, list_environment

PROCS = (2, 1, 4, 0)
LEAST_SECONDS = 5.0
"""A disturbed run may take at least so long."""
TIMES = 10
"""And so many times what the plain run took."""
_OURS = ("C", "overlay", "vet", "count", "timeout", "exec", "json", "v")
"""Flags of the user's that the disturbed run sets itself or does without."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run."""

    runs: int
    first: int
    """The first seed."""
    suspects: Mapping[str, frozenset[int]]
    """Lines by absolute path that deserve most attention."""


@dataclass(frozen=True, slots=True)
class Stressed:
    """What the disturbed runs left."""

    binaries: tuple[tuple[int, Binary], ...]
    """Seed and test binary; only those that could be judged."""
    cut: int
    """Runs of a binary that ended before their tests did."""
    runs: int
    """So many runs of each binary were asked for."""
    problem: str
    """Why nothing was run; "" when all went well."""


def stress(setting: Setting, plain: Observation, plan: Plan) -> Stressed:
    """Build the binaries with points and run them. Raises OverlayError."""
    folder = folder_in(setting.scratch, "stress")
    replaced = dict(setting.replaced) | _points(setting, plan, folder)
    overlay = write_overlay(setting.go.goroot, folder_in(folder, "overlay"), replaced)
    _add_stress(setting.go.goroot, overlay)
    records = folder_in(folder, "records")
    path = os.path.join(folder, "plan.json")
    limits = {
        os.path.realpath(one.dir): max(LEAST_SECONDS, TIMES * one.seconds)
        for one in plain.binaries
        if one.dir
    }
    told = {
        "records": records,
        "first": plan.first,
        "runs": plan.runs,
        "procs": PROCS,
        "limits": limits,
        "exec": setting.arguments.value("exec").split(),
    }
    Path(path).write_text(json.dumps(told), encoding="utf-8")
    runner = os.path.join(os.path.dirname(__file__), "stressrun.py")
    through = " ".join(_quoted(word) for word in (sys.executable, "-I", "-S", runner, path))
    command = [setting.go.command, "test", f"-overlay={overlay}", "-vet=off", "-count=1", "-timeout=0"]
    command += [f"-exec={through}", *setting.arguments.without(*_OURS)]
    status, output = run_quietly(command, setting.folder, environment_of(setting.go, records))
    return _collected(records, plan, setting, status, output)


def _collected(records: str, plan: Plan, setting: Setting, status: int, output: str) -> Stressed:
    found: list[tuple[int, Binary]] = []
    cut = 0
    for seed in range(plan.first, plan.first + plan.runs):
        here = os.path.join(records, str(seed))
        for record in read_records(here) if os.path.isdir(here) else ():
            binary = judge(record, setting.go.method)
            if binary.state is State.UNCHECKED:
                cut += 1
            else:
                found.append((seed, binary))
    lines = [line for line in output.splitlines() if line.strip()]
    problem = "" if found or not status else f"--stress: {lines[0] if lines else 'go test failed'}"
    return Stressed(tuple(found), cut, plan.runs, problem)


def _points(setting: Setting, plan: Plan, folder: str) -> dict[str, str]:
    """Replacements for the files that can be disturbed."""
    replaced: dict[str, str] = {}
    number = 0
    into = folder_in(folder, "files")
    for package in _disturbed(setting):
        for name in package.go_files if package.only_used else (*package.go_files, *package.test_files):
            path = os.path.join(package.dir, name)
            try:
                with open(setting.replaced.get(path) or path, "rb") as file:
                    data = file.read()
            except OSError:
                continue
            made = instrument(path, data, number, plan.suspects.get(path, frozenset()))
            if made is not None:
                copy = os.path.join(into, f"{len(replaced)}_{name}")
                Path(copy).write_bytes(made.text)
                replaced[path] = copy
                number += made.points
    return replaced


def _disturbed(setting: Setting) -> list[Listed]:
    """The packages under test and those they use, of the main module, the workspace and `vendor/`."""
    patterns = setting.arguments.packages or (".",)
    flags = ("-deps", "-test", *setting.arguments.for_list())
    found = list_packages(setting.go.command, flags, patterns, setting.folder, list_environment(setting))
    roots = [each.module_dir for each in found if each.own and each.module_dir]
    vendored = tuple(os.path.join(root, "vendor") + os.sep for root in dict.fromkeys(roots))
    chosen: dict[str, Listed] = {}
    for each in found:
        variant = " [" in each.path or each.path.endswith(".test")
        if not variant and each.dir and (each.own or each.dir.startswith(vendored)):
            chosen.setdefault(each.dir, each)
    return [chosen[dir] for dir in sorted(chosen)]


def _add_stress(goroot: str, overlay: str) -> None:
    """Add the points' code to the overlay."""
    bubble = os.path.join(goroot, "src", "internal", "synctest", "synctest.go")
    name = "bubble.go" if os.path.exists(bubble) else "no_bubble.go"
    told = json.loads(Path(overlay).read_text(encoding="utf-8"))
    for source, added in (("stress.go", "unstuck_stress.go"), (name, "unstuck_bubble.go")):
        copy = os.path.join(os.path.dirname(overlay), added)
        Path(copy).write_text(collector(source), encoding="utf-8")
        told["Replace"][os.path.join(goroot, "src", "testing", added)] = copy
    Path(overlay).write_text(json.dumps(told), encoding="utf-8")


def _quoted(word: str) -> str:
    """As the go command's own quoting has it (cmd/internal/quoted)."""
    if not any(char in word for char in " \t\"'"):
        return word
    return f"'{word}'" if "'" not in word else f'"{word}"'
