"""Path patterns of the configuration file: the forms people know from .gitignore, without negation.

`*` and `?` stop at `/`, `**` does not, `[ab]` is a set of characters. A pattern without `/` (a trailing one
aside) matches at any depth; a pattern that matches a folder covers everything beneath it. Also the `...` of
the go command, in import paths.
"""

from __future__ import annotations

import re
from functools import lru_cache

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


@lru_cache(maxsize=1024)
def _path_regex(pattern: str) -> re.Pattern[str]:
    body = pattern.removeprefix("./").rstrip("/")
    anchored = "/" in body
    text = "".join(_piece(token) for token in _TOKEN.findall(body.removeprefix("/")))
    start = "" if anchored else "(?:.*/)?"
    return re.compile(f"{start}{text}(?:/|\\Z)", re.DOTALL)


def _piece(token: str) -> str:
    if token == "**/":
        return "(?:.*/)?"
    if token == "**":
        return ".*"
    if token == "*":
        return "[^/]*"
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
    if pattern.endswith("/..."):
        return re.compile(_stars(pattern[:-4]) + "(?:/.*)?", re.DOTALL)
    return re.compile(_stars(pattern), re.DOTALL)


def _stars(pattern: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(char) or re.escape(char) for char in pattern)


@lru_cache(maxsize=1024)
def _dots_regex(pattern: str) -> re.Pattern[str]:
    tail = ""
    if pattern.endswith("/..."):
        pattern, tail = pattern[:-4], "(?:/.*)?"
    return re.compile(".*".join(re.escape(part) for part in pattern.split("...")) + tail, re.DOTALL)
