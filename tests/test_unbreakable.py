"""Go that is legal or nearly so, but larger, deeper or more circular than anybody writes: no error."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuzz import damage, damaged
from test_bad_input import LEAK, Told, check

MODULE = "module example.com/p\n\ngo 1.24\n"
MANY = """package p

func Many() {
	ch := make(chan int)
	for range 100_000 {
		go func() { ch <- 1 }()
	}
}
"""
CIRCLE = """package {0}

import "example.com/p/{1}"

func F() chan int {{
	go {1}.F()
	return {1}.F()
}}
"""
LONG = """package p

import "sync"

func Long(mu *sync.Mutex, c chan int, x int) {{
{0}}}
"""
RECURSIVE = """package p

import "sync"

type (
	A    struct{ b *B; mu sync.Mutex; A2 []A }
	B    struct{ A; c map[string]B; f func(B) B }
	C    chan C
	D    []D
	E    E
	F    struct{ F }
	G[T any] struct{ next *G[G[T]] }
	H[T any] struct{ h H[H[T]] }
	I    interface{ I }
	X    Y
	Y    X
	Self = Self
)

func Use(a *A, b B, c C, d D, e E, f F, g G[int], h H[int], i I, x X, s Self) {
	c <- c
	go func() { c <- <-c }()
	a.mu.Lock()
	b.f(b).f(b).A2[0].b.mu.Unlock()
	Use(a, b, c, d, e, f, g, h, i, x, s)
}
"""


def told(folder: Path, files: dict[str, str]) -> Told:
    """What a run on a module of these files tells; nothing in it is an error of ours."""
    for name, text in {"go.mod": MODULE, "leak.go": LEAK, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    found = check(folder, "./...")
    assert "internal-error" not in found.codes
    assert found.status in (0, 1)
    assert any(one["path"] == "leak.go" for one in found.findings)
    return found


def test_a_hundred_thousand_goroutines(tmp_path: Path) -> None:
    found = told(tmp_path, {"many.go": MANY})
    assert found.codes or any(one["path"] == "many.go" for one in found.findings)


def test_recursive_types(tmp_path: Path) -> None:
    told(tmp_path, {"types.go": RECURSIVE})


@pytest.mark.parametrize("literal", ["&T{}", "T{{}}", "&T{&T{}}", "[]T{{}, {{}}}", 'map[string]*T{"": {}}'])
def test_literals_of_a_pointer_to_itself(tmp_path: Path, literal: str) -> None:
    text = (
        f"package p\n\ntype T *T\n\nfunc Make(c chan int) any {{\n\tt := {literal}\n\t<-c\n\treturn t\n}}\n"
    )
    told(tmp_path, {"types.go": text})


@pytest.mark.parametrize(
    ("step", "end", "use"),
    [
        ("type A{0} = struct {{ a, b A{1} }}", "type A60 = chan int", "<-x.a.b"),
        ("type A{0}[T any] = A{1}[struct {{ a, b T }}]", "type A60[T any] struct {{ c chan T }}", "<-x.c"),
        (
            "type A{0}[T any] struct {{ a A{1}[func(T, T)] }}",
            "type A60[T any] struct {{ c chan T }}",
            "<-x.a",
        ),
    ],
)
def test_types_that_double(tmp_path: Path, step: str, end: str, use: str) -> None:
    """Sixty declarations of one line, and a type of 2 to the sixtieth parts."""
    lines = [step.format(number, number + 1) for number in range(60)]
    arg = "[int]" if "any" in step else ""
    used = f"func f(x A0{arg}) {{\n\tgo func() {{ {use} }}()\n}}"
    told(tmp_path, {"types.go": "\n".join(("package p", *lines, end.format(), used, ""))})


def test_imports_in_a_circle_and_of_itself(tmp_path: Path) -> None:
    files = {f"{name}/x.go": CIRCLE.format(name, other) for name, other in ("ab", "bc", "ca", "dd")}
    told(tmp_path, files)
    warm = check(tmp_path, "./...")
    assert warm.findings == told(tmp_path, files).findings


@pytest.mark.parametrize(
    "literal", ["[]int{" + "1, " * 100_000 + "}", '"' + "x" * 1_000_000 + '"', "1" * 100_000]
)
def test_huge_literals(tmp_path: Path, literal: str) -> None:
    told(tmp_path, {"huge.go": f"package p\n\nvar huge = {literal}\n"})


@pytest.mark.parametrize(
    ("before", "opened", "closed"),
    [
        ("func F() {", "{", "}"),
        ("func F() {", "func() { go ", "}()"),
        ("func F(c chan int) {", "for { select { case <-c: ", "}}"),
        ("type T ", "struct{ f ", "}"),
        ("type T ", "chan ", ""),
    ],
)
def test_deep_nesting(tmp_path: Path, before: str, opened: str, closed: str) -> None:
    end = "}" if before.startswith("func") else "int"
    middle = "int" if before.startswith("type") and closed else ""
    text = f"package p\n\n{before}{opened * 3_000}{middle}{closed * 3_000}{'' if middle else end}\n"
    told(tmp_path, {"deep.go": text})


def test_a_function_of_ten_thousand_statements(tmp_path: Path) -> None:
    lines = "\tmu.Lock()\n\tif x > 1 {\n\t\tgo func() { c <- x }()\n\t}\n\tmu.Unlock()\n" * 2_000
    found = told(tmp_path, {"long.go": LONG.format(lines)})
    assert "size-limit" in found.codes


@pytest.mark.parametrize("seed", range(6))
def test_damaged_files(seed: int) -> None:
    """A few packages of the campaign `make fuzz-input`."""
    texts = (MANY.encode(), RECURSIVE.encode(), LEAK.encode())
    assert damaged.trouble(seed, damage.package(seed, texts)) is None
