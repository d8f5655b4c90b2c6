"""The overlay that puts the collector into Go's `testing` package.

go test's `-overlay` names a JSON file that maps paths to the files to read instead (go help build). Ours
replaces files of GOROOT/src/testing by copies with a few calls put in, each behind the `{` of a function so
that no line moves, and adds the collector. A user's own overlay is kept; where it replaces the same files,
the calls are put into its versions.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files


class OverlayError(Exception):
    """The overlay cannot be made; the message says why."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is put in behind the head of a function."""

    file: str
    head: str
    """Regular expression of the line that opens the function."""
    text: str


CALLS = (
    Call("testing.go", r"func MainStart\(deps testDeps, .*\) \*M \{", "unstuckStart(deps)"),
    Call("testing.go", r"func \(m \*M\) Run\(\) \(code int\) \{", "defer unstuckAfter()"),
    Call("testing.go", r"func \(m \*M\) before\(\) \{", "unstuckBefore()"),
    Call("testing.go", r"func \(m \*M\) startAlarm\(\) time\.Time \{", "unstuckWatch(*timeout)"),
    Call("testing.go", r"func \(m \*M\) stopAlarm\(\) \{", "unstuckUnwatch()"),
    Call("testing.go", r"func tRunner\(t \*T, .*\) \{", "defer unstuckTestDone(unstuckTest(t.name))"),
    Call("benchmark.go", r"func \(b \*B\) runN\(n int\) \{", "defer unstuckTestDone(unstuckTest(b.name))"),
    Call(
        "run_example.go",
        r"func runExample\(eg InternalExample\) \(ok bool\) \{",
        "defer unstuckExample(eg.Name)()",
    ),
)


def read_overlay(path: str, base: str) -> dict[str, str]:
    """The replacements of a user's overlay file, absolute from the folder `base`. Raises OverlayError."""
    try:
        with open(path, encoding="utf-8") as file:
            replace = json.load(file).get("Replace", {})
        return {
            os.path.join(base, key): value and os.path.join(base, value) for key, value in replace.items()
        }
    except (OSError, ValueError, AttributeError) as error:
        raise OverlayError(f"-overlay {path}: it cannot be read as an overlay: {error}") from error


def write_overlay(goroot: str, folder: str, mine: Mapping[str, str]) -> str:
    """Write the overlay for a Go installation, merged with the replacements `mine`, into `folder`; its path.

    Raises OverlayError when this Go's testing package is not as expected.
    """
    testing = os.path.join(goroot, "src", "testing")
    replace = dict(mine)
    for name in dict.fromkeys(call.file for call in CALLS):
        original = os.path.join(testing, name)
        copy = os.path.join(folder, name)
        _write(copy, _with_calls(name, _read(mine.get(original) or original)))
        replace[original] = copy
    hook = "exit_hook.go"
    if not os.path.isdir(os.path.join(goroot, "src", "internal", "runtime", "exithook")):
        hook = "exit_hook_runtime.go"
    for name, added in (("unstuck.go", "unstuck.go"), (hook, "unstuck_exit.go")):
        copy = os.path.join(folder, added)
        _write(copy, collector(name))
        replace[os.path.join(testing, added)] = copy
    path = os.path.join(folder, "overlay.json")
    _write(path, json.dumps({"Replace": dict(sorted(replace.items()))}, indent=1) + "\n")
    return path


def collector(name: str) -> str:
    """The text of one of the collector's Go files."""
    return (files("unstuck.dynamic") / "collector" / f"{name}.txt").read_text(encoding="utf-8")


def _with_calls(name: str, text: str) -> str:
    for call in CALLS:
        if call.file != name:
            continue
        found = re.findall(rf"^{call.head}$", text, re.MULTILINE)
        if len(found) != 1:
            raise OverlayError(
                f"this Go's testing/{name} is not as expected ({len(found)} functions like {call.head!r}); "
                "is there a newer Unstuck?"
            )
        text = text.replace(found[0], f"{found[0]} {call.text}")
    return text


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, ValueError) as error:
        raise OverlayError(f"{path} cannot be read: {error}") from error


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
