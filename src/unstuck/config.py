"""Settings and limits: defaults, and what `unstuck.toml` at the root of a module or workspace says.

    fail-on = "warning"          # error, warning, note or never
    tests = true                 # analyse _test.go files
    generated = false            # report findings in generated files
    tags = ["integration"]       # build tags
    exclude = ["internal/legacy/", "*.pb.go"]

    [severity]
    abandoned-sender = "error"   # error, warning, note or off

    [[ignore]]                   # any of rule, package, function, path, fingerprint; all given must match
    rule = "ends-only-by-cancellation"
    package = "example.com/m/internal/..."
    reason = "these run as long as the process"

    [[holder]]                   # what must be released, see `unstuck explain unreleased-holder`
    make = "example.com/pool.Get"
    holds = "a connection"
    release = ["Close"]

The command line wins over the file, the file over the defaults. A file that is not as described is a usage
error: it names the file, the key and what is allowed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from unstuck.holder import ARGUMENT, RECEIVER, Holder
from unstuck.source.glob import matches_name
from unstuck.source.options import MAX_FILE_BYTES

FILE_NAME = "unstuck.toml"
MAX_DEPTH = 100
"""Nesting of a configuration; deeper ones are an error."""
FAIL_ON = ("error", "warning", "note", "never")
"""From which severity on the exit status is 1."""
LEVELS = ("error", "warning", "note", "off")
"""What a rule's severity can be set to; `off` leaves its findings out."""
SELECTORS = ("rule", "package", "function", "path", "fingerprint")
"""What an `[[ignore]]` entry can select findings by."""

HOLDER_KEYS = ("make", "holds", "release", "result", "done", "passed", "note")
_MAKE = re.compile(r"(type )?([\w.~-]+/)*[\w.~-]+\.[^\W\d]\w*(\.[^\W\d]\w*)?")
_MAKE_FORM = "a function or method with its package, `example.com/pool.Get`, or `type example.com/pool.Conn`"
_PASSED = re.compile(r"([\w.~-]+/)*[\w.~-]+\.[^\W\d]\w*(\.[^\W\d]\w*)?")
_PASSED_FORM = "a function or method with its package, `example.com/pool.Put`"
_WAY = re.compile(r"\(\)|[^\W\d]\w*(\.[^\W\d]\w*)*")
_WAY_FORM = "what stands behind the value to release it: `Close`, `Body.Close`, or `()` to call it"


class UsageError(Exception):
    """The user asked for what cannot be; the message says what, where and what is allowed (exit 2)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the analysis, in counts and never in seconds, so that two machines report the same.

    A limit may cause a missed alarm, never a false one; reaching one is a gap, unless it says otherwise.
    """

    max_file_bytes: int = MAX_FILE_BYTES
    """Past it a file is not read: gap "file-too-large"."""
    max_states: int = 1_500
    """Per fragment. Past it the search stops; what was found stands, the fragment is incomplete."""
    max_work: int = 180_000
    """Per fragment, in units of four instructions run (300,000 take about a second); a state counts as 50 to
    500 of them. Most fragments may cost a part of it (fragments.py).
    Past it the search stops as at `max_states`."""
    max_package_work: int = 1_500_000
    """The same for all fragments of a package together; it grows with the number of functions. The more
    fragments there are, the less each may cost."""
    max_steps: int = 400
    """Length of one schedule. Past it the path is dropped, the fragment is incomplete."""
    max_call_depth: int = 12
    """Nested calls that are followed. Past it a call is unknown: it returns and does what the rest may do."""
    size_values: tuple[int, ...] = (0, 1, 2, 3)
    """Values tried for an integer that sizes something and is not known; named as an assumption, no gap."""
    max_goroutines_per_site: int = 4
    """Live goroutines of one `go` statement, identical ones counted once. Past it the path is dropped."""
    max_loop_rounds: int = 4
    """Rounds of a loop of unknown count. Past it the path is dropped; it never runs on behind the loop."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """One `[[ignore]]` entry: findings that match all given patterns are suppressed."""

    reason: str
    rule: str | None = None
    package: str | None = None
    function: str | None = None
    path: str | None = None
    """Relative to the folder of the configuration file."""
    fingerprint: str | None = None
    line: int = 1
    """Where the entry stands in the file, from 1."""


@dataclass(frozen=True, slots=True)
class Config:
    """What a configuration file says; None where it says nothing."""

    path: str = ""
    """The file as it was named; "" when there is none."""
    dir: str = ""
    """Its folder, absolute; what its path patterns are relative to."""
    fail_on: str | None = None
    tests: bool | None = None
    generated: bool | None = None
    tags: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    severity: tuple[tuple[str, str], ...] = ()
    """Level by rule, by rule name."""
    ignores: tuple[Ignore, ...] = ()
    holders: tuple[Holder, ...] = ()


NO_CONFIG = Config()
"""There is no configuration file."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run goes by. The defaults are those of a run without options and configuration."""

    limits: Limits = Limits()
    fail_on: str = "warning"
    tests: bool = True
    generated: bool = False
    tags: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    exclude_base: str = ""
    severity: tuple[tuple[str, str], ...] = ()
    ignores: tuple[Ignore, ...] = ()
    holders: tuple[Holder, ...] = ()
    """Rows of the configuration; they go before those of the tool."""

    def level(self, rule: str) -> str | None:
        """The level that `rule` was set to; None when it was not set."""
        return dict(self.severity).get(rule)


def settings_of(config: Config, defaults: Settings | None = None) -> Settings:
    """The settings under a configuration; lay the command line over them with dataclasses.replace."""
    base = defaults or Settings()
    return replace(
        base,
        fail_on=base.fail_on if config.fail_on is None else config.fail_on,
        tests=base.tests if config.tests is None else config.tests,
        generated=base.generated if config.generated is None else config.generated,
        tags=base.tags if config.tags is None else config.tags,
        excludes=config.exclude,
        exclude_base=config.dir,
        severity=config.severity,
        ignores=config.ignores,
        holders=config.holders,
    )


def find_config(start: str) -> str | None:
    """The configuration that counts in the folder `start`: the nearest one upwards, within the same project.

    The project ends at the nearest go.work or repository, else at the nearest go.mod, else at `start` itself.
    """
    folders = [os.path.abspath(start)]
    while (parent := os.path.dirname(folders[-1])) != folders[-1]:
        folders.append(parent)
    end = _first_with(folders, ("go.work", ".git"))
    if end is None:
        end = _first_with(folders, ("go.mod",)) or 0
    paths = (os.path.join(folder, FILE_NAME) for folder in folders[: end + 1])
    return next((path for path in paths if os.path.isfile(path)), None)


def load_config(path: str, rules: Sequence[str] = ()) -> Config:
    """Read a configuration file. `rules` are the rule names to check against; without any, all names pass.

    Raises UsageError.
    """
    import tomllib  # most runs have no configuration

    try:
        with open(path, "rb") as file:
            text = file.read().decode("utf-8-sig")
        if _depth(text) > MAX_DEPTH:
            raise RecursionError
        data = tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: it is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: it is not TOML: {error}") from None
    except RecursionError:
        raise UsageError(f"{path}: it is nested too deeply") from None
    return _Reader(path, tuple(rules)).config(data, text)


def _depth(text: str) -> int:
    """How deep brackets and braces are nested, strings counted as if they were none."""
    depth = deepest = 0
    for char in text:
        if char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}" and depth:
            depth -= 1
    return deepest


@dataclass(frozen=True, slots=True)
class _Reader:
    """Checks keys and types while reading; every error is a UsageError."""

    path: str
    rules: tuple[str, ...]

    def config(self, data: dict[str, Any], text: str) -> Config:
        readers: dict[str, Callable[[str, Any], Any]] = {
            "fail-on": lambda key, value: self._word(key, value, FAIL_ON),
            "tests": self._truth,
            "generated": self._truth,
            "tags": self._texts,
            "exclude": self._texts,
            "severity": self._severity,
            "ignore": lambda key, value: self._ignores(value, text),
            "holder": self._holders,
        }
        self._keys("", data, tuple(readers))
        values = {key: readers[key](key, value) for key, value in data.items()}
        return Config(
            path=self.path,
            dir=os.path.dirname(os.path.abspath(self.path)),
            fail_on=values.get("fail-on"),
            tests=values.get("tests"),
            generated=values.get("generated"),
            tags=values.get("tags"),
            exclude=values.get("exclude", ()),
            severity=values.get("severity", ()),
            ignores=values.get("ignore", ()),
            holders=values.get("holder", ()),
        )

    def _keys(self, where: str, table: dict[str, Any], allowed: tuple[str, ...]) -> None:
        for key in table:
            if key not in allowed:
                raise self._error(f"{where}{key}", f"unknown key; {_choice(key, allowed)}")

    def _truth(self, key: str, value: Any) -> bool:
        if not isinstance(value, bool):
            raise self._error(key, f"wants true or false, not {_kind(value)}")
        return value

    def _text(self, key: str, value: Any) -> str:
        if not isinstance(value, str):
            raise self._error(key, f"wants a text in quotes, not {_kind(value)}")
        if not value.strip():
            raise self._error(key, "wants a text that is not empty")
        return value

    def _texts(self, key: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise self._error(key, f"wants a list of texts, not {_kind(value)}")
        return tuple(self._text(f"{key}[{at}]", item) for at, item in enumerate(value))

    def _word(self, key: str, value: Any, allowed: tuple[str, ...]) -> str:
        word = self._text(key, value)
        if word not in allowed:
            raise self._error(key, f'"{word}" is not allowed; {_choice(word, allowed)}')
        return word

    def _severity(self, key: str, value: Any) -> tuple[tuple[str, str], ...]:
        table = self._table(key, value)
        if self.rules:
            for rule in table:
                if rule not in self.rules:
                    raise self._error(f"{key}.{rule}", f"there is no such rule; {_choice(rule, self.rules)}")
        return tuple(
            (rule, self._word(f"{key}.{rule}", level, LEVELS)) for rule, level in sorted(table.items())
        )

    def _table(self, key: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._error(key, f"wants a table [{key}], not {_kind(value)}")
        return value

    def _ignores(self, value: Any, text: str) -> tuple[Ignore, ...]:
        if not isinstance(value, list):
            raise self._error("ignore", f"wants entries that start with [[ignore]], not {_kind(value)}")
        lines = _header_lines(text)
        if len(lines) != len(value):
            lines = [1] * len(value)
        return tuple(self._ignore(f"ignore[{at}]", item, lines[at]) for at, item in enumerate(value))

    def _ignore(self, key: str, value: Any, line: int) -> Ignore:
        if not isinstance(value, dict):
            raise self._error(key, f"wants a table, not {_kind(value)}")
        self._keys(f"{key}.", value, (*SELECTORS, "reason"))
        texts = {name: self._text(f"{key}.{name}", item) for name, item in value.items()}
        if "reason" not in texts:
            raise self._error(key, f"line {line}: it needs a reason")
        if len(texts) == 1:
            raise self._error(key, f"line {line}: it needs at least one of {', '.join(SELECTORS)}")
        rule = texts.get("rule")
        if rule is not None and self.rules and not any(matches_name(rule, name) for name in self.rules):
            raise self._error(f"{key}.rule", f'"{rule}" matches no rule; {_choice(rule, self.rules)}')
        return Ignore(line=line, **texts)

    def _holders(self, key: str, value: Any) -> tuple[Holder, ...]:
        if not isinstance(value, list):
            raise self._error(key, f"wants entries that start with [[{key}]], not {_kind(value)}")
        return tuple(self._holder(f"{key}[{at}]", item) for at, item in enumerate(value))

    def _holder(self, key: str, value: Any) -> Holder:
        if not isinstance(value, dict):
            raise self._error(key, f"wants a table, not {_kind(value)}")
        self._keys(f"{key}.", value, HOLDER_KEYS)
        for name in ("make", "holds"):
            if name not in value:
                raise self._error(key, f"it needs {name}")
        row = Holder(
            make=self._fits(f"{key}.make", self._text(f"{key}.make", value["make"]), _MAKE, _MAKE_FORM),
            holds=self._text(f"{key}.holds", value["holds"]),
            release=self._calls(f"{key}.release", value.get("release", []), _WAY, _WAY_FORM),
            result=self._result(f"{key}.result", value.get("result", 0)),
            done=self._text(f"{key}.done", value["done"]) if "done" in value else "",
            passed=self._calls(f"{key}.passed", value.get("passed", []), _PASSED, _PASSED_FORM),
            minor=self._truth(f"{key}.note", value.get("note", False)),
        )
        if not row.release and not row.passed:
            raise self._error(key, "it needs release or passed: what lets it go")
        return row

    def _result(self, key: str, value: Any) -> int:
        words = {"receiver": RECEIVER, "argument": ARGUMENT}
        if isinstance(value, str) and value in words:
            return words[value]
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        raise self._error(key, 'wants the number of a result from 0 on, "receiver" or "argument"')

    def _calls(self, key: str, value: Any, form: re.Pattern[str], shown: str) -> tuple[str, ...]:
        return tuple(
            self._fits(f"{key}[{at}]", text, form, shown) for at, text in enumerate(self._texts(key, value))
        )

    def _fits(self, key: str, text: str, form: re.Pattern[str], shown: str) -> str:
        if form.fullmatch(text) is None:
            raise self._error(key, f'"{text}" is not {shown}')
        return text

    def _error(self, key: str, why: str) -> UsageError:
        return UsageError(f"{self.path}: {key}: {why}")


def _first_with(folders: Sequence[str], names: Sequence[str]) -> int | None:
    """Index of the first folder that holds one of the names."""
    held = (any(os.path.exists(os.path.join(folder, name)) for name in names) for folder in folders)
    return next((at for at, holds in enumerate(held) if holds), None)


def _choice(word: str, allowed: Sequence[str]) -> str:
    import difflib

    near = difflib.get_close_matches(word, allowed, 1)
    guess = f'did you mean "{near[0]}"? ' if near else ""
    return f"{guess}allowed: {', '.join(allowed)}"


def _kind(value: Any) -> str:
    names = {bool: "true or false", str: "a text", int: "a number", float: "a number", list: "a list"}
    return "a table" if isinstance(value, dict) else names.get(type(value), "a date or time")


def _header_lines(text: str) -> list[int]:
    """Lines of the `[[ignore]]` headers; too many where some stand in a text of several lines."""
    found = re.finditer(r"^[ \t]*\[\[[ \t]*(?:ignore|\"ignore\")[ \t]*\]\]", text, re.MULTILINE)
    return [text.count("\n", 0, each.start()) + 1 for each in found]
