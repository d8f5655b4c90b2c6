"""One run of `go test` under observation, from the arguments to what every test binary left behind."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from unstuck.dynamic import goflags
from unstuck.dynamic.goflags import GoArguments
from unstuck.dynamic.golang import Go, Method, environment_of, experiment, find_go
from unstuck.dynamic.judge import Binary, State, judge
from unstuck.dynamic.overlay import read_overlay, write_overlay
from unstuck.dynamic.packages import Listed, list_packages
from unstuck.dynamic.process import run
from unstuck.dynamic.records import read_records
from unstuck.dynamic.selfproof import prove


class RequestError(Exception):
    """What was asked for cannot be observed; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Request:
    """What `unstuck test` was asked for."""

    go: str | None
    """A go command; None for the one on the PATH."""
    args: tuple[str, ...]
    """Arguments of go test."""
    cwd: str
    cache: str
    """Our folder for what outlives a run."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A request made ready to run."""

    go: Go
    arguments: GoArguments
    folder: str
    """Where go test runs: the working directory, or what -C names."""
    scratch: str
    """A temporary folder of this run."""
    replaced: dict[str, str]
    """The user's own overlay."""
    cache: str
    """For what outlives the run."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What came of it."""

    go: Go
    status: int
    """Exit status of go test."""
    binaries: tuple[Binary, ...]
    """All test binaries that were expected or seen, by package."""
    packages: tuple[Listed, ...]

    @property
    def method(self) -> Method:
        """How goroutines were judged."""
        return self.go.method


def prepare(request: Request, scratch: str) -> Setting:
    """Find the go command, understand the arguments. Raises RequestError, GoError, OverlayError."""
    arguments = goflags.understand(request.args)
    for flag, what in goflags.NOT_RUNNING.items():
        if arguments.has(flag):
            raise RequestError(
                f"go test -{flag} {what}: there would be nothing to observe; use go test itself"
            )
    folder = os.path.join(request.cwd, arguments.value("C"))
    if not os.path.isdir(folder):
        raise RequestError(f"-C {arguments.value('C')}: there is no such folder")
    go = find_go(request.go, folder, os.environ, request.cache)
    named = arguments.value("overlay") or goflags.overlay_in(go.flags)
    replaced = read_overlay(os.path.join(folder, named), folder) if named else {}
    return Setting(go, arguments, folder, scratch, replaced, request.cache)


def observe(setting: Setting) -> Observation:
    """Run go test once; its output is its own. Raises OverlayError and ProofError."""
    records = folder_in(setting.scratch, "records")
    overlay = write_overlay(setting.go.goroot, folder_in(setting.scratch, "overlay"), setting.replaced)
    environment = environment_of(setting.go, records)
    status = run(
        [setting.go.command, *test_arguments(setting.arguments, overlay)], setting.folder, environment
    )
    prove(setting.go, setting.arguments, overlay, setting.scratch, setting.cache)
    packages = packages_of(setting, overlay)
    seen = [judge(record, setting.go.method) for record in read_records(records)]
    return Observation(setting.go, status, _complete(seen, packages), packages)


def test_arguments(arguments: GoArguments, overlay: str) -> list[str]:
    """`test` and its arguments. A cached run would deliver nothing, hence -count."""
    once = [] if arguments.has("count") else ["-count=1"]
    return ["test", f"-overlay={overlay}", *once, *arguments.without("C", "overlay")]


def packages_of(setting: Setting, overlay: str) -> tuple[Listed, ...]:
    """The packages that the run was about."""
    flags = (f"-overlay={overlay}", *setting.arguments.for_list())
    patterns = setting.arguments.packages or (".",)
    return list_packages(setting.go.command, flags, patterns, setting.folder, list_environment(setting))


def list_environment(setting: Setting) -> dict[str, str]:
    """The environment for `go list`."""
    return dict(setting.go.environment) | experiment(setting.go)


def _complete(seen: Sequence[Binary], packages: Sequence[Listed]) -> tuple[Binary, ...]:
    """With the packages that should have delivered a record and did not."""
    known = {binary.package for binary in seen}
    missing = [
        Binary(package.path, package.dir, State.UNCHECKED, package.broken or _NOTHING_CAME, ())
        for package in packages
        if package.test_files and package.path not in known
    ]
    return tuple(sorted((*seen, *missing), key=lambda binary: (binary.package, binary.dir)))


_NOTHING_CAME = "no word from its test binary: it did not build, was not run, or died before its tests began"


def folder_in(base: str, name: str) -> str:
    """A folder of this name in another, made."""
    path = os.path.join(base, name)
    Path(path).mkdir(parents=True, exist_ok=True)
    return path


def scratch_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder that is gone when the run is over, whatever happens."""
    return tempfile.TemporaryDirectory(prefix="unstuck-", ignore_cleanup_errors=True)
