"""How large a fragment is explored, and what makes it small."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from pathlib import Path

import pytest

from lowered import code_of, fragment, lowered
from test_cache import run
from unstuck import attempts, fragments
from unstuck.analysis import Report
from unstuck.explore.fragment import Exploration, Fragment, analyse, idle
from unstuck.ir import instr
from unstuck.ir.instr import Program
from unstuck.ir.program import grown
from unstuck.ir.slice import reaches, simplified
from unstuck.telling import Run
from unstuck.types.model import FuncRef

SERVER = """
func f(accept func() (int, error), out chan<- int, slots chan int) {
    for {
        _, err := accept()
        if err != nil { return }
        slots <- 1
        go func() {
            defer func() { <-slots }()
            for i := 0; i < 4; i++ { out <- i }
        }()
    }
}
"""
MANY_WAYS = """
func f(a, b, c bool, in chan int) {
	out := make(chan int)
	go func() {
		if a { out <- 1 }
		if b { out <- 2 }
		for i := range in {
			if c { return }
			out <- i
		}
	}()
	<-out
	if a && b { <-out }
}
"""
COUNTED = """
func g(wg *sync.WaitGroup) {
    for range 3 { wg.Add(1); go func() { defer wg.Done() }() }
    ch := make(chan int, 1)
    ch <- 1
}
"""


def test_of_goroutines_that_meet_nobody_one_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    program = fragment(SERVER)
    few = analyse(program, 1_500, 200_000)
    assert few.complete
    monkeypatch.setattr("unstuck.explore.entering.is_another", lambda work, new: False)
    many = analyse(fragment(SERVER), 1_500, 200_000)
    assert not many.complete or many.states > 3 * few.states


def test_counts_that_nobody_waits_for_are_left_out() -> None:
    for text, kept in ((COUNTED, False), (COUNTED.replace("ch <- 1\n", "ch <- 1; wg.Wait()\n"), True)):
        program = fragment('import "sync"\n' + text, "g")
        items = [item for function in program.functions.values() for item in function.code]
        assert any(isinstance(item, instr.WaitGroup) for item in items) is kept


def test_nothing_can_be_parked_where_all_locks_are_given_back() -> None:
    text = """
import "sync"
type T struct { mu sync.Mutex; n int }
func f(t *T) { t.mu.Lock(); t.n++; t.mu.Unlock() }
func g(t *T) { t.mu.Lock(); t.n++ }
"""
    assert idle(lowered(text)) is None
    assert idle(simplified(lowered(text))) is not None
    assert idle(simplified(lowered(text, "g"))) is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("ch := make(chan int); big(ch)", True),
        ("ch := make(chan int); big(outer); close(ch)", False),
        ("t.mu.Lock(); big(outer); t.mu.Unlock()", True),
        ("t.mu.Lock(); t.mu.Unlock(); big(outer)", False),
        ("go big(outer)", True),
    ],
)
def test_a_larger_fragment_may_show_more(body: str, expected: bool) -> None:
    many = "\n".join("    if len(ch) == 1 { ch <- 1 }" for _ in range(60))
    text = f"""
import "sync"
type T struct {{ mu sync.Mutex }}
var outer chan int
func f(t *T) {{ {body} }}
func big(ch chan int) {{
{many}
}}
"""
    whole = cut_program(text)
    assert whole.cut
    assert reaches(simplified(whole)) is expected


def cut_program(text: str) -> instr.Program:
    """The fragment of f alone, with what is small."""
    code, first = code_of(text, "f")
    return grown(code, first, attempts.SMALL)


TESTED = {
    "go.mod": "module std\n\ngo 1.27\n",
    "testing/testing.go": "package testing\n\ntype T struct{}\n\nfunc (t *T) Cleanup(f func()) {}\n",
    "p/p_test.go": """package p

import "testing"

func TestLeft(t *testing.T) {
	ch := make(chan int)
	done := make(chan int)
	t.Cleanup(func() { close(done) })
	go func() { <-done }()
	go func() { ch <- 1 }()
}
""",
}


def test_tests_are_explored_where_package_testing_is_analysed_too(tmp_path: Path) -> None:
    for name, text in TESTED.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    report = run(tmp_path, None)
    assert [(each.rule, each.at.line) for each in report.findings] == [("abandoned-sender", 10)]
    assert [gap.code for gap in report.gaps] == ["modelled"]


RUNTIME = {
    "go.mod": "module std\n\ngo 1.27\n",
    "runtime/proc.go": """package runtime

func GC() { forget(make(chan int)) }

func forget(c chan int) { go func() { c <- 1 }() }
""",
    "p/p.go": """package p

import "runtime"

func Left() {
	ch := make(chan int)
	go func() { ch <- 1 }()
	runtime.GC()
}
""",
}


def test_the_runtime_is_not_explored_nor_followed_where_it_is_analysed_too(tmp_path: Path) -> None:
    for name, text in RUNTIME.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    report = run(tmp_path, None)
    assert [(each.rule, each.at.path) for each in report.findings] == [("abandoned-sender", "p/p.go")]
    assert [(gap.code, gap.path) for gap in report.gaps] == [("modelled", "runtime/proc.go")]


def explored(folder: Path, text: str) -> Report:
    folder.mkdir(exist_ok=True)
    (folder / "go.mod").write_text("module m\n\ngo 1.27\n")
    (folder / "m.go").write_text("package m\n" + text)
    return run(folder, None)


BUSY = """
func F() int {
    one := make(chan int, 1)
    go func() { one <- busy() }()
    return <-one
}
func busy() int {
    a, b := make(chan int, 8), make(chan int, 8)
    for i := 0; i < 4; i++ { go func() { a <- i; b <- <-a; a <- i; b <- <-a }() }
    return <-b
}
"""


@pytest.mark.parametrize(("name", "most"), [("m.go", 10_000), ("m_test.go", 5_000)])
def test_what_stands_in_a_test_file_has_half_the_first_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, most: int
) -> None:
    shares: list[int] = []
    go_on = Exploration.go_on

    def asked(self: Exploration, max_work: int, max_judging: int) -> Fragment:
        shares.append(max_work)
        return go_on(self, max_work, max_judging)

    monkeypatch.setattr(Exploration, "go_on", asked)
    (tmp_path / "go.mod").write_text("module m\n\ngo 1.27\n")
    (tmp_path / name).write_text("package m\n" + BUSY)
    run(tmp_path, None)
    assert shares[0] == most


def no_more_than(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each fragment runs out of work early."""
    go_on = Exploration.go_on

    def little(self: Exploration, max_work: int, max_judging: int) -> Fragment:
        return go_on(self, min(max_work, most), max_judging)

    monkeypatch.setattr(Exploration, "go_on", little)


@pytest.mark.parametrize("step", [300, 1_000])
@pytest.mark.parametrize("text", [SERVER, MANY_WAYS])
def test_an_exploration_taken_up_again_sees_what_one_at_once_sees(text: str, step: int) -> None:
    program = fragment(text)
    at_once = analyse(program, 1_500, 200_000)
    exploration = Exploration(program, 1_500)
    for most in range(step, 200_000, step):
        found = exploration.go_on(most)
        if "work" not in found.causes:
            break
    assert exploration.work >= at_once.work
    assert replace(found, work=at_once.work, states=at_once.states) == at_once


def test_an_exploration_is_gone_when_nobody_has_it() -> None:
    gc.disable()
    try:
        exploration = Exploration(fragment(SERVER), 1_500)
        exploration.go_on(1_000)
        gone = weakref.ref(exploration)
        del exploration
        assert gone() is None
    finally:
        gc.enable()


def test_too_much_is_not_put_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Program] = []
    init = Exploration.__init__

    def counted(self: Exploration, program: Program, limit: int) -> None:
        begun.append(program)
        init(self, program, limit)

    monkeypatch.setattr(Exploration, "__init__", counted)
    monkeypatch.setattr(attempts, "FIRST_WORK", 400)
    monkeypatch.setattr("unstuck.fragments.DEEP_WORK", 10_000_000)
    before = explored(tmp_path, BUSY).stats
    fewest = len(begun)
    begun.clear()
    monkeypatch.setattr(attempts, "MOST_PUT_BY", 0)
    after = explored(tmp_path, BUSY).stats
    assert len(begun) > fewest
    assert (after.verified, after.leaks, after.incomplete) == (
        before.verified,
        before.leaks,
        before.incomplete,
    )


def test_the_root_alone_is_explored_where_its_calls_are_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_more_than(3_000, monkeypatch)
    stats = explored(tmp_path, BUSY).stats
    assert (stats.verified, stats.incomplete) == (1, 1)
    monkeypatch.setattr("unstuck.fragments.explore_alone", lambda run, tried: None)
    assert explored(tmp_path, BUSY).stats.incomplete == 2


def test_what_ran_out_of_work_is_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = BUSY.replace("i < 4", "i < 3").replace("return <-one", "go func() { one <- 1 }(); return <-one")
    monkeypatch.setattr(attempts, "FIRST_WORK", 400)
    found = explored(tmp_path, text)
    assert found.stats.incomplete == 0
    monkeypatch.setattr("unstuck.fragments.deepen", lambda run, tried, most: None)
    assert explored(tmp_path, text).stats.incomplete > 0


def test_no_more_is_spent_on_what_does_not_end_than_is_there_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "FIRST_WORK", 400)
    monkeypatch.setattr("unstuck.fragments.DEEP_WORK", 100)
    assert explored(tmp_path, BUSY).stats.incomplete > 0


def test_an_edit_is_not_known_by_a_smaller_fragment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_more_than(3_000, monkeypatch)
    seen: list[tuple[Run, FuncRef]] = []
    with monkeypatch.context() as patched:
        patched.setattr("unstuck.fragments.explore_alone", lambda run, tried: seen.append((run, tried.ref)))
        explored(tmp_path, BUSY)
    run_, ref = next((run_, ref) for run_, ref in seen if ref.name == "F")
    run_.part.gaps.clear()
    fragments._explore_fully(run_, ref, None)
    assert [gap.code for gap in run_.part.gaps] == ["work-limit"]


@pytest.mark.parametrize(
    ("stuck", "levels"),
    [(False, [10_000, 15_000, 30_000, 60_000, 180_000]), (True, [10_000, 15_000, 30_000])],
)
def test_what_comes_to_no_new_state_is_not_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stuck: bool, levels: list[int]
) -> None:
    asked: list[int] = []

    def again(run: Run, tried: attempts.Tried, most: int) -> None:
        asked.append(most)
        tried.stuck = stuck

    monkeypatch.setattr(attempts, "FIRST_WORK", 400)
    monkeypatch.setattr("unstuck.fragments.deepen", again)
    explored(tmp_path, BUSY)
    assert list(dict.fromkeys(asked)) == levels


@pytest.mark.parametrize(("most", "stuck"), [(401, True), (20_000, False)])
def test_new_states_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, stuck: bool
) -> None:
    seen: list[tuple[Run, attempts.Tried]] = []
    monkeypatch.setattr(attempts, "FIRST_WORK", 400)
    monkeypatch.setattr("unstuck.fragments.deepen", lambda run, tried, most: seen.append((run, tried)))
    explored(tmp_path, BUSY)
    run_, tried = seen[0]
    attempts.deepen(run_, tried, most)
    assert tried.stuck is stuck


def some_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Run, attempts.Tried]:
    """A run, and a root of it that was tried."""
    seen: list[tuple[Run, attempts.Tried]] = []
    with monkeypatch.context() as patched:
        patched.setattr("unstuck.fragments.explore_alone", lambda run, tried: seen.append((run, tried)))
        explored(folder, BUSY)
    return seen[0]


def test_a_larger_fragment_costs_no_more_than_a_first_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_, tried = some_run(tmp_path, monkeypatch)
    allowed: list[int] = []

    def tries(run: Run, tried: attempts.Tried, whole: Program) -> None:
        allowed.append(run.allowance)
        run.part.work += 1_000

    monkeypatch.setattr(attempts, "_try", tries)
    tried.functions, run_.allowance = -1, 50_000
    assert tried.fragment is not None and tried.fragment.work * attempts.GROWING > attempts.FIRST_WORK
    attempts.grow(run_, tried)
    assert not allowed
    tried.fragment = replace(tried.fragment, work=1_000)
    attempts.grow(run_, tried)
    assert allowed[0] == attempts.FIRST_WORK
    assert run_.allowance == 50_000 - attempts.GROWING * 1_000 * len(allowed)


def test_of_a_life_the_smaller_fragment_goes_on_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_, _ = some_run(tmp_path, monkeypatch)
    large, small = (Exploration(fragment(SERVER), 1_500) for _ in range(2))
    out = large.go_on(100)
    assert not out.complete
    begun = iter([small, large])
    monkeypatch.setattr(attempts, "_sliced", lambda run, whole: (out, next(begun)))
    gone_on: list[Exploration] = []

    def on(run: Run, exploration: Exploration, most: int) -> Fragment:
        gone_on.append(exploration)
        return replace(out, complete=True)

    monkeypatch.setattr(attempts, "_explored", on)
    program = fragment(SERVER)
    assert attempts.largest_whole(run_, (program, program), (100, 1_000)).complete
    assert gone_on == [small]


@pytest.mark.parametrize(("cost", "tried"), [(1_000, 2), (2_000, 1)])
def test_a_larger_fragment_of_a_life_is_tried_while_it_may_end(
    cost: int, tried: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_, _ = some_run(tmp_path, monkeypatch)
    small = replace(Exploration(fragment(SERVER), 1_500).go_on(100), complete=True, work=cost)
    found = iter([(small, None), (replace(small, work=cost + 1), None)])
    monkeypatch.setattr(attempts, "_sliced", lambda run, whole: next(found))
    program = fragment(SERVER)
    largest = attempts.largest_whole(run_, (program, program), (10_000,))
    assert largest.work == cost + tried - 1


def test_a_life_keeps_what_ended_when_the_larger_fragment_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_, _ = some_run(tmp_path, monkeypatch)
    exploration = Exploration(fragment(SERVER), 1_500)
    large = exploration.go_on(100)
    small = replace(large, complete=True)
    found = iter([(small, None), (large, exploration)])
    monkeypatch.setattr(attempts, "_sliced", lambda run, whole: next(found))
    program = fragment(SERVER)
    assert attempts.largest_whole(run_, (program, program), (10_000, 100_000)) is small
