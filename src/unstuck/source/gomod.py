"""go.mod, go.work and vendor/modules.txt as plain data.

Grammar: go.dev/ref/mod#go-mod-file-grammar (golang.org/x/mod/modfile). Directives that are not needed here
(exclude, retract, tool and those of later Go versions) are skipped. No version selection: the requirements
of a main module at `go 1.17` or later list every module of the build.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(r'\s*(?:(//.*)|("(?:[^"\\]|\\.)*")|(`[^`]*`)|(=>|[()])|((?:(?!//|=>)[^\s()"`])+))')
_GO_VERSION = re.compile(r"[1-9]\d*(?:\.(?:0|[1-9]\d*)){0,2}(?:(?:rc|beta|alpha)\d+)?(?:-\S+)?")
_TOOLCHAIN = re.compile(r"default|(?:\S+-)?go[1-9]\S*")
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Replace:
    """`old => new`. An empty version matches all; a local folder has an empty `new_version`."""

    path: str
    version: str
    new_path: str
    new_version: str

    @property
    def local(self) -> bool:
        """The replacement is a folder."""
        return self.new_path.startswith(("./", "../", "/")) or self.new_path in (".", "..")


@dataclass(frozen=True, slots=True)
class ModFile:
    """A go.mod or go.work."""

    module: str = ""
    go: str | None = None
    toolchain: str | None = None
    godebug: tuple[tuple[str, str], ...] = ()
    ignore: tuple[str, ...] = ()
    requires: tuple[tuple[str, str], ...] = ()
    replaces: tuple[Replace, ...] = ()
    use: tuple[str, ...] = ()


class BadModFileError(ValueError):
    """A go.mod or go.work that does not parse; `line` counts from 1."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line
        self.why = why


@dataclass(slots=True)
class _Draft:
    module: str = ""
    go: str | None = None
    toolchain: str | None = None
    godebug: list[tuple[str, str]] = field(default_factory=list)
    ignore: list[str] = field(default_factory=list)
    requires: list[tuple[str, str]] = field(default_factory=list)
    replaces: list[Replace] = field(default_factory=list)
    use: list[str] = field(default_factory=list)


def parse_go_mod(data: bytes) -> ModFile:
    """Parse a go.mod. Raises `BadModFileError`, also when it names no module."""
    mod = _parse(data)
    if not mod.module:
        raise BadModFileError(1, "it names no module")
    return mod


def parse_go_work(data: bytes) -> ModFile:
    """Parse a go.work. Raises `BadModFileError`."""
    return _parse(data)


def parse_vendor(data: bytes) -> dict[str, tuple[str, str]]:
    """Map each package path in vendor/modules.txt to (module path, its go line or "")."""
    packages: dict[str, tuple[str, str]] = {}
    module, go = "", ""
    for line in data.decode("utf-8", "replace").splitlines():
        if line.startswith("## "):
            found = re.search(r"\bgo (\d\S*)", line)
            go = found[1].rstrip(";") if found else go
        elif line.startswith("# "):
            words = line.split()
            module, go = (words[1] if len(words) > 1 else ""), ""
        elif line and not line.startswith("#"):
            packages[line.strip()] = (module, go)
    return packages


def escape(text: str) -> str:
    """A module path or version as the module cache spells it: `!a` for `A`."""
    return re.sub(r"[A-Z]", lambda found: "!" + found[0].lower(), text)


def _parse(data: bytes) -> ModFile:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadModFileError(data.count(b"\n", 0, error.start) + 1, "it is not UTF-8") from None
    draft = _Draft()
    for line, words in _statements(text):
        _add(draft, line, words)
    return ModFile(
        draft.module,
        draft.go,
        draft.toolchain,
        tuple(draft.godebug),
        tuple(draft.ignore),
        tuple(draft.requires),
        tuple(draft.replaces),
        tuple(draft.use),
    )


def _statements(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each directive with its line, the verb of a block put before each line of the block."""
    verb: list[str] = []
    opened = 0
    for number, line in enumerate(text.split("\n"), 1):
        words = _words(line, number)
        if not words:
            continue
        if not opened and words[-1] == "(":
            if len(words) != 2:
                raise BadModFileError(number, "a block opens with one word and (")
            verb, opened = words[:1], number
        elif opened and words == [")"]:
            verb, opened = [], 0
        elif "(" in words or ")" in words:
            if not (len(words) == 3 and words[1:] == ["(", ")"] and not opened):
                raise BadModFileError(number, "unexpected parenthesis")
        else:
            yield number, verb + words
    if opened:
        raise BadModFileError(opened, "a block that is not closed")


def _words(line: str, number: int) -> list[str]:
    words: list[str] = []
    at, end = 0, len(line.rstrip())
    while at < end:
        match = _TOKEN.match(line, at, end)
        if match is None:
            raise BadModFileError(number, f"unexpected {line[at:].strip()[:1]!r}")
        if match[1] is not None:
            break
        if match[2] is not None:
            words.append(_ESCAPE.sub(r"\1", match[2][1:-1]))
        elif match[3] is not None:
            words.append(match[3][1:-1])
        else:
            words.append(match[4] or match[5])
        at = match.end()
    return words


def _add(draft: _Draft, line: int, words: list[str]) -> None:
    verb, args = words[0], words[1:]
    if verb not in ("module", "go", "toolchain", "godebug", "ignore", "require", "replace", "use"):
        return
    if not args:
        raise BadModFileError(line, f"{verb} without a value")
    match verb:
        case "module":
            draft.module = args[0]
        case "go":
            draft.go = _checked(_GO_VERSION, args[0], line, "go version")
        case "toolchain":
            draft.toolchain = _checked(_TOOLCHAIN, args[0], line, "toolchain")
        case "godebug":
            key, equals, value = args[0].partition("=")
            if not equals:
                raise BadModFileError(line, "godebug wants key=value")
            draft.godebug.append((key, value))
        case "ignore":
            draft.ignore.append(args[0])
        case "use":
            draft.use.append(args[0])
        case "require":
            if len(args) < 2:
                raise BadModFileError(line, "require wants a path and a version")
            draft.requires.append((args[0], args[1]))
        case "replace":
            draft.replaces.append(_replace(args, line))


def _checked(pattern: re.Pattern[str], text: str, line: int, what: str) -> str:
    if pattern.fullmatch(text) is None:
        raise BadModFileError(line, f"{text!r} is no {what}")
    return text


def _replace(args: list[str], line: int) -> Replace:
    if args.count("=>") != 1:
        raise BadModFileError(line, "replace wants old => new")
    at = args.index("=>")
    old, new = args[:at], args[at + 1 :]
    if not 1 <= len(old) <= 2 or not 1 <= len(new) <= 2:
        raise BadModFileError(line, "replace wants path [version] => path [version]")
    return Replace(old[0], (old[1:] or [""])[0], new[0], (new[1:] or [""])[0])
