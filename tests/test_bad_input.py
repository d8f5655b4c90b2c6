"""Input that nobody would write: each gives a clear message or a gap, and the rest of the run is done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SRC = Path(__file__).parent.parent / "src"
LEAK = "package p\n\nfunc Ask() int {\n\tch := make(chan int)\n\tgo func() { ch <- 1 }()\n\treturn 0\n}\n"


@dataclass(frozen=True, slots=True)
class Told:
    """What a run gave."""

    status: int
    codes: tuple[str, ...]
    findings: tuple[dict[str, Any], ...]
    stderr: str


def check(folder: Path, *paths: str) -> Told:
    """Check paths in a folder, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "unstuck", "check", *paths, "--format", "json"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(SRC)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr
    report = json.loads(done.stdout)
    codes = tuple(gap["code"] for gap in report["gaps"])
    return Told(done.returncode, codes, tuple(report["findings"]), done.stderr)


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """A module with one leak."""
    (tmp_path / "go.mod").write_text("module example.com/p\n\ngo 1.24\n")
    (tmp_path / "leak.go").write_text(LEAK)
    return tmp_path


def found_the_leak(told: Told) -> bool:
    return [each["rule"] for each in told.findings] == ["abandoned-sender"]


def test_missing_path(module: Path) -> None:
    told = check(module, "./absent", "./...")
    assert told.status == 2
    assert "./absent" in told.stderr
    assert found_the_leak(told)


def test_folder_without_go_files(module: Path) -> None:
    (module / "empty").mkdir()
    told = check(module, "./empty", "./...")
    assert told.status == 2
    assert "./empty: nothing to analyse" in told.stderr
    assert "no-go-files" in told.codes
    assert found_the_leak(told)


def test_bytes_that_are_not_utf8(module: Path) -> None:
    (module / "bytes.go").write_bytes(b'package p\n\nvar s = "\xff\xfe"\n\nfunc \xc0() {}\n\x00\n')
    told = check(module, "./...")
    assert told.status == 1
    assert "syntax-error" in told.codes
    assert found_the_leak(told)


def test_empty_file(module: Path) -> None:
    (module / "empty.go").write_bytes(b"")
    told = check(module, "./...")
    assert told.status == 1
    assert told.codes == ("empty-file",)
    assert found_the_leak(told)


def test_fifty_megabytes(module: Path) -> None:
    (module / "big.go").write_bytes(b"package p\n" + b"var _ = 1\n" * 5_000_000)
    told = check(module, "./...")
    assert told.status == 1
    assert told.codes == ("file-too-large",)
    assert found_the_leak(told)


@pytest.mark.parametrize("inside", ["var x = {}", "func f() int {{ return {} }}"])
def test_nested_parentheses(module: Path, inside: str) -> None:
    nested = "(" * 100_000 + "1" + ")" * 100_000
    (module / "deep.go").write_text("package p\n\n" + inside.format(nested) + "\n")
    told = check(module, "./...")
    assert told.status == 1
    assert "internal-error" not in told.codes
    assert found_the_leak(told)


_UNREAD_METHOD = """
type Line struct {
	in, out *side
func newLine(a, b int) (*Line, *Line) {
	two := &Line{in: one, out<- two}
}
func (c *Line) CloseOut<-) error {
func (c *Line) Close() error {
	c.in.gone = true
func (c *Line) Fail(err error) {
	c.in.lock()
}
type side struct {
	gone, over bool
func (h *side) lock() {
	case <-h.locked: // waits
	return h.err != nil || h.gone || h.over
"""
_LOST_GOTO = """package p

func f(ch chan int) {
	go func() { ch <- 1 }()
	goto.number++
	<-ch
}
"""


@pytest.mark.parametrize("text", [_UNREAD_METHOD, _LOST_GOTO])
def test_code_that_cannot_be_read(module: Path, text: str) -> None:
    (module / "broken.go").write_text(text)
    told = check(module, "./...")
    assert told.status == 1
    assert "syntax-error" in told.codes and "internal-error" not in told.codes
    assert found_the_leak(told)


def test_symlink_loop(module: Path) -> None:
    (module / "loop").symlink_to(module, target_is_directory=True)
    (module / "self.go").symlink_to(module / "self.go")
    (module / "gone.go").symlink_to(module / "nowhere")
    told = check(module, "./...")
    assert told.status == 1
    assert told.codes
    assert found_the_leak(told)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_file(module: Path) -> None:
    (module / "secret.go").write_text("package p\n")
    (module / "secret.go").chmod(0)
    told = check(module, "./...")
    assert told.status == 1
    assert told.codes
    assert found_the_leak(told)


def test_folder_and_pipe_called_like_go_files(module: Path) -> None:
    (module / "folder.go").mkdir()
    os.mkfifo(module / "pipe.go")
    told = check(module, "./...")
    assert told.status == 1
    assert found_the_leak(told)


def test_broken_go_mod(module: Path) -> None:
    (module / "go.mod").write_bytes(b"module (\n\xff go one\nrequire\n")
    told = check(module, "./...")
    assert told.status == 1
    assert told.codes
    assert found_the_leak(told)


def test_code_cut_in_the_middle(module: Path) -> None:
    (module / "cut.go").write_text("package p\n\nfunc g(c chan int) {\n\tselect {\n\tcase <-c:\n\t\tfor {\n")
    told = check(module, "./...")
    assert told.status == 1
    assert "syntax-error" in told.codes
    assert found_the_leak(told)
