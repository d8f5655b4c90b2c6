"""Text -> tree: what each construct becomes, and that no text is too odd."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unstuck.source.file import SourceFile
from unstuck.syntax import ast
from unstuck.syntax.parse import Tree, function, issues, parse, signature, specs, statements


def tree(text: str | bytes) -> Tree:
    return parse(SourceFile("a.go", text.encode() if isinstance(text, str) else text))


def show(node: object) -> str:
    """A tree on one line: `Call(Ident f; Ident x)`, without positions."""
    if isinstance(node, tuple):
        return "[" + ", ".join(show(item) for item in node) + "]"
    if not is_dataclass(node):
        return str(node)
    if isinstance(node, ast.Ident):
        return node.name
    if isinstance(node, ast.BasicLit):
        return node.text
    hidden = ("start", "end", "rparen", "rbrace", "op_start")
    parts = [show(getattr(node, name)) for name in node.__slots__ if name not in hidden]
    return f"{type(node).__name__}({'; '.join(parts)})"


def convert(found: Tree) -> Iterator[ast.Node]:
    for entry in found.entries:
        if entry.kind == "func":
            signature(found, entry)
            yield function(found, entry)
        elif entry.kind == "statements":
            yield statements(found, entry)
        else:
            yield from specs(found, entry)


def only(text: str) -> str:
    """The single statement `text`, shown."""
    found = tree("func f() {\n" + text + "\n}")
    assert issues(found) == ()
    body = function(found, found.entries[0]).body
    assert body is not None
    return show(body.stmts[0])


EXPRESSIONS = [
    ("F[int](x)", "Call(Index(F; [int]); [x]; False)"),
    ("F[int, string](x, y...)", "Call(Index(F; [int, string]); [x, y]; True)"),
    ("[]byte(x)", "Call(ArrayType(None; byte); [x]; False)"),
    ("(chan int)(nil)", "Call(Paren(ChanType(both; int)); [nil]; False)"),
    ("<-chan int(x)", "Unary(<-; Call(ChanType(both; int); [x]; False))"),
    ("<-(<-chan int)(x)", "Unary(<-; Call(Paren(ChanType(recv; int)); [x]; False))"),
    ("make(chan<- chan int, 3)", "Call(make; [ChanType(send; ChanType(both; int)), 3]; False)"),
    ("new(3 + 4)", "Call(new; [Binary(+; 3; 4)]; False)"),
    ("(*T).M(x)", "Call(Selector(Paren(Star(T)); M); [x]; False)"),
    ("x.(*p.T)", "TypeAssert(x; Star(Selector(p; T)))"),
    ("a[1:2:3]", "SliceExpr(a; 1; 2; 3)"),
    ("a[:]", "SliceExpr(a; None; None; None)"),
    ("a - b - c*d", "Binary(-; Binary(-; a; b); Binary(*; c; d))"),
    ("a /* x */ + /* y */ b", "Binary(+; a; b)"),
    ("p.T[int]{}", "CompositeLit(Index(Selector(p; T); [int]); [])"),
    ("[]T{{1}, {a: b}}", "CompositeLit(ArrayType(None; T); [Element(None; CompositeLit(None; "
     "[Element(None; 1)])), Element(None; CompositeLit(None; [Element(a; b)]))])"),
    ("[...]int{1, 2: 3}", "CompositeLit(ArrayType(Ellipsis(); int); [Element(None; 1), Element(2; 3)])"),
    ("map[string][]T{}", "CompositeLit(MapType(string; ArrayType(None; T)); [])"),
    ("`raw\n\\`", "`raw\n\\`"),
    ("'\\''", "'\\''"),
    ("func(a, b int, c ...T) (x E) {}()", "Call(FuncLit(FuncType([]; [Param([a, b]; int; False), "
     "Param([c]; T; True)]; [Param([x]; E; False)]); Block([])); []; False)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), EXPRESSIONS)
def test_expression(text: str, wanted: str) -> None:
    assert only(text) == f"ExprStmt({wanted})"


STATEMENTS = [
    ("ch <- v", "SendStmt(ch; v)"),
    ("a, b := <-c, 2", "Assign([a, b]; :=; [Unary(<-; c), 2])"),
    ("x.y &^= 1", "Assign([Selector(x; y)]; &^=; [1])"),
    ("i--", "IncDec(i; --)"),
    ("go (f)(x)", "GoStmt(Call(Paren(f); [x]; False))"),
    ("defer mu.Unlock()", "DeferStmt(Call(Selector(mu; Unlock); []; False))"),
    ("L:\nfor { break L }", "Labeled(L; For(None; None; None; Block([Branch(break; L)])))"),
    ("goto L\nL:", "Branch(goto; L)"),
    ("for range 10 {}", "Range(None; None; False; 10; Block([]))"),
    ("for i := range ch {}", "Range(i; None; True; ch; Block([]))"),
    ("for k, v = range m {}", "Range(k; v; False; m; Block([]))"),
    ("for ; x; i++ {}", "For(None; x; IncDec(i; ++); Block([]))"),
    ("if x := f(); x {} else if y {} else {}",
     "If(Assign([x]; :=; [Call(f; []; False)]); x; Block([]); If(None; y; Block([]); Block([])))"),
    ("switch x := y.(type) { case nil, *T: default: f() }",
     "TypeSwitch(None; x; y; [Case([nil, Star(T)]; []), Case(None; [ExprStmt(Call(f; []; False))])])"),
    ("switch f(); { case a > b: fallthrough; default: }", "Switch(ExprStmt(Call(f; []; False)); None; "
     "[Case([Binary(>; a; b)]; [Branch(fallthrough; None)]), Case(None; [])])"),
    ("select {}", "Select([])"),
    ("const (a, b = iota, 1 << iota; c, d)",
     "DeclStmt([ConstSpec([a, b]; None; [iota, Binary(<<; 1; iota)]; 0), "
     "ConstSpec([c, d]; None; [iota, Binary(<<; 1; iota)]; 1)])"),
    ("type A[T ~int | string] = []T", "DeclStmt([TypeSpec(A; [Param([T]; "
     "Binary(|; Unary(~; int); string); False)]; ArrayType(None; T); True)])"),
    ("type I interface { ~int | E; M(int) error; p.Q }",
     "DeclStmt([TypeSpec(I; []; InterfaceType([MethodElem(M; FuncType([]; [Param([]; int; False)]; "
     "[Param([]; error; False)]))]; [Binary(|; Unary(~; int); E), Selector(p; Q)]); False)])"),
    ("var s struct { a, b int `tag`; *p.T; G[int] }",
     "DeclStmt([VarSpec([s]; StructType([FieldDecl([a, b]; int), FieldDecl([]; Star(Selector(p; T))), "
     "FieldDecl([]; Index(G; [int]))]); [])])"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), STATEMENTS)
def test_statement(text: str, wanted: str) -> None:
    assert only(text) == wanted


def test_select() -> None:
    cases = "case x, ok := <-c: f(); case c <- v: case <-c: case (<-c): case x[0] = <-c: default: return"
    assert only("select { " + cases.replace(" case", "\ncase").replace(" default", "\ndefault") + " }") == (
        "Select([CommCase(Assign([x, ok]; :=; [Unary(<-; c)]); [ExprStmt(Call(f; []; False))]), "
        "CommCase(SendStmt(c; v); []), CommCase(ExprStmt(Unary(<-; c)); []), "
        "CommCase(ExprStmt(Paren(Unary(<-; c))); []), "
        "CommCase(Assign([Index(x; [0])]; =; [Unary(<-; c)]); []), "
        "CommCase(None; [Return([])])])"
    )


def test_repeated_constants_have_their_own_nodes() -> None:
    found = tree("const (\n\ta = iota\n\tb\n)")
    first, second = specs(found, found.entries[0])
    assert isinstance(first, ast.ConstSpec) and isinstance(second, ast.ConstSpec)
    assert (first.iota, second.iota) == (0, 1)
    assert show(first.values) == show(second.values) and first.values[0] is not second.values[0]


def test_outline() -> None:
    found = tree(
        'package p\n\nimport (\n\t"a/b"\n\t_ "c"\n\tx `d`\n)\nimport . "e"\n'
        "var a, b = 1, 2\nconst (\n\tc = 1\n)\n"
        "type T[P any] struct{}\nfunc (t *T[P]) M[Q any](q Q) {}\nfunc (p.T) N()\nfunc f() int { return 1 }\n"
    )
    assert (found.package, issues(found)) == ("p", ())
    assert [(spec.name, spec.path) for spec in found.imports] == [
        (None, "a/b"),
        ("_", "c"),
        ("x", "d"),
        (".", "e"),
    ]
    assert [(e.kind, e.names, e.recv, e.pointer) for e in found.entries] == [
        ("var", ("a", "b"), "", False),
        ("const", ("c",), "", False),
        ("type", ("T",), "", False),
        ("func", ("M",), "T", True),
        ("func", ("N",), "T", False),
        ("func", ("f",), "", False),
    ]
    method = signature(found, found.entries[3])
    assert (
        method.body is None
        and show(method.type) == "FuncType([Param([Q]; any; False)]; [Param([q]; Q; False)]; [])"
    )
    assert function(found, found.entries[4]).body is None


def test_positions() -> None:
    text = "package p\nfunc f() {\n\ta.b(x + y)\n}\n"
    found = tree(text)
    body = function(found, found.entries[0]).body
    assert body is not None and text[body.rbrace] == "}" and body.end == body.rbrace + 1
    call = body.stmts[0].x  # type: ignore[union-attr]
    assert isinstance(call, ast.Call) and isinstance(call.fun, ast.Selector)
    assert isinstance(call.args[0], ast.Binary)
    assert text[call.start : call.end] == "a.b(x + y)" and text[call.rparen] == ")"
    assert text[call.fun.sel.start : call.fun.sel.end] == "b" and text[call.args[0].op_start] == "+"


@pytest.mark.parametrize(
    "text", ["", "\ufeffpackage p\nfunc f() {}", "package p\r\nfunc f() {\r\n\tx()\r\n}\r\n"]
)
def test_plain_oddities_are_fine(text: str) -> None:
    found = tree(text)
    assert issues(found) == () and len(list(convert(found))) == text.count("func")


@pytest.mark.parametrize(
    "broken",
    [
        "func bad() {\n\tif x {\n}",
        "func bad( {}",
        "func bad() { x := }",
        "type bad struct {",
        "var bad = f((1",
        "func bad() { return ) }",
        "func bad() {\n\tx() //\ufeff\n}",
    ],
)
def test_an_error_spoils_only_its_declaration(broken: str) -> None:
    found = tree(f"package p\n\nfunc a() {{ x() }}\n\n{broken}\n\nfunc z() {{ y() }}\n")
    assert [entry.names[0] for entry in found.entries] == ["a", "bad", "z"]
    assert issues(found) and all(issue.message.startswith("syntax error: ") for issue in issues(found))
    made = {node.name.name: node for node in convert(found) if isinstance(node, ast.FuncDecl)}
    assert show(made["a"].body) == "Block([ExprStmt(Call(x; []; False))])"
    assert show(made["z"].body) == "Block([ExprStmt(Call(y; []; False))])"


def test_missing_brace_keeps_the_statements() -> None:
    found = tree("package p\n\nfunc a() {\n\tif x {\n\t\tch <- 1\n}\n\nfunc z() {}\n")
    body = function(found, found.entries[0]).body
    assert show(body) == "Block([If(None; x; Block([SendStmt(ch; 1)]); None)])"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("go g\n\th()", "GoStmt(g), ExprStmt(Call(h; []; False))"),
        ("defer mu.Unlock\n\tx.y.z()", "DeferStmt(Selector(mu; Unlock)), ExprStmt(Call("),
        ("defer mu.Unlock\n\tx := 1", "DeferStmt(Selector(mu; Unlock)), Assign([x]; :=; [1])"),
        (
            "go func() {\n\t\tg()\n\t}\n\tfor {}",
            "GoStmt(FuncLit(FuncType([]; []; []); Block([ExprStmt(",
        ),
        ("go g", "GoStmt(g)"),
    ],
)
def test_go_without_a_call_keeps_the_next_statement(text: str, wanted: str) -> None:
    found = tree("func f() {\n\t" + text + "\n}")
    assert show(function(found, found.entries[0]).body).startswith(f"Block([{wanted}")
    assert issues(found)


def test_a_case_that_is_no_communication_is_bad() -> None:
    found = tree("func f() {\n\tselect {\n\tcase g():\n\t}\n}")
    assert show(function(found, found.entries[0]).body) == "Block([Select([CommCase(BadStmt(); [])])])"


def test_statements_of_a_note() -> None:
    found = tree("ch := make(chan int)\nvar n = 1\nfunc g() { use(n) }\nvar m = 2\ngo g()\nf(m)\n")
    assert [(e.kind, e.names) for e in found.entries] == [
        ("statements", ()),
        ("var", ("n",)),
        ("func", ("g",)),
    ]
    assert issues(found) == ()
    shown = [type(stmt).__name__ for stmt in statements(found, found.entries[0]).stmts]
    assert shown == ["Assign", "DeclStmt", "GoStmt", "ExprStmt"]


def test_statements_after_a_package_clause_are_an_error_and_kept() -> None:
    found = tree('package main\n\nimport "fmt"\n\nx := 1\nfmt.Println(x)\n')
    assert [entry.kind for entry in found.entries] == ["statements"] and found.package == "main"
    assert "outside function body" in issues(found)[-1].message


@pytest.mark.parametrize("text", ["(" * 5000 + "1" + ")" * 5000, "{" * 5000, "f(func() {" * 5000])
def test_nested_too_deeply(text: str) -> None:
    found = tree(f"package p\n\nfunc bad() {{\n\tx = {text}\n}}\n\nfunc z() {{ y() }}\n")
    assert "nested too deeply" in issues(found)[0].message
    assert [entry.names[0] for entry in found.entries] == ["bad", "z"]
    assert [show(node.body) for node in convert(found) if isinstance(node, ast.FuncDecl)] == [
        "Block([BadStmt()])",
        "Block([ExprStmt(Call(y; []; False))])",
    ]


def depth(node: object) -> int:
    deepest, waiting = 0, [(node, 1)]
    while waiting:
        item, level = waiting.pop()
        deepest = max(deepest, level)
        for value in (getattr(item, name) for name in getattr(item, "__slots__", ())):
            waiting += [(child, level + 1) for child in (value if isinstance(value, tuple) else (value,))]
    return deepest


@pytest.mark.parametrize(
    "text",
    [
        "x = a" + ".b()" * 5000,
        "x = " + "!" * 5000 + "a",
        "x = a" + " + b" * 10_000,
        "x = a" + " - b" * 10_000,
        "x = " + "(" * 100 + "a" + ("+b" * 50 + ")") * 100,
        "if a {}" + " else if b {}" * 5000,
        "var x " + "[]" * 5000 + "int",
        "if a {" * 140 + "}" * 140,
        "x = T" + "{" * 140 + "}" * 140,
        "switch { case f(func() {" * 45 + "}): }" * 45,
    ],
)
def test_no_tree_is_deep(text: str) -> None:
    found = tree("func f() {\n" + text + "\n}")
    assert depth(next(convert(found))) < 400


def test_a_long_sum_keeps_its_operands_in_order() -> None:
    wanted = [f"a{number}" for number in range(1001)]
    found = tree("var x = " + " + ".join(wanted))
    waiting: list[ast.Expr] = list(specs(found, found.entries[0])[0].values)  # type: ignore[union-attr]
    names = []
    while waiting:
        x = waiting.pop()
        if isinstance(x, ast.Binary):
            assert found.text[x.op_start : x.op_start + 1] == b"+" and x.x.end < x.op_start < x.y.start
            waiting += [x.y, x.x]
        else:
            names.append(show(x))
    assert names == wanted


def test_unreadable_bytes_keep_offsets() -> None:
    data = b'package p\n\nvar s = "\xff\xfe" // \xe9\nfunc f() { \x00g() }\n'
    found = tree(data)
    assert [entry.names for entry in found.entries] == [("s",), ("f",)]
    assert [(issue.start, issue.message) for issue in issues(found)] == [
        (data.index(b"\xff"), "invalid UTF-8 encoding"),
        (data.index(b"\x00"), "invalid character NUL"),
    ]
    body = function(found, found.entries[1]).body
    assert body is not None and data[body.stmts[0].start :].startswith(b"g()")


@pytest.mark.parametrize("line", ["\n", " \t\n", "\r\n"])
def test_empty_lines_behind_an_error_cost_what_they_are(line: str) -> None:
    text = "package p\n\nvar t = []struct {?" + line * 30_000 + "}\n\nfunc f() {}\n"
    started = time.process_time()
    found = tree(text)
    assert issues(found) and [entry.names for entry in found.entries] == [("t",), ("f",)]
    assert text.encode()[found.entries[1].start :] == b"func f() {}\n"
    assert time.process_time() - started < 5  # a minute when each line end is parsed


def test_what_is_blanked_has_no_lines() -> None:
    text = "package p\n\nvar t = f{" + "(" * 200 + "\n" * 30_000 + "func f() {}\n"
    started = time.process_time()
    assert [entry.names for entry in tree(text).entries] == [("t",), ("f",)]
    assert time.process_time() - started < 5


def assert_ordered(node: ast.Node) -> None:
    """Children lie inside their parents, in the order of the text."""
    waiting: list[ast.Node] = [node]
    while waiting:
        parent = waiting.pop()
        spans = []
        for name in parent.__slots__:
            value = getattr(parent, name)
            children = [
                child for child in (value if isinstance(value, tuple) else (value,)) if is_dataclass(child)
            ]
            waiting += children  # type: ignore[arg-type]
            if not isinstance(parent, ast.ConstSpec):
                spans += [(child.start, child.end) for child in children]  # type: ignore[attr-defined]
        if not isinstance(parent, ast.InterfaceType | ast.FuncDecl):
            assert spans == sorted(spans), show(parent)
        assert all(parent.start <= start <= end <= parent.end for start, end in spans), show(parent)


ROOT = Path(os.environ.get("GOROOT", "/usr/local/go")) / "src"


@pytest.mark.skipif(not (ROOT / "net").is_dir(), reason="needs Go's source in $GOROOT or /usr/local/go")
@pytest.mark.parametrize("folder", ["sync", "context", "net/http", "slices"])
def test_gos_own_source(folder: str) -> None:
    for path in sorted((ROOT / folder).glob("*.go")):
        found = parse(SourceFile(path.name, path.read_bytes()))
        assert issues(found) == () and found.package
        for node in convert(found):
            assert_ordered(node)


WORDS = re.findall(
    r"\S+",
    "package p func f ( ) { } [ ] chan <- go defer select case default : := = , ; x y 1 \" ` ' // /* */ ... "
    ". “ struct interface var const iota import if else for range switch return L goto ~ | * & map é type",
)


@settings(deadline=None)
@given(st.lists(st.sampled_from([*WORDS, "\n", "\nfunc "]), max_size=60).map(" ".join))
def test_any_words_give_a_tree(text: str) -> None:
    for node in convert(tree(text)):
        assert show(node)


@settings(deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_give_a_tree(data: bytes) -> None:
    for node in convert(tree(b"func f() {" + data)):
        assert show(node)
