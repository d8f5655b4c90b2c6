"""Library models whose packages are not part of the standard library: testdata cannot import them."""

from __future__ import annotations

import pytest

from lowered import fragment
from unstuck.explore.fragment import analyse
from unstuck.models import loader
from unstuck.models.loader import model

IMPORTS = """
import (
	"context"

	"go.uber.org/atomic"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"
)

func coin() bool
func work() int
"""

CASES = {
    "a flag keeps what it is set to": ("", """
        stopped, ch := atomic.NewBool(false), make(chan int, 1)
        if !stopped.Load() { ch <- 1 }
        stopped.Store(true)
        <-ch"""),
    "a flag that is set": ("receive", """
        stopped, ch := atomic.NewBool(false), make(chan int, 1)
        if stopped.CAS(false, true) && !stopped.Load() { ch <- 1 }
        <-ch"""),
    "the last of two counts": ("", """
        left, ch := atomic.NewInt32(2), make(chan int)
        for range 2 {
            go func() {
                if left.Dec() == 0 { close(ch) }
            }()
        }
        <-ch"""),
    "a place is given back": ("", """
        sem := semaphore.NewWeighted(1)
        for range 2 {
            if sem.Acquire(context.Background(), 1) != nil { return }
            sem.Release(1)
        }"""),
    "a place is kept": ("select", """
        sem := semaphore.NewWeighted(1)
        for range 2 {
            if sem.Acquire(context.Background(), 1) != nil { return }
        }"""),
    "several places at once do not block each other": ("", """
        sem := semaphore.NewWeighted(3)
        for range 2 {
            go func() {
                if sem.Acquire(context.Background(), 2) == nil { sem.Release(2) }
            }()
        }"""),
    "more places than there are": ("select", """
        sem := semaphore.NewWeighted(2)
        sem.Acquire(context.Background(), 3)"""),
    "TryAcquire does not wait": ("", """
        sem := semaphore.NewWeighted(1)
        sem.TryAcquire(1)
        if !sem.TryAcquire(1) { return }"""),
    "a second Do waits for the first": ("", """
        var g singleflight.Group
        for range 2 {
            go g.Do("x", func() (any, error) { return work(), nil })
        }"""),
    "the call of Do never ends": ("receive", """
        var g singleflight.Group
        ch := make(chan int)
        go g.Do("x", func() (any, error) { return <-ch, nil })"""),
    "nobody has to take what DoChan gives": ("", """
        var g singleflight.Group
        ch := g.DoChan("x", func() (any, error) { return work(), nil })
        if coin() { <-ch }"""),
    "a limit is a wait for a place": ("send", """
        var g errgroup.Group
        g.SetLimit(1)
        g.Go(func() error {
            g.Go(func() error { return nil })
            return nil
        })
        g.Wait()"""),
    "an error ends the others": ("", """
        g, ctx := errgroup.WithContext(context.Background())
        ch := make(chan int)
        g.Go(func() error { return context.Canceled })
        g.Go(func() error {
            select {
            case ch <- 1:
                return nil
            case <-ctx.Done():
                return ctx.Err()
            }
        })
        g.Wait()"""),
    "Wait ends the context too": ("", """
        g, ctx := errgroup.WithContext(context.Background())
        g.Go(func() error { return nil })
        go func() { <-ctx.Done() }()
        g.Wait()"""),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_model(name: str) -> None:
    wanted, body = CASES[name]
    fragment_ = analyse(fragment(f"{IMPORTS}\nfunc f() {{{body}\n}}\n"), 3_000)
    assert fragment_.complete
    found = {leak.operation for leak in fragment_.leaks}
    assert found == set() if not wanted else wanted in found


def test_a_vendored_copy_has_the_model_too() -> None:
    known = model("golang.org/x/sync/semaphore")
    assert known is not None
    assert model("cmd/vendor/golang.org/x/sync/semaphore") == known
    assert model("vendor/golang.org/x/sync/semaphore") == known
    assert model("vendor/golang.org/x/sync/none") is None


def test_vendored_copies_have_the_model_and_nothing_is_kept_of_other_paths() -> None:
    assert model("example.com/vendor/golang.org/x/sync/errgroup") is model("golang.org/x/sync/errgroup")
    for path in ("", ".", "../models/io", "/io", "vendor/", "unstuck", *map(str, range(100))):
        assert model(path) is None
    assert loader._read.cache_info().currsize <= len(loader._known())
