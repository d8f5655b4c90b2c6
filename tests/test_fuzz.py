"""The parts of the fuzz campaign that need no Go. The campaign itself: `make fuzz`, `make mutants`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fuzz import explorer
from fuzz.agree import Case
from fuzz.explorer import Explorable
from fuzz.generate import gadgets, generate
from fuzz.mutants import LOWERED, MUTANTS, Change, changed
from fuzz.native import Truth
from fuzz.program import Node, Program, parse, render, size, smaller
from fuzz.quiet import preemptions

SEEDS = range(40)

TWO_WAYS = """
c := make(chan int)
if outside.Coin() {
	go func() {
		c <- 1
	}()
}
<-c
"""


def program(text: str) -> Program:
    return Program(0, (), parse(text))


def loaded(tmp_path: Path, text: str) -> Explorable:
    return explorer.load(tmp_path, {0: program(text)})[0]


def test_a_seed_is_a_program() -> None:
    for seed in SEEDS:
        text = render(generate(seed), seed, delays=False).text
        assert text == render(generate(seed), seed, delays=False).text
        assert not any(mark in text for mark in ("{{", "}}(", ";;", "@", "§", "\t...\n"))


def test_delays_move_no_line() -> None:
    for seed in SEEDS:
        plain, slow = (render(generate(seed), seed, delays) for delays in (False, True))
        assert plain.statements == slow.statements
        assert plain.text.count("\n") == slow.text.count("\n")


def test_parsing_keeps_every_line() -> None:
    nodes = parse("a\nselect {\ncase <-c:\nb\ndefault:\n}\nif x {\nc\n} else {\n}\n")
    select = Node("select {", (("case <-c:", (Node("b"),)), ("default:", ())), "}")
    assert nodes == (Node("a"), select, Node("if x {", (("", (Node("c"),)), ("} else {", ())), "}"))


def test_smaller_programs_are_smaller() -> None:
    whole = generate(7)
    for less in smaller(whole):
        shorter = len(render(less, 0, False).text) < len(render(whole, 0, False).text)
        assert size(less) < size(whole) or shorter


def test_the_explorer_claims_lines_and_classes(tmp_path: Path) -> None:
    claims = explorer.explore(loaded(tmp_path, TWO_WAYS))
    assert claims.complete
    assert dict(claims.stuck).keys() == {(11, "receive")}


def test_both_kinds_of_disagreement_are_told(tmp_path: Path) -> None:
    item = loaded(tmp_path, TWO_WAYS)
    claims = explorer.explore(item)
    right, other = (11, "receive"), (8, "send")
    assert not Case(program(TWO_WAYS), Truth({right}), claims, item).missed
    assert Case(program(TWO_WAYS), Truth({right, other}), claims, item).missed == [other]
    assert Case(program(TWO_WAYS), Truth(), claims, item).unseen == [right]


def test_preemptions_are_counted(tmp_path: Path) -> None:
    assert preemptions(loaded(tmp_path, TWO_WAYS)) == {(11, "receive"): 0}
    between = gadgets()["seen between"].replace("{{2|3}}", "2").replace("@", "")
    assert set(preemptions(loaded(tmp_path, between)).values()) == {2}


def claims_with(tmp_path: Path, text: str, changes: Sequence[Change]) -> set[tuple[int, str]]:
    item = loaded(tmp_path, text)
    with changed(changes):
        return set(explorer.explore(item).stuck)


def test_a_mutant_changes_the_machine_and_no_longer(tmp_path: Path) -> None:
    text = "c := make(chan int)\ngo func() {\nclose(c)\n}()\n<-c\n"
    assert claims_with(tmp_path, text, MUTANTS["close wakes nobody"]) == {(9, "receive")}
    assert claims_with(tmp_path, text, ()) == set()
    assert len(MUTANTS) + len(LOWERED) >= 25


def test_what_mutants_change_is_there() -> None:
    for changes in (*MUTANTS.values(), *LOWERED.values()):
        with changed(changes):
            pass
