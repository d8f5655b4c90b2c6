"""The world around functions: packages, models, members, implementations, facts."""

from __future__ import annotations

import pytest

from types_program import load
from unstuck.types import facts
from unstuck.types.model import Func, FuncRef, Named, Pointer, Var
from unstuck.types.printer import type_string

LIBRARY = """package lib
type Group struct{ hidden int }
func (g *Group) Go(f func() error) {}
func (g *Group) SetLimit(n int) {}
func With() *Group { return nil }
const Version = 3
"""
MODEL = """package lib
type Group struct{ tasks chan struct{} }
func (g *Group) Go(f func() error) { g.tasks <- struct{}{} }
"""


def test_functions_in_source_order_with_unique_names() -> None:
    source = """package m
func init() {}
type T struct{}
func (t *T) Do() {}
func _() {}
func init() {}
func (t T) Do2() {}
func _() {}
"""
    names = [str(ref) for ref in load({"m": source}).world.functions("m")]
    assert names == ["init", "(*T).Do", "_", "init#2", "T.Do2", "_#2"]


def test_a_model_wins_over_the_package_and_the_rest_stays() -> None:
    source = 'package m\nimport "lib"\nfunc f() { g := lib.With(); g.Go(nil); g.SetLimit(lib.Version) }'
    program = load({"m": source, "lib": LIBRARY}, {"lib": MODEL})
    go, limit = program.function("f").info.selections.values()
    assert go.method is not None and limit.method is not None
    assert [program.world.declared(ref).stub for ref in (go.method, limit.method)] == [True, False]  # type: ignore[union-attr]
    assert type_string(program.world.struct_fields(Named("lib", "Group"))[0].type) == "chan struct{}"
    assert program.world.functions("lib").count(go.method) == 1


def test_a_model_alone_is_enough_and_an_analysed_package_has_none() -> None:
    source = 'package m\nimport "lib"\nfunc f() { var g lib.Group; g.Go(nil) }'
    program = load({"m": source}, {"lib": MODEL, "m": "package m\nfunc modelled() {}"})
    (go,) = program.function("f").info.selections.values()
    body = program.world.function(go.method) if go.method else None
    assert body is not None and body.package is None and body.stub
    assert [ref.name for ref in program.world.functions("m")] == ["f"]


def test_import_names() -> None:
    source = """package m
import (
	"example.com/odd-path"
	. "example.com/dotted"
	other "example.com/named"
)
func f() { actual.F(); G(); other.F() }
"""
    text = "package {}\nfunc F() {{}}\nfunc G() {{}}\n"
    program = load(
        {
            "m": source,
            "example.com/odd-path": text.format("actual"),
            "example.com/dotted": text.format("dotted"),
            "example.com/named": text.format("named"),
        }
    )
    called = [obj.ref for obj in program.function("f").info.uses.values() if isinstance(obj, Func)]
    assert [(ref.package, ref.name) for ref in called] == [
        ("example.com/odd-path", "F"),
        ("example.com/dotted", "G"),
        ("example.com/named", "F"),
    ]


def test_globals_are_one_object_for_all_uses() -> None:
    source = """package m
var a, b = pair()
var c, d = 1, make(chan int)
var mu struct{}
func pair() (int, error) { return 0, nil }
func f() { _ = d; _ = b }
"""
    program = load({"m": source})
    inits = program.world.globals("m")
    assert [[var.name for var in init.vars] for init in inits] == [["a", "b"], ["c"], ["d"], ["mu"]]
    assert inits[3].value is None
    used = [obj for obj in program.function("f").info.uses.values() if isinstance(obj, Var)]
    assert used == [inits[2].vars[0], inits[0].vars[1]]
    assert [type_string(var.type) for var in used] == ["chan int", "error"]


def test_implementations() -> None:
    source = """package m
type I interface{ Close() error; Done() <-chan int }
type Base struct{}
func (Base) Done() <-chan int { return nil }
type A struct{ Base }
func (*A) Close() error { return nil }
type B struct{ *A }
type C struct{ Base }
func (C) Close() {}
type D interface{ I }
"""
    world = load({"m": source}).world
    found = world.implementations(Named("m", "I"), ["m"])
    assert list(map(type_string, found)) == ["*m.A", "m.B"]
    assert world.methods(Named("m", "B")) == ("Close", "Done")
    assert not world.implements(Named("m", "A"), Named("m", "Base"))


@pytest.mark.parametrize(
    ("declaration", "holds"),
    [
        ("int", False),
        ("struct{ a int; next *T; e error }", False),
        ("map[string][]*struct{ s string; t T }", False),
        ("struct{ next *T; f func() }", True),
        ("[3]map[string]<-chan int", True),
        ("struct{ n sync.WaitGroup }", True),
        ("*any", True),
        ("missing.Type", True),
    ],
)
def test_what_can_hold_concurrency(declaration: str, holds: bool) -> None:
    source = f'package m\nimport "sync"\ntype T {declaration}\n'
    world = load({"m": source, "sync": "package sync\ntype WaitGroup struct{ n int }\n"}).world
    assert facts.can_hold_concurrency(world, Pointer(Named("m", "T"))) == holds


def test_other_facts() -> None:
    world = load({"m": "package m\ntype C chan<- int\ntype P *C\ntype S struct{}\n"}).world
    channel = facts.chan_of(world, Named("m", "C"))
    assert channel is not None and channel.dir == "send"
    assert facts.pointee(world, Named("m", "P")) == Named("m", "C")
    assert facts.is_sync(Named("sync", "RWMutex")) == "RWMutex"
    assert facts.is_sync(Named("m", "Mutex")) is None
    kinds = [facts.zero_kind(world, Named("m", name)) for name in ("C", "P", "S", "Missing")]
    assert kinds == ["nil", "nil", "struct", "unknown"]


def test_questions_about_nothing() -> None:
    world = load({"m": "package m"}).world
    ref = FuncRef("m", "", "missing")
    assert world.functions("nowhere") == () and world.globals("nowhere") == ()
    assert world.function(ref) is None and world.signature(ref) is None and world.declared(ref) is None


def test_methods_declared_with_an_alias_as_receiver() -> None:
    source = "package m\ntype a struct{}\ntype B = a\nfunc (b *B) M() {}\nfunc f(x *a) { x.M() }"
    (selection,) = load({"m": source}).function("f").info.selections.values()
    assert selection.method == FuncRef("m", "B", "M", True)


def test_type_parameters_of_two_functions_differ() -> None:
    source = """package m
func f[T interface{ Close() error }](t T) { t.Close() }
func g[T interface{ Close() bool }](t T) { t.Close() }
type Key interface{ Bytes() []byte }
type Private[E Key] interface{ Public() E }
func k[E Key, D Private[E]](d D) { d.Public().Bytes() }
type P[T any] interface{ Add(T) T }
func h[T P[T]](t T) { t.Add(t).Add(t) }
"""
    program = load({"m": source})
    for name, results in (("f", ["error"]), ("g", ["bool"]), ("h", ["T", "T"]), ("k", ["E", "[]uint8"])):
        selections = program.function(name).info.selections.values()
        assert [type_string(s.type).rpartition(" ")[2] for s in selections] == results
