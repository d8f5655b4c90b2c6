"""Files that are read when a name is asked for give the answers of reading all of them in order."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import go
import pytest

from fuzz import damage
from test_outline import EVERY, LAYOUTS, SOURCES, TESTDATA
from types_program import VERSIONS
from unstuck.source.file import SourceFile
from unstuck.source.package import Package, PackageFile
from unstuck.syntax import ast
from unstuck.syntax.heads import heads
from unstuck.syntax.parse import issues, parse, specs
from unstuck.types.model import FuncRef
from unstuck.types.unit import (
    Declaration,
    Unit,
    alias_bases,
    all_functions,
    analysed_functions,
    build,
    declaration_of,
    function_of,
    group,
    methods_of,
    type_declarations,
    variables,
)

MOST = 300_000
"""Packages with more bytes are left out."""


def sees_all(text: bytes) -> bool:
    """Whether it is told what the text may declare; that must be all that its outline has, errors aside."""
    found = heads(text)
    tree = parse(SourceFile("a.go", text))
    if found is None or issues(tree):
        return False
    names = [name.encode() for each in tree.entries if not each.recv for name in each.names]
    assert found.names.issuperset(names)
    assert found.bases.issuperset(each.recv.encode() for each in tree.entries if each.recv)
    for each in tree.entries:
        if each.kind == "type" and b"=" in text[each.start : each.end]:
            made = [spec for spec in specs(tree, each) if isinstance(spec, ast.TypeSpec) and spec.alias]
            assert found.aliases.issuperset(spec.name.name.encode() for spec in made)
    return True


def test_heads_of_go_itself() -> None:
    texts = [path.read_bytes() for path in sorted(SOURCES.rglob("*.go"))[::EVERY] if path.is_file()]
    assert sum(map(sees_all, texts)) > 0.95 * len(texts)


def test_heads_of_testdata() -> None:
    texts = [path.read_bytes() for path in sorted(TESTDATA.rglob("*.go"))]
    assert sum(map(sees_all, texts)) > 0.95 * len(texts)


def test_heads_of_other_layouts() -> None:
    chance = random.Random(1)
    texts = [text for text in damage.sources() if len(text) < 4_000]
    seen = 0
    for _ in range(1_500):
        text = chance.choice(texts)
        for _ in range(chance.choice((1, 1, 2, 4))):
            text = chance.choice(LAYOUTS)(chance, text)
        seen += sees_all(text)
    assert seen > 300


ODD = """package p; func A() {}; type (B struct{}; C = B); var /* here */ D int
  func   (b *B) E() {}
/* x */ func F() {}
const (
	G, /* with */ H = 1, `
)
func no() {
`
	I = (2 +
3)
	J
)
func (C) K() {}
func ( /* who */ B) L() {}
var (
	M, // and
	N int
)
type(O[P any] []P)
type S[
	P any,
] = O[P]
func (o O[P]) Q() {}
func (_ *O[_],) R() {}
"""


@pytest.mark.parametrize("at", range(0, len(ODD), 97))
def test_heads_of_what_gofmt_would_lay_out_otherwise(at: int) -> None:
    text = ODD.encode()
    sees_all(text)
    for line in text.split(b"\n"):
        sees_all(b"package p\n" + line)
    sees_all(b"package p\n" + text[at:])
    assert sees_all(b"  var first int")


# Packages.


def unit(texts: Mapping[str, bytes], outside: bool, named: str = "", model: bytes = b"") -> Unit:
    """What a package of these files declares; of one that is `named` only that file is analysed."""
    files = [PackageFile(SourceFile(name, text), False, False, "1.27") for name, text in texts.items()]
    if named:
        files = [replace(item, types_only=item.file.path != named) for item in files]
        files.sort(key=lambda item: item.types_only)
    package = Package("m", "m", "/m", tuple(files), None, VERSIONS, "source")
    return build("m", package, SourceFile("model", model) if model else None, {}, outside)


def place(found: Declaration | None) -> object:
    return (found.scope.file.path, found.entry) if found is not None else None


def questions(whole: Unit) -> list[tuple[str, object]]:
    functions = [*whole._functions, FuncRef("m", "", "none"), FuncRef("m", "T", "none", True)]
    others = [ref._replace(pointer=not ref.pointer) for ref in functions]
    asked: list[tuple[str, object]] = [("function", ref) for ref in (*functions, *others)]
    asked += [("name", name) for name in (*whole._declared, "int", "none", "len", "init", "_")]
    return asked + [("methods", base) for base in (*whole.methods, *whole._declared)]


def answer(of: Unit, kind: str, about: object) -> object:
    if kind == "function":
        assert isinstance(about, FuncRef)
        return place(function_of(of, about))
    assert isinstance(about, str)
    if kind == "name":
        return place(declaration_of(of, about))
    return list(methods_of(of, about).items())


def aliases(of: Unit) -> list[str]:
    found = ((name, declaration_of(of, name)) for name in alias_bases(of))
    return [name for name, at in found if at is not None and getattr(group(at).by_name[name], "alias", False)]


def rest(of: Unit) -> object:
    """What is told of a package as a whole."""
    types = [(name, place(found)) for name, found in type_declarations(of)]
    specified = [(place(found), spec.start) for found, spec in variables(of)]
    return types, specified, [(ref, place(found)) for ref, found in all_functions(of)], analysed_functions(of)


def same(chance: random.Random, texts: Mapping[str, bytes], named: str = "", model: bytes = b"") -> None:
    whole, late = (unit(texts, named == "" and at == 1, named, model) for at in range(2))
    list(all_functions(whole))
    asked = questions(whole)
    for kind, about in chance.sample(asked, min(len(asked), chance.choice((3, 30, 3_000)))):
        assert answer(late, kind, about) == answer(whole, kind, about), (kind, about)
    assert aliases(late) == aliases(whole)
    assert rest(late) == rest(whole)


def folders() -> list[Sequence[Path]]:
    found: dict[Path, list[Path]] = {}
    for path in sorted((Path(str(go.__file__)).parent / "src").rglob("*.go")):
        if path.is_file() and not path.name.endswith("_test.go"):
            found.setdefault(path.parent, []).append(path)
    return [paths for paths in found.values() if len(paths) > 2]


@pytest.mark.parametrize("part", range(2))
def test_packages_of_go(part: int) -> None:
    """With all files of all systems: many names are declared in several of them."""
    chance = random.Random(part)
    for paths in folders()[part :: 2 * 4]:
        texts = {path.name: path.read_bytes() for path in paths}
        if sum(map(len, texts.values())) < MOST:
            same(chance, texts)
            same(chance, texts, named=chance.choice(list(texts)))
            same(chance, texts, model=chance.choice(list(texts.values())))


PARTS = {
    name: text.encode()
    for name, text in {
        "a.go": """package m
import . "dot"
func init() {}
func (t *T) A() {}
func (t T) Twice() {}
var x, y = 1, 2
""",
        "b.go": """package m
func init() {}
type T struct{ U }
func (t *T) Twice() {}
func (s S) B() {}
var y = 3
""",
        "c.go": """package m
func init() {}
type S = T
type T int
func (t T) A() {}
func _() {}
func y() {}
""",
        "d.go": """package m
func /* odd */ init() {}
type (
	R = S
	Q int
)
func (r *R) D() {}
func _() {}
""",
    }.items()
}
MODEL = b"package m\ntype T struct{ model int }\nfunc (t T) A() {}\nfunc y() {}\n"


@pytest.mark.parametrize("seed", range(40))
def test_names_in_several_files(seed: int) -> None:
    chance = random.Random(seed)
    names = chance.sample(list(PARTS), len(PARTS))
    texts = {name: PARTS[name] for name in names}
    same(chance, texts)
    same(chance, texts, named=names[0])
    same(chance, texts, model=MODEL)


def test_only_what_may_declare_a_name_is_read() -> None:
    late = unit(PARTS, outside=True)
    assert place(declaration_of(late, "x")) is not None
    assert [scope.known is not None for scope in late.files] == [True, False, False, False]
    assert declaration_of(late, "none") is None and declaration_of(late, "int") is None
    assert [scope.known is not None for scope in late.files] == [True, False, False, True]
