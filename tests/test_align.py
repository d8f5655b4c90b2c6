"""The changes between two texts, and that they are found in time whatever the texts are."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from unstuck.fixes.align import difference
from unstuck.source.edit import applied

_TEXTS = st.lists(st.sampled_from([b"a\n", b"b\n", b"}\n", b"\n", b"end"]), max_size=12).map(b"".join)


@given(_TEXTS, _TEXTS)
def test_the_changes_make_one_text_the_other(before: bytes, after: bytes) -> None:
    assert applied(before, difference(before, after)) == after


def test_only_lines_that_differ_are_changed() -> None:
    before = b"".join(b"%d\n" % number for number in range(1_000))
    after = before.replace(b"\n7\n", b"\nseven\n").replace(b"\n990\n", b"\n")
    assert [change.text for change in difference(before, after)] == [b"seven\n", b""]


def test_the_same_line_again_and_again_takes_no_time() -> None:
    before = b"one\n" + b"same\n" * 20_000 + b"last\n"
    after = b"two\n" + b"same\n" * 20_001 + b"end\n"
    started = time.process_time()
    assert applied(before, difference(before, after)) == after
    assert time.process_time() - started < 2
