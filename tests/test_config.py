"""config: unstuck.toml, and errors that say what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from unstuck.config import (
    NO_CONFIG,
    Ignore,
    Settings,
    UsageError,
    find_config,
    load_config,
    settings_of,
)
from unstuck.holder import RECEIVER, Holder

ROW = "[[holder]]\nmake = 'example.com/p.New'\nholds = 'x'\n"
RULES = ("abandoned-sender", "timer-in-loop")
WHOLE = """
fail-on = "never"
tests = false
generated = true
tags = ["a", "b"]
exclude = ["old/"]

[severity]
timer-in-loop = "off"
abandoned-sender = "note"

[[ignore]]
rule = "abandoned-*"
path = "cmd/**"
reason = "known"

[[ignore]]
fingerprint = "v1:00"
reason = "too"
"""


def read(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "unstuck.toml"
    path.write_text(text)
    return path


def test_whole_file(tmp_path: Path) -> None:
    config = load_config(str(read(tmp_path, WHOLE)), RULES)
    assert config.dir == str(tmp_path)
    assert config.severity == (("abandoned-sender", "note"), ("timer-in-loop", "off"))
    assert config.ignores == (
        Ignore("known", rule="abandoned-*", path="cmd/**", line=12),
        Ignore("too", fingerprint="v1:00", line=17),
    )
    settings = settings_of(config)
    assert (settings.fail_on, settings.tests, settings.generated) == ("never", False, True)
    assert settings.tags == ("a", "b")
    assert settings.level("timer-in-loop") == "off" and settings.exclude_base == str(tmp_path)
    assert settings_of(NO_CONFIG) == Settings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fail_on = 'note'", 'fail_on: unknown key; did you mean "fail-on"? allowed: fail-on, tests'),
        ("fail-on = 'bad'", 'fail-on: "bad" is not allowed; allowed: error, warning, note, never'),
        ("fail-on = 3", "fail-on: wants a text in quotes, not a number"),
        ("tests = 'yes'", "tests: wants true or false, not a text"),
        ("tags = 'a'", "tags: wants a list of texts, not a text"),
        ("exclude = [1]", "exclude[0]: wants a text in quotes, not a number"),
        ("exclude = [' ']", "exclude[0]: wants a text that is not empty"),
        ("severity = 1", "severity: wants a table [severity], not a number"),
        ("severity.x = 'note'", "severity.x: there is no such rule; allowed: abandoned-sender"),
        ("severity.timer-in-lop = 'note'", 'did you mean "timer-in-loop"?'),
        ("severity.timer-in-loop = 'bad'", 'severity.timer-in-loop: "bad" is not allowed'),
        ("severity.timer-in-loop = true", "severity.timer-in-loop: wants a text in quotes, not true"),
        ("ignore = 1", "ignore: wants entries that start with [[ignore]]"),
        ("ignore = [1]", "ignore[0]: wants a table, not a number"),
        ("\n[[ignore]]\nrule = '*'", "ignore[0]: line 2: it needs a reason"),
        ("[[ignore]]\nreason = 'x'", "ignore[0]: line 1: it needs at least one of rule, package"),
        ("[[ignore]]\nreason = 'x'\nrule = 'zzz*'", 'ignore[0].rule: "zzz*" matches no rule'),
        ("[[ignore]]\nreason = 'x'\nrules = 'a'", 'ignore[0].rules: unknown key; did you mean "rule"?'),
        ("holder = 1", "holder: wants entries that start with [[holder]]"),
        ("[[holder]]\nmake = 'p.New'", "holder[0]: it needs holds"),
        (ROW, "holder[0]: it needs release or passed"),
        (ROW + "release = 'Close'", "holder[0].release: wants a list of texts"),
        (ROW + "release = ['.Close()']", 'holder[0].release[0]: ".Close()" is not what stands behind'),
        (ROW + "passed = ['Put']", 'holder[0].passed[0]: "Put" is not a function or method'),
        (ROW + "result = 'last'", "holder[0].result: wants the number of a result"),
        (ROW + "relase = []", 'holder[0].relase: unknown key; did you mean "release"?'),
        ("[[holder]]\nmake = 'New'\nholds = 'x'", 'holder[0].make: "New" is not a function or method'),
        ("a = ", "it is not TOML: Invalid value (at "),
        ("a = " + "[" * 200_000, "nested too deeply"),
    ],
)
def test_errors_name_file_key_and_what_is_allowed(tmp_path: Path, text: str, message: str) -> None:
    path = read(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        load_config(str(path), RULES)
    assert str(caught.value).startswith(f"{path}: ") and message in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        load_config(str(tmp_path / "none.toml"))
    with pytest.raises(UsageError, match="cannot be read"):
        load_config(str(tmp_path))
    (tmp_path / "unstuck.toml").write_bytes(b"\xff")
    with pytest.raises(UsageError, match="UTF-8"):
        load_config(str(tmp_path / "unstuck.toml"))


def test_holders(tmp_path: Path) -> None:
    path = read(tmp_path, ROW + "release = ['Close', '()']\nresult = 'receiver'\nnote = true")
    (row,) = settings_of(load_config(str(path))).holders
    assert row == Holder("example.com/p.New", "x", ("Close", "()"), RECEIVER, minor=True)


def test_where_it_is_looked_for(tmp_path: Path) -> None:
    inner = tmp_path / "work" / "module" / "folder"
    inner.mkdir(parents=True)
    outer = read(tmp_path, "")
    assert find_config(str(inner)) is None
    (tmp_path / "work/module/go.mod").write_text("module m\n")
    mine = read(tmp_path / "work/module", "")
    assert find_config(str(inner)) == str(mine)
    mine.unlink()
    assert find_config(str(inner)) is None
    (tmp_path / "go.work").write_text("")
    assert find_config(str(inner)) == str(outer)
