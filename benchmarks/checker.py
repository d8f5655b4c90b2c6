"""Runs `unstuck check --format json` the way a user would and reads what it prints.

Only the published JSON is used, nothing of the package itself, so that a harness measures what users get.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).resolve().parent.parent / "src"


class CheckError(Exception):
    """`unstuck check` printed no report: what it said instead."""


@dataclass(frozen=True, slots=True)
class Found:
    """One finding, as far as the harnesses look at it. `path` is as printed, `line` counts from 1."""

    rule: str
    severity: str
    path: str
    line: int
    function: str
    message: str
    spawn_line: int | None
    evidence: str
    related: tuple[int, ...] = ()
    """Lines of the same file that the finding points to."""
    cures: tuple[str, ...] = ()
    """Titles of its verified cures, the best first."""

    @property
    def loud(self) -> bool:
        """Above note."""
        return self.severity != "note"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the tool. `seconds` is wall time, `peak_mib` the most memory of its processes."""

    findings: tuple[Found, ...]
    gaps: tuple[tuple[str, str, int, str], ...]
    """(code, path, line, why)"""
    stats: Mapping[str, Any]
    exit_status: int
    seconds: float = 0.0
    peak_mib: float = 0.0


def check(
    paths: Sequence[str],
    folder: Path,
    options: Sequence[str] = (),
    command: str | None = None,
    timeout: float = 3600,
) -> Run:
    """Run `unstuck check --format json [options] paths` in `folder`.

    `command` replaces `python -m unstuck`. Raises CheckError when no JSON object came, or the time was up.
    """
    words = shlex.split(command) if command else [sys.executable, "-m", "unstuck"]
    environment = dict(os.environ)
    environment.setdefault("UNSTUCK_CACHE_DIR", "off")  # what is measured is the analysis
    if not command:
        environment["PYTHONPATH"] = os.pathsep.join(
            p for p in (str(SOURCE), os.environ.get("PYTHONPATH")) if p
        )
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        argv = [*words, "check", "--format", "json", *options, *paths]
        started = time.monotonic()
        process = subprocess.Popen(argv, cwd=folder, env=environment, stdout=out, stderr=err)
        peak = _wait(process, started + timeout)
        seconds = time.monotonic() - started
        out.seek(0)
        err.seek(0)
        said = err.read().decode(errors="replace").strip()
        run = read(out.read(), process.returncode, said)
    return Run(run.findings, run.gaps, run.stats, run.exit_status, seconds, peak)


def read(text: bytes, exit_status: int = 0, said: str = "") -> Run:
    """The run whose JSON report is `text`; `said` is what stood on stderr, for the error."""
    try:
        report = json.loads(text)
        findings = tuple(_found(f) for f in report["findings"] if not f.get("suppressed"))
        gaps = tuple((g["code"], g["path"], g["line"], g["why"]) for g in report["gaps"])
        return Run(findings, gaps, report["stats"], exit_status)
    except (ValueError, KeyError, TypeError) as error:
        tail = "\n".join(said.splitlines()[-3:])
        raise CheckError(f"no report (exit status {exit_status}): {error!r} {tail}") from None


def _found(item: Mapping[str, Any]) -> Found:
    spawn = item.get("spawn")
    return Found(
        rule=item["rule"],
        severity=item["severity"],
        path=item["path"],
        line=item["line"],
        function=item.get("function") or "",
        message=item.get("message") or "",
        spawn_line=spawn["line"] if spawn else None,
        evidence=item.get("evidence") or "",
        related=tuple(each["line"] for each in item.get("related") or () if each["path"] == item["path"]),
        cures=tuple(each["title"] for each in item.get("fixes") or ()),
    )


def _wait(process: subprocess.Popen[bytes], deadline: float) -> float:
    """Wait until the process ends; the most resident memory of it and its descendants, in MiB.

    Whatever happens, none of them outlives the call.
    """
    peak = 0
    try:
        while process.poll() is None:
            peak = max(peak, _resident_kib(process.pid))
            if time.monotonic() > deadline:
                raise CheckError("no report: time was up")
            time.sleep(0.05)
    finally:
        for pid in _family(process.pid) if process.poll() is None else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
    return peak / 1024


def _resident_kib(pid: int) -> int:
    """Resident memory of a process and its descendants now, summed; 0 where there is no /proc."""
    total = 0
    for member in _family(pid):
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{member}/status").read_text().splitlines()
            total += next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)
    return total


def _family(pid: int) -> list[int]:
    """A process and its descendants, as far as /proc tells."""
    family = [pid]
    for member in family:
        for task in sorted(Path(f"/proc/{member}/task").glob("*/children")):
            with contextlib.suppress(OSError):
                family += [int(child) for child in task.read_text().split()]
    return family
