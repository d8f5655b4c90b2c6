"""Writing edited files: all of them or none.

Each file is written beside its place and then moved there, so that nobody ever reads half of one. A file that
is not the one that was read any more, or that may not be written, stops all of it before anything is changed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SAFE = ("--no-pager", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
"""Options of git that keep it from running what the configuration of a repository names."""


class WriteError(Exception):
    """Nothing was changed; the message says why."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A file (absolute path) and its bytes before and after."""

    path: str
    shown: str
    """How reports name it."""
    before: bytes
    after: bytes


def write_all(files: Sequence[Rewrite]) -> None:
    """Writes all files. Raises WriteError and leaves everything as it was when anything is in the way."""
    for file in files:
        _check(file)
    staged: list[tuple[Rewrite, str]] = []
    moved: list[Rewrite] = []
    try:
        for file in files:
            staged.append((file, _stage(file)))
        for file, temporary in staged:
            os.replace(temporary, os.path.realpath(file.path))
            moved.append(file)
    except OSError as error:
        for file in moved:
            _put_back(file)
        raise WriteError(f"nothing was changed: {error.strerror or error}") from error
    finally:
        for _, temporary in staged:
            if os.path.exists(temporary):
                os.unlink(temporary)


def _check(file: Rewrite) -> None:
    try:
        status = os.stat(file.path)
        with open(file.path, "rb") as stream:
            now = stream.read()
    except OSError as error:
        raise WriteError(f"nothing was changed: {file.shown}: {error.strerror or error}") from error
    if not stat.S_ISREG(status.st_mode):
        raise WriteError(f"nothing was changed: {file.shown} is not a regular file")
    if not status.st_mode & stat.S_IWUSR or not os.access(file.path, os.W_OK):
        raise WriteError(f"nothing was changed: {file.shown} is read-only")
    if now != file.before:
        raise WriteError(f"nothing was changed: {file.shown} was changed by somebody else in the meantime")


def _stage(file: Rewrite) -> str:
    """The new text in a file beside the old one, with its permissions."""
    target = os.path.realpath(file.path)
    temporary = f"{target}.{os.getpid()}.unstuck"
    try:
        with open(temporary, "xb") as stream:
            stream.write(file.after)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, stat.S_IMODE(os.stat(target).st_mode))
    except OSError:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise
    return temporary


def _put_back(file: Rewrite) -> None:
    temporary = _stage(Rewrite(file.path, file.shown, file.after, file.before))
    os.replace(temporary, os.path.realpath(file.path))


def uncommitted(files: Sequence[str]) -> str:
    """The first path that git says is not committed in the repository of each file; "" where all is, or where
    there is no git. Of files git does not know, only those to be edited count."""
    for folder in dict.fromkeys(os.path.dirname(os.path.realpath(path)) for path in files):
        top = _git(folder, "rev-parse", "--show-toplevel").removesuffix("\n")
        if not top:
            continue
        inside = {
            os.path.relpath(os.path.realpath(path), os.path.realpath(top)).replace(os.sep, "/")
            for path in files
        }
        status = ("status", "--porcelain", "-z", "--untracked-files=all", "--ignore-submodules=dirty")
        for entry in _git(folder, *_unfiltered(folder), *status).split("\0"):
            if entry and (not entry.startswith("??") or entry[3:] in inside):
                return entry[3:]
    return ""


def _unfiltered(folder: str) -> Iterator[str]:
    """Options that take away the filters (gitattributes) which the repository itself names: programs."""
    told = _git(folder, "config", "--show-scope", "--name-only", "-z", "--get-regexp", r"^filter\..*\.")
    words = told.split("\0")
    for scope, name in zip(words[::2], words[1::2]):
        if scope in ("local", "worktree"):
            yield from ("-c", f"{name}=")


def _git(folder: str, *args: str) -> str:
    """What git prints, "" when it fails; programs that a repository names are not run."""
    import subprocess

    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(
            ("git", *SAFE, *args),
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError:
        return ""
    return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else ""
