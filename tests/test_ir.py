from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from lowered import fragment, fragments, lowered
from unstuck.ir import instr
from unstuck.ir.check import check_function, check_program
from unstuck.ir.instr import NONE, Const, Function, Instr, Jump, Return
from unstuck.ir.printer import _FORMS, function_text, instruction_text, program_text
from unstuck.ir.slice import sliced

TESTDATA = Path(__file__).parent / "testdata"
MODULES = sorted(found.parent for found in TESTDATA.rglob("go.mod"))
AT = (0, 0)

SEND = """
func f() int {
	ch := make(chan int)
	go func() { ch <- work() }()
	return <-ch
}
func work() int
"""
SELECT = """
import "context"
func f(ctx context.Context, out chan<- int) {
	select {
	case out <- 1:
		log()
	case <-ctx.Done():
	default:
	}
}
func log() { n := 0; n++ }
"""
LOCK = """
import "sync"
type S struct { mu sync.Mutex; ready bool; calls int }
func (s *S) f(n int) {
	s.calls++
	for i := 0; i < n; i++ {
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	if s.ready {
		s.calls--
	}
}
"""


def test_golden_send() -> None:
    assert (
        program_text(fragment(SEND))
        == """\
func m.f() (int)
   0  r0 = make chan int, _
   1  r1 = r0
   2  r2 = closure m.f$1(r1)
   3  go r2()
   4  r3, r4 = <-r1
   5  return _

func m.f$1(r0 chan int)
   0  r0 <- _
   1  return
"""
    )


def test_golden_select() -> None:
    assert (
        program_text(fragment(SELECT))
        == """\
func m.f(r0 context.Context, r1 chan<- int)
   0  r3 = done r0
   1  select {r1 <- _ then 2 | <-r3 then 2} default 2
   2  return

func m.log()
   0  return
"""
    )


def test_golden_lock() -> None:
    assert (
        program_text(fragment(LOCK))
        == """\
func m.S.f(r0 *m.S, r1 int)
   0  r7 = const 0
   1  r8 = r7
   2  r9 = r8 < r1 sizing
   3  if r9 then 4 else 13
   4  r10 = &r0.mu
   5  lock r10
   6  r11 = &r0.mu
   7  r12 = closure m.S.f$1(r11)
   8  defer r12()
   9  r13 = const 1
  10  r14 = r8 + r13
  11  r8 = r14
  12  jump 2
  13  return

func m.S.f$1(r0 unknown)
   0  unlock r0
   1  return
"""
    )


def test_code_starts_where_the_function_does() -> None:
    body = "goto middle; first: <-ch; return; middle: if n > 1 { goto first }"
    (function,) = fragment(f"func f(ch chan int, n int) {{ {body} }}").functions.values()
    assert instruction_text(function.code[0]) == "r2 = const 1"


def test_a_goto_to_no_label_does_nothing() -> None:
    program = fragment("func f(ch chan int) { goto nowhere; <-ch }")
    text = "func m.f(r0 chan int)\n   0  <-r0\n   1  return\n"
    assert function_text(program.functions["m.f"]) == text


def test_a_function_that_only_panics_does_not_return() -> None:
    program = fragment('func f(ch chan int) { fail(); <-ch }; func fail() { panic("") }')
    assert function_text(program.functions["m.fail"]) == "func m.fail()\n   0  panic\n"


def test_before_slicing_everything_is_there() -> None:
    text = function_text(lowered(LOCK).functions["m.S.f"])
    assert "r5 = *r4\n" in text and "&r0.ready\n" in text
    assert "sizing\n" in text


def test_every_instruction_prints() -> None:
    assert set(_FORMS) == set(get_args(Instr))


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (Const(AT, 1, None), "r1 = const nil"),
        (instr.Copy(AT, 1, 2, "recv"), "r1 = r2 as recv"),
        (instr.Recv(AT, NONE, NONE, 3, instr.INT_DESC, True), "<-r3 range"),
        (instr.Recv(AT, NONE, 4, 3, instr.INT_DESC), "_, r4 = <-r3"),
        (instr.MakeMap(AT, 0, ((1, 2), (3, 4)), instr.INT_DESC), "r0 = map{r1: r2, r3: r4}"),
        (instr.MakeStruct(AT, 0, "m.S", (("a", 1),)), "r0 = m.S{a: r1}"),
        (instr.Call(AT, (), "m.f", (NONE, 2), (), ()), "call m.f(_, r2)"),
        (instr.Lock(AT, "rlock", 1, NONE, True), "rlock r1 rw"),
        (instr.Select(AT, (), 7), "select {} default 7"),
    ],
)
def test_one_line(item: Instr, text: str) -> None:
    assert instruction_text(item) == text


def _function(*code: Instr, registers: int = 2) -> Function:
    return Function("m.f", "m", "f", "m/a.go", (), registers, (), (), (), code, AT)


@pytest.mark.parametrize(
    "wrong",
    [
        _function(),
        _function(Const(AT, 0, 1)),
        _function(Jump(AT, 1)),
        _function(Return(AT, (2,))),
        _function(Return(AT, (1,)), registers=1),
        replace(_function(Return(AT, ())), live=((), ())),
        replace(_function(Return(AT, (1,))), live=((1,),)),
        replace(_function(Return(AT, ())), params=(instr.INT_DESC,) * 3),
        replace(_function(Return(AT, ())), results=(0,)),
    ],
)
def test_check_sees(wrong: Function) -> None:
    with pytest.raises(AssertionError, match=r"m\.f"):
        check_function(wrong)


def test_check_program_sees_a_missing_root() -> None:
    with pytest.raises(AssertionError, match="root"):
        check_program(replace(fragment(SEND), root="m.g"))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(TESTDATA).as_posix())
def test_testdata(module: Path) -> None:
    for whole in fragments(module):
        check_program(whole)
        check_program(sliced(whole))
