"""Path patterns of the configuration file: the forms people know from .gitignore, without negation.

`*` and `?` stop at `/`, `**` does not, `[ab]` is a set of characters. A pattern without `/` (a trailing one
aside) matches at any depth; a pattern that matches a folder covers everything beneath it. Also the `...` of
the go command, in import paths.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\[(?:!|\^)?\]?[^\]/]*\]|.", re.DOTALL)


def matches_path(pattern: str, path: str) -> bool:
    """Tell whether the file or folder `path`, or a folder it lies in, matches `pattern` (both with `/`)."""
    return _path_regex(pattern).match(path) is not None


def matches_name(pattern: str, name: str) -> bool:
    """Tell whether all of `name` (a rule, a function, an import path) matches; `*` also matches `/` here.

    An import path pattern may end in `/...` as in the go command: it then matches the path before it too.
    """
    return _name_regex(pattern).fullmatch(name) is not None


def matches_dots(pattern: str, path: str) -> bool:
    """Tell whether `path` matches a pattern of the go command, where `...` stands for any text."""
    return _dots_regex(pattern).fullmatch(path) is not None


# As regular expressions. A wildcard takes as little as it can and, where another one follows that makes up
# for it, is not tried again: time grows with the path, not with 2 to the number of wildcards.


@lru_cache(maxsize=1024)
def _path_regex(pattern: str) -> re.Pattern[str]:
    body = pattern.removeprefix("./").rstrip("/")
    start = "" if "/" in body else "(?:.*?/)??"
    text = _deep(_joined(_TOKEN.findall(body.removeprefix("/"))))
    return re.compile(f"{start}{text}(?:/|\\Z)", re.DOTALL)


def _joined(tokens: Iterable[str]) -> list[str]:
    """Tokens with one wildcard for several `**` and `**/` in a row."""
    made: list[str] = []
    for token in tokens:
        if not token.startswith("**") or not made or not made[-1].startswith("**"):
            made.append(token)
        elif token == "**":
            made[-1] = token
    return made


def _deep(tokens: Sequence[str]) -> str:
    """Tokens as a regular expression: parts between `**` and `**/`, which do not stop at `/`."""
    starts = [0, *(number for number, token in enumerate(tokens) if token.startswith("**"))]
    made = []
    for start, end in zip(starts, (*starts[1:], len(tokens))):
        wild = {"**": ".*?", "**/": "(?:.*?/)??"}.get(tokens[start] if start < len(tokens) else "", "")
        inner = tokens[start + bool(wild) : end]
        text = wild + "".join(_shallow(part) for part in _split(inner, "/"))
        after = tokens[end] if end < len(tokens) else ""
        once = wild and after and (after == "**" or inner[-1:] == ["/"])
        made.append(f"(?>{text})" if once else text)
    return "".join(made)


def _shallow(tokens: Sequence[str]) -> str:
    """Tokens without `/` (one may stand at the end): `*` stops there."""
    fixed, *parts = ["".join(map(_piece, part)) for part in _split_before(tokens, "*")]
    *most, last = parts or [""]
    return fixed + "".join(f"(?>{part})" for part in most) + last


def _split(tokens: Sequence[str], end: str) -> Iterator[Sequence[str]]:
    """Stretches that end with a token."""
    start = 0
    for number, token in enumerate(tokens, 1):
        if token == end:
            yield tokens[start:number]
            start = number
    yield tokens[start:]


def _split_before(tokens: Sequence[str], first: str) -> Iterator[Sequence[str]]:
    """What stands before a token, and stretches that start with it."""
    starts = [0, *(number for number, token in enumerate(tokens) if token == first), len(tokens)]
    for start, end in pairwise(starts):
        yield tokens[start:end]


def _piece(token: str) -> str:
    if token == "*":
        return "[^/]*?"
    if token == "?":
        return "[^/]"
    if len(token) > 1:
        return _character_set(token)
    return re.escape(token)


def _character_set(token: str) -> str:
    """A set of characters as a regular expression; as plain text where it is none (`[z-a]`)."""
    inner = token[1:-1]
    negated = inner[:1] in ("!", "^")
    members = inner[1:] if negated else inner
    members = re.sub(r"([\\\[\]&~|^])", r"\\\1", members)
    text = f"[^/{members}]" if negated else f"[{members}]"
    try:
        re.compile(text)
    except re.error:
        return re.escape(token)
    return text


@lru_cache(maxsize=1024)
def _name_regex(pattern: str) -> re.Pattern[str]:
    parts = [
        "".join("." if char == "?" else re.escape(char) for char in part)
        for part in pattern.removesuffix("/...").split("*")
    ]
    return _of_any_text(parts, pattern.endswith("/..."))


@lru_cache(maxsize=1024)
def _dots_regex(pattern: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in pattern.removesuffix("/...").split("...")]
    return _of_any_text(parts, pattern.endswith("/..."))


def _of_any_text(parts: Sequence[str], below: bool) -> re.Pattern[str]:
    """Parts with any text between them, and `below`, behind them from a slash on."""
    first, *rest = parts
    *most, last = rest or [""]
    text = first + "".join(f"(?>.*?{part})" for part in most) + (f".*?{last}" if rest else "")
    return re.compile(text + ("(?:/.*)?" if below else ""), re.DOTALL)
