"""Sites and fingerprints."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from report_samples import mirror_finding
from unstuck.rules.identity import Key, assign, fingerprint, normalised_tokens, site
from unstuck.source.file import Location

KEY = Key("example.com", "mirror", "fastest", "send", ("answers", "<-", "x"), ("func", "(", ")"))


def print_of(key: Key, ordinal: int = 0) -> str:
    return fingerprint(
        key.module,
        key.package_dir,
        key.function,
        key.reason_class,
        key.operation_tokens,
        key.go_tokens,
        ordinal,
    )


def test_site_is_one_line_with_the_file_name_only() -> None:
    assert (
        site("example.com/m", "(*T).Run", "send", "/abs/a b.go", 7) == "example.com/m (*T).Run send a b.go:7"
    )
    assert site("m", "f", "", "a.go", 1) == "m f - a.go:1"


def test_fingerprint_is_frozen() -> None:
    """Baselines of users hold these: a change needs a new version prefix."""
    assert print_of(KEY) == "v1:205608f2455dc2a6"


def test_fingerprint_depends_on_every_part() -> None:
    others = [
        replace(KEY, module="x"),
        replace(KEY, package_dir="x"),
        replace(KEY, function="x"),
        replace(KEY, reason_class="receive"),
        replace(KEY, operation_tokens=("answers", "<-x")),
        replace(KEY, operation_tokens=("answers", "<-"), go_tokens=("x", "func", "(", ")")),
    ]
    prints = {print_of(KEY), print_of(KEY, 1), *map(print_of, others)}
    assert len(prints) == len(others) + 2


def test_tokens_ignore_layout_and_comments() -> None:
    one = b"go func(a int) { ch <- f(a, \"x // y\", 'z', 0x1p-2) }(1)"
    two = b"go func(a int) { // why\n\tch<-f(\n\t\ta, /* b */ \"x // y\",\n\t\t'z',\n\t\t0x1p-2,\n\t);\n}(1)"
    assert normalised_tokens(one) == normalised_tokens(two)
    assert '"x // y"' in normalised_tokens(one)
    assert normalised_tokens(b"a<-b") != normalised_tokens(b"a< -b")


@given(st.binary(max_size=80))
def test_tokens_take_any_bytes(text: bytes) -> None:
    assert normalised_tokens(b"/* x */ \n" + text) == normalised_tokens(text)
    assert all(normalised_tokens(text))


def test_equal_keys_get_ordinals_in_source_order() -> None:
    first = mirror_finding()
    later = replace(first, at=Location(first.at.path, first.at.line + 5, 1, first.at.line + 5, 9))
    one, two, three = assign([(later, KEY), (first, KEY), (first, replace(KEY, function="g"))])
    assert (one.fingerprint, two.fingerprint) == (print_of(KEY, 1), print_of(KEY, 0))
    assert three.fingerprint == print_of(replace(KEY, function="g"), 0)
    assert one.at == later.at
