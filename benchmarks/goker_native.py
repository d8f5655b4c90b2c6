"""What leaks in the Go distribution's leak suite when its programs run: the truth `goker` scores against.

The suite (GOROOT/src/runtime/testdata/testgoroutineleakprofile) is copied, its main function replaced by
`go/driver/main.go`, and every program is run many times at GOMAXPROCS 1, 2 and 4. A program prints its own
goroutine leak profile; the driver adds one after the program returned. A line counts as leaked when the
runtime marked a goroutine there in either sample, as parked when one stood there unmarked in the last one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SUITE = "src/runtime/testdata/testgoroutineleakprofile"
DRIVER = Path(__file__).parent / "go" / "driver" / "main.go"
DATA = Path(__file__).parent / "data" / "goker.json"
PROCS = (1, 2, 4)
RUN_SECONDS = 60
"""A program that runs longer is ended; what it printed until then counts."""
LAST_SAMPLE = b"\n==== last sample\n"
PARKED = re.compile(r"chan (send|receive)|select|sync\.|sleep")
"""Wait reasons that count as parked: not I/O, not the runtime's own."""

ABOUT = "Lines of the suite where goroutines leak when its programs run, counted in runs. Parked: unmarked."
_GROUPS = {"simple.go": "micro", "commonpatterns.go": "pattern", "stresstests.go": "stress"}
_HEADER = re.compile(rb"goroutine \d+ [^\[\n]*\[([^\]]*?(?:\[[^\]]*\][^\]]*?)?)\]:?(?: \{.*\})?$", re.M)
_REGISTER = re.compile(r"^\s*register\(\"(\w+)\"", re.M)


@dataclass(frozen=True, slots=True)
class Parked:
    """A goroutine of a profile: where its innermost frame in the suite stands, and where it was started."""

    leaked: bool
    reason: str
    file: str
    line: int
    spawn: str
    """`file:line`, or "" for the program's first goroutine."""


@dataclass(frozen=True, slots=True)
class Program:
    """One program of the suite. `file` is relative to the suite."""

    name: str
    file: str
    group: str


@dataclass(slots=True)
class Tally:
    """What was seen of one program over all its runs; counts are runs, not goroutines."""

    runs: int = 0
    unclean: int = 0
    """Runs that crashed or were ended by the time limit."""
    leaked: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    leaked_runs: Counter[int] = field(default_factory=Counter)
    spawns: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    parked: Counter[int] = field(default_factory=Counter)


def go_environment(go: str) -> dict[str, str]:
    """The environment in which `go` builds, with the leak profile switched on where it is an experiment."""
    environment = {k: v for k, v in os.environ.items() if k not in ("GOROOT", "GOFLAGS", "GODEBUG")}
    environment |= {"GOTOOLCHAIN": "local", "GOWORK": "off"}
    minor = int(go_version(go).split(".")[1])
    if minor <= 26:
        environment["GOEXPERIMENT"] = "goroutineleakprofile"
    return environment


def go_version(go: str) -> str:
    """`1.26.8` for the Go command `go`."""
    said = subprocess.run([go, "version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"go(\d+\.\d+\S*)", said)
    if not found:
        raise ValueError(f"{go} version said {said!r}")
    return found.group(1)


def go_root(go: str) -> Path:
    """GOROOT of the Go command `go`."""
    said = subprocess.run([go, "env", "GOROOT"], capture_output=True, text=True, check=True).stdout
    return Path(said.strip())


def copy_suite(root: Path, target: Path, version: str) -> None:
    """Copy the suite of GOROOT `root` to `target` and make it a module."""
    shutil.copytree(root / SUITE, target)
    for path in target.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    minor = ".".join(version.split(".")[:2])
    (target / "go.mod").write_text(f"module suite\n\ngo {minor}\n")


def programs(suite: Path) -> list[Program]:
    """All programs that the suite registers, by file and place."""
    found = []
    for path in sorted(suite.rglob("*.go")):
        if path.name == "main.go":
            continue
        file = path.relative_to(suite).as_posix()
        group = "kernel" if file.startswith("goker/") else _GROUPS.get(file, "other")
        found += [Program(name, file, group) for name in _REGISTER.findall(path.read_text())]
    return found


def build(go: str, suite: Path, target: Path) -> dict[str, Path]:
    """Build both programs of the suite with our driver; the executable for each folder ("" and "goker")."""
    built = {}
    for folder in ("", "goker"):
        shutil.copy(DRIVER, suite / folder / "main.go")
        exe = target / f"suite{folder}.exe"
        subprocess.run(
            [go, "build", "-o", str(exe), "."], cwd=suite / folder, env=go_environment(go), check=True
        )
        built[folder] = exe
    return built


def measure(go: str, work: Path, runs: int, jobs: int, only: str = "") -> dict[str, Any]:
    """Run every program (whose name matches `only`) `runs` times; the truth as it is stored."""
    root, version = go_root(go), go_version(go)
    suite = work / "suite"
    copy_suite(root, suite, version)
    todo = [p for p in programs(suite) if re.search(only, p.name)]
    built = build(go, suite, work)
    tallies = {p.name: Tally() for p in todo}

    def one(at: tuple[Program, int]) -> tuple[str, bytes, bool]:
        program, procs = at
        exe = built["goker" if program.group == "kernel" else ""]
        return program.name, *run_once(exe, program.name, procs)

    plan = [(p, PROCS[i % len(PROCS)]) for i in range(runs) for p in todo]
    files = {p.name: p.file for p in todo}
    with ThreadPoolExecutor(jobs) as pool:
        for name, text, clean in pool.map(one, plan):
            count(tallies[name], text, files[name], clean)
    shas = {f: sha256(root / SUITE / f) for f in sorted({p.file for p in todo})}
    measured = [_stored(p, tallies[p.name], shas[p.file], version) for p in todo]
    return {"about": ABOUT, "procs": list(PROCS), "programs": measured}


def run_once(exe: Path, name: str, procs: int) -> tuple[bytes, bool]:
    """Everything one run printed on stdout, and whether it ended by itself and well."""
    environment = {"GOMAXPROCS": str(procs), "PATH": os.defpath}
    argv = [str(exe), name]
    try:
        done = subprocess.run(
            argv, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=RUN_SECONDS
        )
    except subprocess.TimeoutExpired as late:
        return late.stdout or b"", False
    return done.stdout, done.returncode == 0


def count(tally: Tally, text: bytes, file: str, clean: bool) -> None:
    """Add one run's output to the tally of a program of `file`."""
    tally.runs += 1
    tally.unclean += not clean
    first, _, last = text.rpartition(LAST_SAMPLE)
    seen = [p for p in goroutines(first) if p.leaked] + list(goroutines(last if first else text))
    leaked = {p for p in seen if p.leaked and p.file == file}
    for line in sorted({p.line for p in leaked}):
        tally.leaked_runs[line] += 1
    for line, reason in sorted({(p.line, p.reason) for p in leaked}):
        tally.leaked[line][reason] += 1
    for parked in leaked:
        tally.spawns[parked.line].add(parked.spawn)
    still = {p.line for p in seen if not p.leaked and p.file == file and PARKED.search(p.reason)}
    for line in sorted(still - {p.line for p in leaked}):
        tally.parked[line] += 1


def goroutines(text: bytes) -> Iterator[Parked]:
    """The different goroutines of a debug=2 profile (equal ones once) that have a frame in the suite."""
    done: set[tuple[bytes, ...]] = set()
    for stack in text.split(b"\n\n"):
        header = _HEADER.search(stack)
        if not header:
            continue
        lines = stack[header.end() :].split(b"\n")
        key = (
            header.group(1).split(b",")[0],
            *(s.split(b" ")[0] for s in lines if s.startswith((b"\t", b"created"))),
        )
        if key in done:
            continue
        done.add(key)
        with contextlib.suppress(StopIteration):
            yield _goroutine(header.group(1).decode(), [s.decode() for s in lines])


def _goroutine(state: str, lines: list[str]) -> Parked:
    """Raises StopIteration when the goroutine never was in the suite."""
    created = next((i for i, s in enumerate(lines) if s.startswith("created by ")), len(lines))
    spawn = next((p for s in lines[created:] if (p := _position(s))), None)
    at = next((p for s in lines[:created] if (p := _position(s))), None) or spawn
    if at is None:
        raise StopIteration
    reason = state.split(",")[0]
    for mark in (" (leaked)", " (scan)", " (durable)"):
        reason = reason.replace(mark, "")
    where = f"{spawn[0]}:{spawn[1]}" if spawn else ""
    return Parked("(leaked)" in state, reason.strip(), at[0], at[1], where)


def _position(line: str) -> tuple[str, int] | None:
    """File (relative to the suite) and line of a frame's position line, None for frames of other code."""
    found = re.match(r"\t.*/suite/((?:goker/)?[^/]+\.go):(\d+)", line)
    if not found or found.group(1) in ("main.go", "goker/main.go"):
        return None
    return found.group(1), int(found.group(2))


def merge(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Both measurements as one: counts of the same program in the same text are added, the rest is kept."""
    programs = {(p["name"], p["sha256"]): p for p in old["programs"]}
    for program in new["programs"]:
        key = (program["name"], program["sha256"])
        programs[key] = _added(programs[key], program) if key in programs else program
    order = sorted(programs.values(), key=lambda p: (p["group"], p["name"], p["go"]))
    return {"about": ABOUT, "procs": new["procs"], "programs": order}


def store(truth: dict[str, Any], path: Path = DATA) -> None:
    """Write the truth."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(truth, indent=1) + "\n")


def load(path: Path = DATA) -> dict[str, Any]:
    """The stored truth; no programs when nothing was measured yet."""
    if not path.exists():
        return {"about": ABOUT, "procs": list(PROCS), "programs": []}
    truth: dict[str, Any] = json.loads(path.read_text())
    return truth


def sha256(path: Path) -> str:
    """The digest of a file, which ties a truth to the text it was measured on."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _stored(program: Program, tally: Tally, digest: str, version: str) -> dict[str, Any]:
    leaked = {
        str(line): {
            "count": tally.leaked_runs[line],
            "reasons": dict(sorted(reasons.items())),
            "spawns": sorted(tally.spawns[line] - {""}),
        }
        for line, reasons in sorted(tally.leaked.items())
    }
    return {
        "name": program.name,
        "file": program.file,
        "sha256": digest,
        "group": program.group,
        "go": [version],
        "runs": tally.runs,
        "unclean": tally.unclean,
        "leaked": leaked,
        "parked": {str(k): n for k, n in sorted(tally.parked.items())},
    }


def _added(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    leaked = dict(one["leaked"])
    for line, seen in other["leaked"].items():
        before = leaked.get(line, {"count": 0, "reasons": {}, "spawns": []})
        reasons = Counter(before["reasons"]) + Counter(seen["reasons"])
        leaked[line] = {
            "count": before["count"] + seen["count"],
            "reasons": dict(sorted(reasons.items())),
            "spawns": sorted({*before["spawns"], *seen["spawns"]}),
        }
    parked = Counter(one["parked"]) + Counter(other["parked"])
    return one | {
        "go": sorted({*one["go"], *other["go"]}),
        "runs": one["runs"] + other["runs"],
        "unclean": one["unclean"] + other["unclean"],
        "leaked": dict(sorted(leaked.items(), key=lambda item: int(item[0]))),
        "parked": dict(sorted(parked.items(), key=lambda item: int(item[0]))),
    }
