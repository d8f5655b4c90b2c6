"""What analysing one package may cost, whatever it is made of: counted in units of work, never in seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lowered import code_of, fragment
from test_cache import run
from types_program import package
from unstuck import attempts
from unstuck.config import Limits, Settings
from unstuck.explore import components, judging, semantics
from unstuck.explore.dead import tidied
from unstuck.explore.fragment import Exploration, Fragment, analyse, parked
from unstuck.explore.state import Goroutine
from unstuck.explore.work import Work
from unstuck.flow import paths
from unstuck.rules import lost_cancel
from unstuck.rules.patterns import subject_of
from unstuck.types import private
from unstuck.types.model import FuncRef, Named
from unstuck.types.world import DeclaredAt, World

MODULE = "module example.com/m\n\ngo 1.25\n"
WAITERS = 12
MOST = 4_000
"""What one fragment may cost here."""
MEETING = """ch := make(chan int)
    for i := 0; i < 6; i++ {
        go func() { if f(i) { ch <- i } else { mu.Lock(); ch <- <-ch; mu.Unlock() } }()
    }
    select { case <-ch: case ch <- 1: }
"""


def _waiters(number: int) -> str:
    """Goroutines that share one channel, each until a timeout of its own."""
    each = "go func() { c, no := context.WithTimeout(ctx, 3); defer no(); select { %s } }()\n"
    cases = "case <-c.Done(): case ch <- 1:"
    return (
        f'import "context"\nfunc f(ctx context.Context) {{ ch := make(chan int)\n{each % cases * number} }}'
    )


def test_judging_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    program = fragment(_waiters(WAITERS))
    free = analyse(program, 200)
    assert free.judging > 20_000
    bound = analyse(program, 200, max_judging=5_000)
    assert bound.judging < 15_000
    monkeypatch.setattr(judging, "LEAVING", 5_000)
    monkeypatch.setattr(judging, "RETRACING", 5_000)
    assert analyse(program, 200).judging < 15_000
    assert (bound.states, bound.work) == (free.states, free.work)


def test_each_object_is_entered_once_to_tell_what_belongs_together(monkeypatch: pytest.MonkeyPatch) -> None:
    program = fragment(_waiters(WAITERS))
    works = semantics.start(program, [])
    entered: list[int] = []
    contents = Work.contents

    def counted(work: Work, number: int) -> tuple[object, ...]:
        entered.append(number)
        return contents(work, number)

    monkeypatch.setattr(Work, "contents", counted)
    for work in works:
        entered.clear()
        groups = components.components(work)
        assert len(entered) == len(set(entered)) >= WAITERS
        assert groups == _naive(work)


def _naive(work: Work) -> list[tuple[int, ...]]:
    groups: list[tuple[set[int], set[int]]] = []
    for gid, item in enumerate(work.goroutines):
        if isinstance(item, Goroutine):
            members, objects = {gid}, set(components.reach(work, tidied(work, gid)))
            for other in [each for each in groups if each[1] & objects]:
                groups.remove(other)
                members |= other[0]
                objects |= other[1]
            groups.append((members, objects))
    return sorted(tuple(sorted(members)) for members, _ in groups)


@pytest.fixture
def spent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What each fragment costs that is explored in this process."""
    costs: list[int] = []
    go_on = Exploration.go_on

    def counted(self: Exploration, *most: int) -> Fragment:
        before = self.work
        found = go_on(self, *most)
        costs.append(found.work - before)
        return found

    monkeypatch.setattr(Exploration, "go_on", counted)
    monkeypatch.setattr("unstuck.analysis.settings_of", lambda config: Settings(limits=Limits(max_work=MOST)))
    monkeypatch.setattr("unstuck.analysis.FEW_FINDINGS", -1)  # no cures, which explore again
    monkeypatch.setattr(attempts, "LAST_WORK", 1)
    return costs


def _costs(tree: Path, text: str, spent: list[int]) -> int:
    tree.mkdir()
    (tree / "go.mod").write_text(MODULE)
    (tree / "m.go").write_text(f'package m\n\nimport "sync"\n\nvar mu sync.Mutex\n\n{text}')
    spent.clear()
    run(tree, None)
    return sum(spent)


def test_a_package_of_any_number_of_roots_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spent: list[int]
) -> None:
    def roots(number: int) -> str:
        return "".join(f"func F{at}(f func(int) bool) {{\n{MEETING}}}\n" for at in range(number))

    few = _costs(tmp_path / "few", roots(2), spent)
    assert few > 2 * MOST
    monkeypatch.setattr(attempts, "MOST_WORK", few)
    monkeypatch.setattr(attempts, "FUNCTION_WORK", 0)
    many = _costs(tmp_path / "many", roots(20), spent)
    assert many < 2 * few


def test_the_literals_of_one_function_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spent: list[int]
) -> None:
    def literals(number: int) -> str:
        each = f"g(func(f func(int) bool) {{\n{MEETING}}})\n"
        return f"func F(g func(any)) {{\n{each * number}}}\n"

    monkeypatch.setattr(attempts, "LITERALS", 1)
    one = _costs(tmp_path / "one", literals(1), spent)
    many = _costs(tmp_path / "many", literals(20), spent)
    assert one > MOST
    assert many < 2 * one


def test_who_calls_a_leaking_function_is_looked_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spent: list[int]
) -> None:
    def asked(number: int) -> int:
        each = "func f%d(n int) { c := make(chan int); go func() { c <- n }() }\n"
        looks.clear()
        _costs(tmp_path / str(number), "".join(each % at for at in range(number)), spent)
        assert len(spent) >= number
        return len(looks)

    looks: list[FuncRef] = []
    declared = World.declared

    def counted(self: World, ref: FuncRef) -> DeclaredAt | None:
        looks.append(ref)
        return declared(self, ref)

    monkeypatch.setattr(World, "declared", counted)
    few = asked(20)
    assert asked(80) < 5 * few


@pytest.mark.parametrize(
    "text",
    [
        "func f() { ch := make(chan int); go func() { ch <- 1 }(); go func() { ch <- 2 }() }",
        'import "sync"\nvar mu sync.Mutex\nfunc f(b bool) { mu.Lock(); if b { return }; mu.Unlock() }',
    ],
)
def test_where_goroutines_are_left_costs_no_retracing(text: str) -> None:
    program = fragment(text)
    told, asked = analyse(program, 200), parked(program, 200, 1 << 60, 1 << 60)
    assert told.leaks
    assert asked.known
    assert set(asked.places) == {leak.park for leak in told.leaks}
    assert asked.work == told.work
    assert asked.judging < told.judging


def test_the_walks_of_one_function_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    def walked(number: int) -> tuple[int, int]:
        each = "ctx%d, cancel%d := context.WithCancel(ctx); if f(ctx%d) { return }; cancel%d()\n"
        lines = "".join(each % ((at,) * 4) for at in range(number))
        text = f'import "context"\nfunc f(ctx context.Context, f func(context.Context) bool) {{\n{lines}}}\n'
        code, _ = code_of(text, "f")
        given = package("m", f"package m\n{text}")
        subject = subject_of(code.world, given, FuncRef("m", "", "f"), test=False)
        assert subject is not None
        found = len(list(lost_cancel.check(subject)))
        return found, subject.bodies[0].walked.visits

    found, visits = walked(20)
    assert found == 20
    assert 500 < visits < 20_000
    monkeypatch.setattr(paths, "MAX_WALKED", 2_000)
    found, visits = walked(60)
    assert 0 < found < 60
    assert visits < 2_000 + paths.MAX_VISITS


def test_where_walks_give_up_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    each = "ctx%d, cancel%d := context.WithCancel(ctx); if f(ctx%d) { return }; cancel%d()\n"
    lines = "".join(each % ((at,) * 4) for at in range(20))
    head = 'package m\n\nimport "context"\n\nfunc f(ctx context.Context, f func(context.Context) bool) {\n'
    (tmp_path / "go.mod").write_text(MODULE)
    (tmp_path / "m.go").write_text(f"{head}{lines}}}\n")
    assert run(tmp_path, None).gaps == ()
    for name in ("MAX_WALKED", "MAX_VISITS"):
        with monkeypatch.context() as limits:
            limits.setattr(paths, name, 100)
            gaps = run(tmp_path, None).gaps
        assert [(gap.code, gap.path, gap.line) for gap in gaps] == [("work-limit", "m.go", 5)]


def test_what_is_done_with_fields_of_a_name_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    uses = private._uses

    def counted(texts: list[bytes], name: bytes) -> Iterator[str]:
        asked.append(name)
        return uses(texts, name)

    monkeypatch.setattr(private, "_uses", counted)
    types = "".join(f"type T{at} struct {{ done chan int }}\n" for at in range(9))
    code, _ = code_of(f"{types}func f(t *T1) {{ <-t.done }}\n", "f")
    answers = [private.channel_field(code.world, Named("m", f"T{at}"), "done") for at in range(9)]
    assert answers == [private.NIL] * 9
    assert asked == [b"done"]
