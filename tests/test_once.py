"""What is found out once of a function, a pattern or a text, and shared, changes no answer."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from lowered import code_of, fragment, fragments, lowered
from unstuck import callers
from unstuck.clients import lives
from unstuck.explore.dead import tidied
from unstuck.explore.semantics import start
from unstuck.ir import instr
from unstuck.ir.once import classes, once, ways
from unstuck.ir.slice import sliced
from unstuck.rules import patterns

TESTDATA = Path(__file__).parent / "testdata"

_SERVE = """
func f(n int) {
	c := make(chan int)
	for i := 0; i < n; i++ {
		go func() { c <- i }()
	}
	if n > 2 { <-c }
}
"""


def test_another_version_of_a_function_is_asked_anew() -> None:
    function = lowered(_SERVE).functions["m.f"]
    assert instr.MakeChan in classes(function)
    shorter = replace(function, code=(instr.Return((0, 0), ()),))
    assert classes(shorter) == {instr.Return}
    assert ways(shorter) == ((),)
    assert instr.MakeChan in classes(function)


def test_once_asks_once() -> None:
    asked: list[str] = []

    @once
    def name(function: instr.Function) -> str:
        asked.append(function.id)
        return function.id

    function = lowered(_SERVE).functions["m.f"]
    assert name(function) == name(function) == "m.f"
    assert asked == ["m.f"]


@pytest.mark.parametrize("folder", ["sections", "sizes", "closing"])
def test_what_is_sliced_first_changes_no_other_slice(folder: str) -> None:
    root = TESTDATA / folder
    forward = {whole.root: sliced(whole) for whole in fragments(root)}
    backward = {whole.root: sliced(whole) for whole in reversed(list(fragments(root)))}
    assert forward == backward
    for whole in fragments(root):
        assert sliced(whole) == sliced(whole) == forward[whole.root]


@pytest.mark.parametrize(
    ("text", "behind"),
    [
        (b"x.\n\t", True),
        (b"x. // why\n\t// more\n\t", True),
        (b"x.", True),
        (b"return ", False),
        (b"x.y ", False),
        (b"// x.\n\tfunc ", False),
        (b"\n\n ", False),
    ],
)
def test_a_name_behind_a_dot(text: bytes, behind: bool) -> None:
    assert callers._behind_dot(text, len(text)) == behind


_TEXTS = (
    b"x.Stop()",
    b"x.Stopped()",
    b"for i",
    b"afor",
    b"a|b",
    b"ab",
    b".Do(x)",
    b".Do()",
    b"",
    b"cd",
    b"aaa",
)


@pytest.mark.parametrize(
    "signs",
    [
        (rb"\.Stop\(\)", rb"\.Reset\(", rb"for "),
        (rb"a\|b", rb"ax|cd", rb"a(?:b|c)"),
        (rb"\.Do\((?!\))", rb"\.Get\("),
        (rb"a*d", rb"aa+"),
        (b"",),
    ],
)
def test_signs_that_begin_alike_are_found_as_each_by_itself(signs: tuple[bytes, ...]) -> None:
    plain = re.compile(b"|".join(signs))
    made = patterns._any(signs)
    assert [bool(made.search(text)) for text in _TEXTS] == [bool(plain.search(text)) for text in _TEXTS]


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        (b"{\n\tgo f()\n}", True),
        (b"{ go f() }", True),
        (b"x(); go f()", True),
        (b"/* why */ go f()", True),
        (b"// let it go on", False),
        (b"cargo f", False),
        (b"g.Go(f)", True),
        (b"time.AfterFunc(d, f)", True),
        (b"Go(f)", False),
        (b"go f()", False),
    ],
)
def test_what_starts_a_goroutine_by_its_text(text: bytes, starts: bool) -> None:
    assert lives._starts(text) == starts


def test_a_goroutine_that_ran_is_tidied_anew() -> None:
    program = fragment(_SERVE)
    work = start(program, [])[0]
    gid = next(gid for gid, item in enumerate(work.goroutines) if item is not None)
    clean = tidied(work, gid)
    assert tidied(work, gid) is clean
    frame = clean.frames[-1]
    live = program.functions[frame.func].live[frame.pc]
    dead = next(reg for reg in range(len(frame.regs)) if reg not in live)
    regs = (*frame.regs[:dead], 7, *frame.regs[dead + 1 :])
    work.goroutines[gid] = clean._replace(frames=(*clean.frames[:-1], frame._replace(regs=regs)))
    assert tidied(work, gid) == clean


_NAMING = """
type lock struct{}
func (l *lock) take() {}
func first(l *lock) { l.take() }
func second(take func()) { take() }
var kept = (*lock).take
func third() {}
func fourth(l *lock) { l. // why
	take() }
"""


def test_functions_that_may_call_a_method_by_the_text() -> None:
    code, _ = code_of(_NAMING, "first")
    take = next(ref for ref in code.world.functions("m") if ref.name == "take")
    assert [ref.name for ref in callers.naming(code.world, "m", [take])] == ["first", "fourth"]
