"""Inference: each program's `_ = x` lines say in a comment what type (and constant value) x has."""

from __future__ import annotations

import re
import sys

import pytest

from types_program import Program, load
from unstuck.syntax import ast
from unstuck.types.model import UNKNOWN, Info
from unstuck.types.printer import type_string
from unstuck.types.universe import default

TIME = """package time
type Duration int64
const Millisecond Duration = 1e6
const Second = 1000 * Millisecond
func Sleep(d Duration) {}
"""
WANTED = re.compile(r"_ = (.+?) // (.+)$", re.M)


def said(program: Program, path: str = "m") -> list[tuple[str, str]]:
    """Source and inferred type of what is assigned to `_`, in every function and package-level variable."""
    found: list[tuple[str, str]] = []
    infos = [(f.info, f.file) for f in map(program.world.function, program.world.functions(path)) if f]
    infos += [(one.info, one.file) for one in program.world.globals(path)]
    for info, file in infos:
        for node in info.types:
            line = file.data[: node.start].rpartition(b"\n")[2].strip()
            if line in (b"_ =", b"var _ ="):
                text = file.data[node.start : node.end].decode()
                found.append((text, describe(info, node)))
    return found


def describe(info: Info, node: ast.Expr) -> str:
    value = info.constants.get(node)
    shown = type_string(default(info.types[node]))
    return shown if value is None else f"{shown} = {value!r}"


def check(source: str, *libraries: tuple[str, str]) -> None:
    program = load({"m": source, **dict(libraries)})
    wanted = WANTED.findall(source)
    got = said(program)
    assert [pair for pair in wanted if pair not in got] == [], got


def test_declarations_and_scopes() -> None:
    check("""package m
var x = "outer"
func f(a int, b ...string) (n int, err error) {
	_ = x // string
	_ = b // []string
	x := 5
	_ = x // int
	if x := 2.5; x > 1 {
		_ = x // float64
	} else if x := x == 3; x {
		_ = x // bool
	}
	_ = x // int
	y, n := 'a', 1
	_ = y // int32
	_ = n // int
	n, z := 1, func() chan<- int { return nil }
	_ = z // func() chan<- int
	for x := range 3 { _ = x }
	type T struct{ next *T; v []x2 }
	var t T
	_ = t.next.next.v[0].ok // bool
	switch x := any(x).(type) {
	case int, string:
		_ = x // any
	case *T:
		_ = x.next // *m.f.T
	}
	_ = err.Error() // string
	return
}
type x2 struct{ ok bool }
""")


def test_short_declaration_reuses_parameters_and_receivers() -> None:
    program = load(
        {"m": "package m\ntype T int\nfunc (t T) f(a int) { t, a, b := T(1), 2, 3; _, _, _ = t, a, b }"}
    )
    function = program.function("f")
    assert [var.name for var in function.info.defs.values()] == ["t", "a", "b"]


def test_range_over_everything() -> None:
    check("""package m
type Seq func(yield func(string, bool) bool)
type List []map[string]chan int
type One func(func(rune) bool)
func f(l List, p *[3]uint8, m map[string]chan int, c <-chan error, s Seq, one One, n int64) {
	for k, v := range l { _ = k
		_ = v // map[string]chan int
		_ = k // int
	}
	for _, v := range p {
		_ = v // uint8
	}
	for k, v := range m {
		_ = k // string
		_ = v // chan int
	}
	for v := range c {
		_ = v // error
	}
	for a, b := range s {
		_ = a // string
		_ = b // bool
	}
	for r := range one {
		_ = r // int32
	}
	for i := range n {
		_ = i // int64
	}
	for i, r := range "x" {
		_ = i // int
		_ = r // int32
	}
}
""")


def test_composite_literals() -> None:
    check("""package m
type P struct{ X, Y int; next *P }
type M map[P][]*P
func f() {
	a := [...]string{3: "x", "y"}
	_ = a // [5]string
	_ = len(a) // int = 5
	m := M{{X: 1}: {{Y: 2}, nil}}
	_ = m[P{}][0].next // *m.P
	_ = &P{X: 1} // *m.P
	s := []struct{ c chan int }{{c: make(chan int)}}
	_ = s[0].c // chan int
	_ = s[:1] // []struct{c chan int}
	_ = a[1:2] // []string
}
""")


def test_selections_through_embedding() -> None:
    check("""package m
import "sync"
type Base struct{ sync.Mutex; done chan struct{} }
func (b *Base) Stop(n int) error { return nil }
type I interface{ Run() <-chan int }
type Mid struct{ *Base; I }
type Top struct{ Mid; name string }
func f(t *Top, i interface{ I; Close() }) {
	_ = t.done // chan struct{}
	_ = t.Stop // func(int) error
	_ = t.Stop(1) // error
	_ = t.Run() // <-chan int
	_ = <-t.Run() // int
	_ = i.Run() // <-chan int
	_ = (*Base).Stop // func(*m.Base, int) error
	_ = I.Run // func(m.I) <-chan int
	t.Lock()
}
""")
    program = load(
        {
            "m": """package m
type Base struct{}
func (b *Base) Stop() {}
type Top struct{ Mid }
type Mid struct{ *Base }
func f(t Top) { t.Stop(); (*Top).Stop(nil) }
"""
        }
    )
    value, expression = program.function("f").info.selections.values()
    assert (value.kind, value.path, str(value.method)) == ("method", ("Mid", "Base"), "(*Base).Stop")
    assert expression.kind == "method-expr"


def test_generics() -> None:
    check("""package m
type Ordered interface{ ~int | ~string }
type Set[K comparable, V any] struct{ m map[K]V; ch chan V }
func (s *Set[A, B]) Get(a A) (B, bool) { return s.m[a], true }
func NewSet[K comparable, V any](k K, v ...V) *Set[K, V] { return &Set[K, V]{} }
func Map[T, U any](in []T, f func(T) U) []U { return nil }
func First[S ~[]E, E any](s S) E { return s[0] }
func Zero[T any]() (t T) { return }
func Make[T any, P interface{ *T; Reset() }]() P { return nil }
func Max[T Ordered](a, b T) T { return a }
type Names []string
type Pair[T any] = Set[T, T]
type R struct{}
func (*R) Reset() {}
func (R) Conv[T any](t T) []T { return nil }
func f(ch chan error) {
	s := NewSet("a", ch)
	_ = s // *m.Set[string, chan error]
	_ = s.ch // chan chan error
	v, ok := s.Get("x")
	_ = v // chan error
	_ = ok // bool
	_ = Map([]int{1}, func(i int) chan int { return nil }) // []chan int
	_ = First(Names{}) // string
	_ = Zero[chan int]() // chan int
	_ = Make[R]() // *m.R
	_ = Max(1, 2) // int
	_ = NewSet[int, bool] // func(int, ...bool) *m.Set[int, bool]
	var p Pair[uint8]
	_ = p.m // map[uint8]uint8
	_ = R{}.Conv(ch) // []chan error
}
func g[T interface{ ~[]E; Len() int }, E any](t T) {
	_ = t.Len() // int
	_ = t[0] // E
}
""")


def test_constants() -> None:
    check(
        """package m
import "time"
const (
	A = 1 << iota
	B
	_
	D
)
const big, small = 1 << 70, big >> 68
type Bits uint8
const (
	X Bits = ^Bits(0) >> iota
	Y
)
var _ = len("héllo") // int = 6
var _ = 3 * time.Second // time.Duration = 3000000000
func f(n uint, arr [4]int) {
	const local = D + small
	_ = local // int = 12
	_ = B // int = 2
	_ = Y // m.Bits = 127
	_ = 7 / 2 // int = 3
	_ = -7 / 2 // int = -3
	_ = 7 / 2.0 // float64 = 3.5
	_ = "a" + `b` // string = 'ab'
	_ = 'a' + 1 // int32 = 98
	_ = len(arr) - 1 // int = 3
	_ = 1 << n // int
	_ = uint8(1) << 3 // uint8 = 8
	_ = A == 1 && !false // bool = True
	_ = time.Duration(n) * time.Millisecond // time.Duration
	_ = string(rune(65)) // string = 'A'
	_ = min(3, 2.0, 5) // float64 = 2.0
	_ = int64(1e9) // int64 = 1000000000
}
""",
        (
            "time",
            TIME,
        ),
    )


def test_channels_calls_and_conversions() -> None:
    check(
        """package m
import "errors"
type Chan chan int
func two() (int, chan error) { return 0, nil }
func take(n int, c chan error) bool { return true }
func f(c Chan, a any) {
	v, ok := <-c
	_ = v // int
	_ = ok // bool
	_, err := two()
	_ = err // chan error
	_ = take(two()) // bool
	_ = make(chan struct{}, 3) // chan struct{}
	_ = new([]int) // *[]int
	_ = new(1 + 2) // *int
	_ = append([]byte(nil), 1) // []uint8
	_ = (<-chan int)(c) // <-chan int
	_ = Chan(nil) // m.Chan
	_ = a.(chan int) // chan int
	_ = func(n int) <-chan Chan { return nil }(1) // <-chan m.Chan
	_ = errors.New("x") // error
	_ = copy(nil, nil) // int
	_ = recover() // any
	_ = *&v // int
}
""",
        ("errors", "package errors\nfunc New(text string) error { return nil }\n"),
    )


def test_packages_that_are_not_there() -> None:
    source = """package m
import (
	"golang.org/x/sync/errgroup"
	redis "example.com/go-redis/v9"
)
var client redis.Client
func f() {
	g, ctx := errgroup.WithContext(nil)
	_ = g // ?
	_ = ctx // ?
	var h errgroup.Group
	h.Go(nil)
	_ = h // errgroup.Group
}
"""
    check(source)
    info = load({"m": source}).function("f").info
    named = [str(use.ref.package + "." + use.ref.name) for use in info.uses.values() if hasattr(use, "ref")]
    assert named == ["golang.org/x/sync/errgroup.WithContext"]
    assert [str(s.method) for s in info.selections.values()] == ["Group.Go"]


def test_a_note_may_leave_out_imports() -> None:
    program = load(
        {
            "m": "ch := make(chan int)\ntime.Sleep(2 * time.Second)\nctx := context.Background()\n",
            "time": TIME,
        }
    )
    function = program.function("statements")
    names = {ident.name: obj for ident, obj in function.info.uses.items()}
    assert names["Sleep"].ref.package == "time"  # type: ignore[union-attr]
    assert names["Background"].ref.package == "context"  # type: ignore[union-attr]
    assert 2_000_000_000 in function.info.constants.values()
    assert [type_string(var.type) for var in function.info.defs.values()] == ["chan int", "?"]


@pytest.mark.parametrize(
    "source",
    [
        "type T T\nfunc f(t T) { _ = t.x }",
        "type A = B\ntype B = A\nfunc f(a A) { a.x() }",
        "const a = b\nconst b = a\nfunc f() int { return a }",
        "var a = b\nvar b = a\nfunc f() { a() }",
        "type T struct { a [len(x)]int }\nvar x T\nfunc f() { _ = x.a }",
        "type I interface { I; J }\ntype J interface { I }\nfunc f(i I) { i.M() }",
        "type S struct { S; *T }\ntype T struct { S }\nfunc f(s S) { s.missing() }",
        'import "m"\nfunc f() { m.f(m.g) }',
        "type G[T any] struct { x *G[G[T]] }\nfunc f(g G[int]) { _ = g.x.x.x.x.y }",
        "type L[T interface{ Less(L[T]) }] struct{}\nfunc (l L[T]) f() { l.g() }",
        "func f() { x := x; f := func() { f() }; y, := ; for range { } ; switch x := ",
        "func f() { var a, b = f(); a, b, c := 1; _ = [...]int{a: 1}; _ = T{x: 1}; go }",
        "var f1 = func() { f2() }\nvar f2 = func() { f1() }\nfunc f() { f1() }",
        'const c = c0 + c0\nconst c0 = "x" << 3 / 0\nfunc f() { _ = c % 0 }',
    ],
)
def test_odd_source_ends(source: str) -> None:
    program = load({"m": "package m\n" + source})
    for ref in program.world.functions("m"):
        assert program.world.function(ref) is not None
    program.world.globals("m")


def test_long_chains_of_variables_end() -> None:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(10_000)
    lines = [f"var v{n} = v{n + 1}" for n in range(3000)]
    program = load(
        {"m": "package m\n" + "\n".join(lines) + "\nvar v3000 = make(chan int)\nfunc f() { _ = v0 }"}
    )
    function = program.function("f")
    sys.setrecursionlimit(before)
    assert UNKNOWN in function.info.types.values()


def test_function_literals_know_their_package_variable() -> None:
    program = load(
        {"m": "package m\nvar h = func(n int) chan int { h(n - 1); return nil }\nfunc f() { _ = h(1) }"}
    )
    assert "chan int" in map(type_string, program.function("f").info.types.values())
    (init,) = program.world.globals("m")
    calls = [t for node, t in init.info.types.items() if isinstance(node, ast.Call)]
    assert list(map(type_string, calls)) == ["chan int"]
