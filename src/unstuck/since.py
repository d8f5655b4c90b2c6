"""What changed since a git revision: lines, and the functions that reach them.

Git is asked for a tree and for blobs only: commands that run no hook, filter, pager or other program that a
repository may name. What lies in the working tree is the text that was analysed, saved or not, committed or
not. Reaching is judged by names, as in cache/impact.py: a function reaches what it mentions, and what that
mentions.
"""

from __future__ import annotations

import difflib
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha1, sha256

from unstuck.cache.chunks import Text, text_of
from unstuck.cache.digest import frame_digest, text_digest
from unstuck.cache.impact import ALL, Impact, Tree, impact, incoming_names, tree_of
from unstuck.config import UsageError
from unstuck.findings import Finding
from unstuck.source.file import Location, SourceFile
from unstuck.source.package import Package
from unstuck.source.write import SAFE

MAX_LINES = 4_000
"""Lines from the first to the last change of a file that are compared; past it all of them are changed."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A commit of the repository that a folder belongs to; absolute path of its top."""

    top: str
    commit: str
    blobs: Mapping[str, str] = field(repr=False)
    """Object name by path relative to the top, of all files of the commit."""


def repository(cwd: str, revision: str) -> Repository:
    """Asks git. Raises UsageError outside a repository and for a revision that is not there."""
    top = _git(cwd, "rev-parse", "--show-toplevel", why="--since needs a git repository")
    shown = os.fsdecode(top).removesuffix("\n")
    commit = _git(
        cwd,
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        f"{revision}^{{commit}}",
        why=f"--since {revision}: no such revision in {shown}",
    )
    name = commit.decode("ascii", "replace").strip()
    listed = _git(shown, "ls-tree", "-r", "-z", "--full-tree", name, why=f"--since {revision}")
    blobs: dict[str, str] = {}
    for entry in listed.split(b"\0"):
        head, _, path = entry.partition(b"\t")
        words = head.split()
        if len(words) == 3 and words[1] == b"blob":
            blobs[os.fsdecode(path)] = words[2].decode("ascii", "replace")
    return Repository(os.path.realpath(shown), name, blobs)


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new since a revision."""

    lines: Mapping[str, Sequence[range]]
    """Changed lines by the path of reports, counted from 1."""
    tree: Tree
    impact: Impact


def changes(repo: Repository, packages: Sequence[Package], cwd: str) -> Changes:
    """Compares the files of packages with a commit."""
    files = {item.file.path: item.file for package in packages for item in package.files}
    old = _old_texts(repo, files, cwd)
    lines = {
        path: _changed_lines(old[path], file.text()) if path in old else [range(1, 1 << 60)]
        for path, file in files.items()
        if old.get(path) != file.text()
    }
    before: dict[str, Text] = {}
    for package in packages:
        known = [(item.file.path, old[item.file.path]) for item in package.files if item.file.path in old]
        texts = tuple((path, text.decode("utf-8", "surrogateescape")) for path, text in known)
        before[package.path] = Text(frame_digest(package), texts)
    contents = {package.path: _content(package.path, text_of(package)) for package in packages}
    was = {path: _content(path, text) for path, text in before.items()}
    tree = tree_of(packages, contents)
    by_content = {was[path]: text for path, text in before.items()}
    return Changes(lines, tree, impact(tree, was, by_content.get))


def is_new(found: Finding, since: Changes) -> bool:
    """Tell whether a finding lies on changed lines, or in functions that reach some."""
    places = tuple(_places(found))
    if any(_on(place, since.lines) for place in places):
        return True
    return any(_reaches(place, since) for place in places)


def _places(found: Finding) -> Iterator[Location]:
    yield found.at
    if found.spawn is not None:
        yield found.spawn
    if found.object is not None:
        yield found.object.made
    for step in found.steps:
        yield step.at


def _on(place: Location, lines: Mapping[str, Sequence[range]]) -> bool:
    return any(
        changed.start <= place.end_line and place.line < changed.stop for changed in lines.get(place.path, ())
    )


def _reaches(place: Location, since: Changes) -> bool:
    """The declaration around a place mentions something that changed, or mentions what mentions it."""
    for path, package in since.tree.packages.items():
        file = next((item.file for item in package.files if item.file.path == place.path), None)
        if file is None:
            continue
        incoming = incoming_names(since.tree, since.impact.names, path)
        starts = file.line_starts()
        at = starts[min(place.line, len(starts)) - 1] + place.column - 1
        around = [
            each
            for each in since.tree.mentioned(path)
            if each.path == place.path and each.start <= at < each.end
        ]
        if ALL in incoming or any(not each.words.isdisjoint(incoming) for each in around):
            return True
    return False


def _old_texts(repo: Repository, files: Mapping[str, SourceFile], cwd: str) -> dict[str, bytes]:
    """The texts of files in the commit, by the path of reports; those that the commit does not have are left
    out."""
    texts: dict[str, bytes] = {}
    wanted: list[tuple[str, str]] = []
    for path, file in files.items():
        inner = os.path.relpath(os.path.realpath(os.path.join(cwd, path)), repo.top).replace(os.sep, "/")
        name = repo.blobs.get(inner)
        if name is None:
            continue
        if name == _blob_name(file.text(), len(name)):
            texts[path] = file.text()
        else:
            wanted.append((path, name))
    texts.update(zip([path for path, _ in wanted], _blobs(repo, [name for _, name in wanted])))
    return texts


def _blob_name(text: bytes, length: int) -> str:
    """What git calls a text (gitformat-pack): SHA-1 or, by the length of the name, SHA-256."""
    data = b"blob %d\0" % len(text) + text
    return sha256(data).hexdigest() if length == 64 else sha1(data, usedforsecurity=False).hexdigest()


def _blobs(repo: Repository, names: Sequence[str]) -> list[bytes]:
    """The contents of blobs, empty for those that are not there."""
    if not names:
        return []
    asked = "".join(f"{name}\n" for name in names).encode("ascii")
    told = _git(repo.top, "cat-file", "--batch", why="git cannot read old files", stdin=asked)
    found: list[bytes] = []
    at = 0
    for _ in names:
        end = told.find(b"\n", at)
        words = told[at:end].split()
        at = end + 1
        if len(words) == 3 and words[1] == b"blob":
            size = int(words[2])
            found.append(told[at : at + size])
            at += size + 1
        else:
            found.append(b"")
    return found


def _changed_lines(old: bytes, new: bytes) -> list[range]:
    """Lines of `new` that `old` does not have there, from 1; where lines went, the one behind them. How lines
    end does not count."""
    before, after = ([line.rstrip(b"\r") for line in text.split(b"\n")] for text in (old, new))
    first = 0
    while first < min(len(before), len(after)) and before[first] == after[first]:
        first += 1
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    old_part, new_part = before[first : len(before) - last], after[first : len(after) - last]
    if max(len(old_part), len(new_part)) > MAX_LINES:
        return [range(first + 1, first + len(new_part) + 1)]
    matcher = difflib.SequenceMatcher(None, old_part, new_part, autojunk=False)
    return [
        range(first + start + 1, first + max(end, start + 1) + 1)
        for tag, _, _, start, end in matcher.get_opcodes()
        if tag != "equal"
    ]


def _content(package: str, text: Text) -> str:
    return text_digest([package, *(each for pair in text.files for each in pair)])


def _git(folder: str, *words: str, why: str, stdin: bytes = b"") -> bytes:
    """What a git command prints. Raises UsageError with `why` and what git said when it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", *SAFE, *words],
            cwd=folder,
            input=stdin,
            capture_output=True,
            env=environment,
            check=False,
        )
    except OSError as error:
        raise UsageError(f"{why}; git cannot be run: {(error.strerror or str(error)).lower()}") from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise UsageError(f"{why} ({said})" if said else why)
    return done.stdout
