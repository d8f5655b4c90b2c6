import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import modules, real
from benchmarks.checker import Found, Run
from benchmarks.fetch import fetch, go_line
from benchmarks.nearest import Tags, is_right, read_tags

CASE = real.Case(
    id="c",
    module="example.com/m",
    base="b" * 40,
    fix="f" * 40,
    file="pkg/a.go",
    kind="send-no-receiver",
    scope="function",
    places=(10, 20),
    after=((30, 32),),
    after_leaks=False,
    doubtful=False,
)
FAKE = """import json, pathlib
text = pathlib.Path("a.go" if pathlib.Path("a.go").exists() else "pkg/a.go")
def finding(line, severity):
    return {"rule": "abandoned-sender", "severity": severity, "path": str(text), "line": line}
found = [finding(11, "error")] if "leaky" in text.read_text() else [finding(31, "note")]
print(json.dumps({"findings": found, "gaps": [], "stats": {"lines": 500}}))
"""


def at(line: int, severity: str = "error", path: str = "pkg/a.go") -> Found:
    return Found("abandoned-sender", severity, path, line, "", "", None, "witnessed")


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [([9], "loud"), ([11], "loud"), ([12], "none"), ([20], "loud"), ([], "none")],
)
def test_found_before_is_within_one_line(lines: list[int], wanted: str) -> None:
    assert real.found_before(CASE, [at(line) for line in lines]) == wanted
    assert real.found_before(CASE, [at(line, "note") for line in lines]) == wanted.replace("loud", "note")


def test_found_after_is_not_widened() -> None:
    assert real.found_after(CASE, [at(29), at(33)]) == "none"
    assert real.found_after(CASE, [at(32, "note")]) == "note"
    assert real.found_after(replace(CASE, after_leaks=True), [at(31)]) is None


def test_at_tags_function_and_rule_count() -> None:
    tags = Tags("example.com/old", "v1.0.0", "v1.1.0", base_file="old/a.go")
    case = real.at_tags(replace(CASE, kind="ticker-not-stopped", func="(*T).Run"), tags)
    here = replace(at(99), rule="ticker-not-stopped", function="(*T).Run")
    assert (case.module, case.file, case.fixed_file) == ("example.com/old", "old/a.go", "pkg/a.go")
    assert real.found_before(case, [here]) == "loud"
    assert real.found_after(case, [replace(here, severity="note")]) == "note"
    assert real.found_before(case, [replace(here, function="(*T).Stop"), replace(here, rule="x")]) == "none"
    assert is_right("send-no-receiver", "(T).Run", replace(here, rule="abandoned-sender"))
    assert not is_right("send-no-receiver", "(T).Run", here)


def test_the_table_of_tags_is_whole() -> None:
    assert all(row.module and row.base and row.fix for row in read_tags().values())


def test_groups() -> None:
    assert CASE.group == "parks"
    assert replace(CASE, kind="ticker-not-stopped").group == "holds"
    assert replace(CASE, scope="package").group == "wider"
    assert replace(CASE, doubtful=True).group == "doubtful"


def test_side_counts_only_the_folder_above_note() -> None:
    findings = (at(10), at(3, "note"), at(4, path="pkg/b.go"), at(5, path="other/b.go"))
    side = real.side(CASE, Run(findings, (), {"lines": 100}, 1), Run((), (), {}, 0), "pkg/a.go", "pkg/a.go")
    assert (side.before, side.after, side.loud, side.lines, len(side.nearby)) == ("loud", "none", 2, 100, 2)


def test_cases_are_read_relative_to_their_module(tmp_path: Path) -> None:
    item = {
        "id": "i",
        "module": "m/server",
        "module_dir": "server",
        "base": "b",
        "fix": "f",
        "file": "server/embed/etcd.go",
        "kind": "k",
        "scope": "file",
        "lines": [1],
        "cause": [5],
        "go_line": None,
        "after_lines": None,
    }
    (tmp_path / "cases.json").write_text(json.dumps({"cases": [item]}))
    (case,) = real.read_cases(tmp_path / "cases.json")
    assert (case.file, case.places, case.after) == ("embed/etcd.go", (1, 5), ())


def test_end_to_end_with_checkouts_in_the_cache(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for when, text in (("base", "package p // leaky\n"), ("fix", "package p\n")):
        folder = tmp_path / "repos" / "c" / when / "pkg"
        folder.mkdir(parents=True)
        (folder / "a.go").write_text(text)
        (folder.parent / "go.mod").write_text("module example.com/m\n\ngo 1.20\n")
    (tmp_path / "fake.py").write_text(FAKE)
    item = {"id": "c", "module": "example.com/m", "module_dir": "", "base": "b", "fix": "f"}
    item |= {"file": "pkg/a.go", "kind": "send", "scope": "file"}
    places = {"lines": [10], "go_line": None, "after_lines": [[31, 31]]}
    (tmp_path / "cases.json").write_text(json.dumps({"cases": [item | places]}))
    argv = ["--cases", str(tmp_path / "cases.json"), "--cache", str(tmp_path), "--offline"]
    assert real.main([*argv, "--unstuck", f"{sys.executable} {tmp_path / 'fake.py'}"]) == 0
    out = capsys.readouterr().out
    row = next(line for line in out.splitlines() if line.startswith("| c "))
    assert [cell.strip() for cell in row.split("|")][5:9] == ["loud", "note", "loud", "note"]
    assert "2.00 findings above note per 1,000 lines" in out


def test_a_refusal_is_remembered(tmp_path: Path) -> None:
    go = tmp_path / "go"
    (tmp_path / "said.json").write_text(json.dumps({"Error": "reading:\n\tnot available"}))
    go.write_text(f'#!/bin/sh\necho x >> "$0.asked"\ncat {tmp_path}/said.json\nexit 1\n')
    go.chmod(0o755)
    for _ in range(2):
        source = fetch("example.com/m", "v1", tmp_path / "cache", str(go))
        assert (source.folder, source.why) == (None, "not available")
    assert (tmp_path / "go.asked").read_text() == "x\n"


def test_no_answer_is_not_a_refusal(tmp_path: Path) -> None:
    missing = fetch("example.com/m", "v1", tmp_path, str(tmp_path / "no-such-go"))
    assert missing.folder is None and not (tmp_path / "fetched.json").exists()


def test_go_line(tmp_path: Path) -> None:
    assert go_line(tmp_path) == ""
    (tmp_path / "go.mod").write_text("module m\n\ngo 1.21 // why\n\ntoolchain go1.22.1\n")
    assert go_line(tmp_path) == "go 1.21"


def test_sample_is_seeded_and_above_note(tmp_path: Path) -> None:
    run = Run(tuple(at(n, "note" if n % 2 else "error") for n in range(40)), (), {}, 1)
    outcomes = [modules.Outcome(modules.Target("m", tmp_path), run)]
    first = modules.sample(outcomes, 5, 1)
    assert first == modules.sample(outcomes, 5, 1) != modules.sample(outcomes, 5, 2)
    assert all(f.loud for _, f in first) and len(first) == 5
    assert len(modules.sample(outcomes, 99, 1)) == 20


def test_frame_marks_the_line_and_hides_control_characters(tmp_path: Path) -> None:
    (tmp_path / "a.go").write_text("one\n\x1b[31mtwo\nthree\n")
    lines = modules.frame(tmp_path, at(2, path="a.go")).splitlines()
    assert [line[0] for line in lines] == [" ", ">", " "]
    assert "\x1b" not in lines[1]
