"""The tags nearest to the commits of a case, for where the module proxy serves tags only.

`data/nearest-tags.json` names, for each case, the module, the last tag before the fix in which the case's
function stands as its note says, and the first tag after it that has the fix; `base_file` and `fix_file`
where the file was called something else then. Tags were looked up by hand and their dates compared with the
date of the fix. Lines of a case do not hold there, so a finding counts by its function and by its rule.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from benchmarks.checker import Found

TABLE = Path(__file__).parent / "data" / "nearest-tags.json"
_TIMERS = ("timer-in-loop",)
_TICKERS = ("ticker-not-stopped",)
_KINDS = {
    "time-after-loop": _TIMERS,
    "timer-not-stopped": _TIMERS,
    "ticker-not-stopped": _TICKERS,
}
"""Rules that are right for a kind of case."""
_HOLDS = ("timer-in-loop", "ticker-not-stopped", "unreleased-holder", "defer-in-loop", "stale-reset")
"""Rules about memory and descriptors: not right for the other kinds."""


@dataclass(frozen=True, slots=True)
class Tags:
    """Where a case is found among tags. The files are "" where they are the case's own."""

    module: str
    base: str
    fix: str
    base_file: str = ""
    fix_file: str = ""
    func: str = ""
    """Where its cause stands, when that is another function, named by the case's `also`."""
    fixed: bool = True
    """A tag has the fix. Without one `fix` is the latest tag, and nothing is asked of it."""


def read_tags(path: Path = TABLE) -> dict[str, Tags]:
    """The table, by case."""
    return {case: Tags(**row) for case, row in json.loads(path.read_text()).items()}


def is_right(kind: str, function: str, found: Found) -> bool:
    """Whether a finding is in the function of the case, and of a rule that fits its kind."""
    if _plain(found.function) != _plain(function):
        return False
    rules = _KINDS.get(kind)
    return found.rule in rules if rules is not None else found.rule not in _HOLDS


def _plain(function: str) -> str:
    """`(*T).f`, `(T).f` and `T.f`, all as `T.f`."""
    return function.replace("(*", "").replace("(", "").replace(")", "")
