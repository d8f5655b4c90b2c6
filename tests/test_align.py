"""The changes between two texts, and that they are found in time whatever the texts are."""

from __future__ import annotations

import time
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from unstuck.fixes.align import difference
from unstuck.fixes.case import Candidate
from unstuck.fixes.chain import _Begun, _joined
from unstuck.fixes.ground import Ground
from unstuck.source.edit import Change, applied
from unstuck.source.file import SourceFile

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


def test_no_second_edit_where_a_text_is_parsed_otherwise_than_written() -> None:
    before = SourceFile("a.go", b"f(x)\ng(y)\n", b"f(\xe4)\ng(y)\n")
    between = SourceFile("a.go", b"f(x)\nh(y)\n", b"f(\xe4)\nh(y)\n")
    first = Candidate("call h", "", 1, (("a.go", Change(5, 6, b"h")),))
    begun = _Begun(first, cast(Ground, _Program(between)), ())
    base = cast(Ground, _Program(before))
    good = Candidate("call e", "", 2, (("a.go", Change(0, 1, b"e")),))
    joined = _joined(base, begun, good)
    assert joined is not None and joined.rank == 2
    assert applied(before.data, [change for _, change in joined.changes]) == b"e(x)\nh(y)\n"
    assert _joined(base, begun, Candidate("f(z)", "", 1, (("a.go", Change(2, 3, b"z")),))) is None


class _Program:
    """A ground with one file."""

    def __init__(self, file: SourceFile) -> None:
        self.sights = self
        self._file = file

    def file(self, path: str) -> SourceFile:
        return self._file
