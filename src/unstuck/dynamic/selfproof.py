"""The proof that the method works here: a package of our own that leaks on purpose, run like the user's.

Without it a run in which the collector saw nothing (another Go, odd flags, an overlay that did not take)
would look like a run without leaks. The user's binaries are never touched for it. What was proved is
remembered in the cache by the Go installation, the collector's text and the flags that change how binaries
are built; where the cache cannot be written it is proved again each time.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from unstuck.dynamic.goflags import GoArguments
from unstuck.dynamic.golang import Go, Method, environment_of
from unstuck.dynamic.judge import Verdict, judge
from unstuck.dynamic.overlay import CALLS, collector
from unstuck.dynamic.process import run_quietly
from unstuck.dynamic.records import read_records

MODULE = "unstuck.invalid/proof"
TEST = "TestLeaks/on_purpose"

GO_MOD = f"module {MODULE}\n\ngo 1.21\n"
LEAKS = {
    "chan send": "func(c chan int) { c <- 1 }(make(chan int))",
    "chan receive": "func(c chan int) { <-c }(make(chan int))",
    "select": "func(c, d chan int) { select { case <-c: case <-d: } }(make(chan int), make(chan int))",
    "sync.WaitGroup.Wait": "func(w *sync.WaitGroup) { w.Add(1); w.Wait() }(new(sync.WaitGroup))",
}
"""What the package leaks: the runtime's word for it, and the goroutine."""
GO_TEST = """package proof

import (
	"sync"
	"testing"
)

func TestLeaks(t *testing.T) {
	t.Run("on purpose", func(t *testing.T) {
		t.Parallel()
%s
	})
}

func TestClean(t *testing.T) {
	var group sync.WaitGroup
	group.Add(1)
	go group.Done()
	group.Wait()
}
"""

_BUILDING = ("race", "msan", "asan", "gcflags", "ldflags", "compiler", "buildmode", "toolexec", "exec")
"""Flags of go test with which the proof is made as well."""


class ProofError(Exception):
    """The collector does not see what it must see; the message says what it saw."""


def prove(go: Go, arguments: GoArguments, overlay: str, scratch: str, cache: str) -> None:
    """Make sure that leaks are seen with this Go and these flags. Raises ProofError."""
    chosen = list(arguments.chosen(_BUILDING))
    memo = os.path.join(cache, f"proved-{_key(go, chosen)}")
    if os.path.exists(memo):
        return
    folder = os.path.join(scratch, "proof")
    records = os.path.join(scratch, "proof-records")
    for each in (folder, records):
        os.makedirs(each, exist_ok=True)
    body = "\n".join(f"\t\tgo {code}" for code in LEAKS.values())
    Path(folder, "go.mod").write_text(GO_MOD, encoding="utf-8")
    Path(folder, "proof_test.go").write_text(GO_TEST % body, encoding="utf-8")
    environment = environment_of(go, records) | {"GOWORK": "off"}
    command = [go.command, "test", f"-overlay={overlay}", "-count=1", "-vet=off", *chosen, "."]
    status, output = run_quietly(command, folder, environment)
    wrong = _wrong(records, go.method)
    if wrong:
        said = "".join(f"\n    {line}" for line in output.strip().splitlines()[:10])
        raise ProofError(
            f"the method does not work with {go.version} ({go.command}): {wrong}; nothing can be said about "
            f"leaks. go test on a package that leaks on purpose ended with {status} and said:{said}"
        )
    _remember(memo)


def _wrong(records: str, method: Method) -> str:
    """What the proof lacks, "" when it is whole."""
    found = [judge(record, method) for record in read_records(records)]
    if not found:
        return "the collector delivered nothing"
    leaked = [left for left in found[0].left if left.verdict is Verdict.LEAKED]
    reasons = {left.stack.reason.replace("semacquire", "sync.WaitGroup.Wait") for left in leaked}
    missing = [reason for reason in LEAKS if reason not in reasons]
    if missing:
        return f"goroutines that leak on purpose were not seen ({', '.join(missing)})"
    if any(left.tests != (TEST,) for left in leaked):
        return "leaks were not traced to their test"
    if len(leaked) != len(LEAKS):
        return f"{len(leaked)} leaks were seen where there are {len(LEAKS)}"
    return ""


def _key(go: Go, flags: list[str]) -> str:
    digest = hashlib.sha256()
    texts = [collector(name) for name in ("unstuck.go", "exit_hook.go", "exit_hook_runtime.go")]
    stat = os.stat(go.command)
    parts = [
        go.version,
        go.command,
        str(stat.st_size),
        str(stat.st_mtime_ns),
        go.flags,
        go.experiment,
        *flags,
    ]
    for part in (*parts, *texts, repr(CALLS), GO_TEST, repr(LEAKS)):
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    return digest.hexdigest()[:24]


def _remember(memo: str) -> None:
    try:
        os.makedirs(os.path.dirname(memo), exist_ok=True)
        with open(memo, "w", encoding="utf-8"):
            return
    except OSError:
        return
