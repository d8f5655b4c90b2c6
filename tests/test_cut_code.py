"""Code past the limits of a fragment may do what the objects it is given allow."""

from __future__ import annotations

from pathlib import Path

from unstuck.analysis import CheckOptions, check

_CODE = """package x

type Loop struct {
	stopped, done chan struct{}
	work          chan int
	n             int
}

func NewLoop() *Loop {
	return &Loop{stopped: make(chan struct{}), done: make(chan struct{}), work: make(chan int)}
}

func (l *Loop) Start() {
	go func() {
		defer close(l.done)
		for {
			select {
			case n := <-l.work:
				l.n = n
			case <-l.stopped:
				return
			}
		}
	}()
	%s
}

func (l *Loop) Stop() {
	l.stopped <- struct{}{}
	<-l.done
}
"""


def test_a_starter_that_is_too_large_may_start(tmp_path: Path) -> None:
    large = "\n\t".join(f"if l.n == {n} {{ l.n += {n} }}" for n in range(300))
    (tmp_path / "go.mod").write_text("module example.com/x\n\ngo 1.24\n")
    (tmp_path / "x.go").write_text(_CODE % large)
    options = CheckOptions(
        ("./...",), True, False, None, None, (), None, None, 1, None, lambda: b"", str(tmp_path)
    )
    report = check(options, lambda done, total, what: None)
    assert [(one.at.line, one.message) for one in report.findings] == []
