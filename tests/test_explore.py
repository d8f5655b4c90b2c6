"""The abstract Go machine, one rule at a time: what is stuck, by operation, when everything was explored."""

from __future__ import annotations

from collections import Counter

import pytest

from lowered import fragment
from unstuck.explore.fragment import Fragment, analyse

LIMIT = 4_000


def explored(body: str) -> Fragment:
    """Explores `body` as a function, with a few names declared."""
    imports = "".join(
        f'import "{name}"\n' for name in ("context", "runtime", "sync", "time") if f"{name}." in body
    )
    return analyse(fragment(f"{imports}func work()\nfunc f() {{\n{body}\n}}\n"), LIMIT)


def stuck(body: str) -> list[str]:
    """The operations of the goroutines that are stuck; the exploration must be whole."""
    found = explored(body)
    assert found.complete, found.causes
    return sorted(leak.operation for leak in found.leaks if leak.kind == "leaked")


# Channels.


def test_send_and_receive_meet() -> None:
    assert stuck("ch := make(chan int); go func() { ch <- 1 }(); <-ch") == []


def test_unbuffered_send_waits() -> None:
    assert stuck("ch := make(chan int); go func() { ch <- 1 }()") == ["send"]


@pytest.mark.parametrize(("capacity", "found"), [(0, ["send"]), (1, ["send"]), (2, [])])
def test_buffer(capacity: int, found: list[str]) -> None:
    assert stuck(f"ch := make(chan int, {capacity}); go func() {{ ch <- 1; ch <- 2 }}()") == found


def test_buffer_is_first_in_first_out() -> None:
    order = "ch := make(chan int, 2); ch <- 1; ch <- 2; x := <-ch; if x == %d { work(); select {} }"
    assert stuck(order % 1) == ["select-empty"]
    assert stuck(order % 2) == []


def test_close_wakes_everybody() -> None:
    waiting = "ch := make(chan int); go func() { <-ch }(); go func() { for range ch {} }()"
    assert stuck(waiting) == ["range", "receive"]
    assert stuck(waiting + "; close(ch)") == []


def test_closed_channel_gives_its_buffer_first() -> None:
    body = "ch := make(chan int, 1); ch <- 1; close(ch); _, a := <-ch; _, b := <-ch; if a && !b { select {} }"
    assert stuck(body) == ["select-empty"]


@pytest.mark.parametrize(
    "panics", ["close(ch); close(ch)", "close(ch); ch <- 1", "var no chan int; close(no)"]
)
def test_panic_of_a_channel_ends_the_process(panics: str) -> None:
    assert stuck(f"ch := make(chan int); {panics}; select {{}}") == []


def test_nil_channel_blocks() -> None:
    assert stuck("var ch chan int; go func() { ch <- 1 }(); go func() { <-ch }()") == [
        "nil-receive",
        "nil-send",
    ]


def test_channel_through_channel() -> None:
    body = "asks := make(chan chan int); go func() { reply := <-asks; reply <- 1 }();"
    body += "mine := make(chan int); asks <- mine"
    assert stuck(body) == ["send"]
    assert stuck(body + "; <-mine") == []


# Select.


def test_default_is_taken_when_nothing_is_ready() -> None:
    assert stuck("ch := make(chan int); select { case <-ch: default: }") == []
    assert stuck("ch := make(chan int); select { case <-ch: case <-ch: }") == ["select"]
    assert stuck("ch := make(chan int); select { case <-ch: }") == ["receive"]


def test_default_is_not_taken_when_a_case_is_ready() -> None:
    assert stuck("ch := make(chan int, 1); ch <- 1; select { case <-ch: default: select {} }") == []


def test_every_ready_case_is_taken() -> None:
    body = """
	a, b := make(chan int, 1), make(chan int, 1)
	a <- 1
	b <- 1
	select {
	case <-a:
		select {}
	case <-b:
		<-b
	}"""
    assert stuck(body) == ["receive", "select-empty"]


def test_nil_case_is_off() -> None:
    body = "var off chan int; on := make(chan int, 1); on <- 1; select { case <-off: select {}; case <-on: }"
    assert stuck(body) == []


# Locks, wait groups, condition variables.


def test_mutex_excludes() -> None:
    assert stuck("var mu sync.Mutex; mu.Lock(); go func() { mu.Lock() }()") == ["lock"]
    assert stuck("var mu sync.Mutex; mu.Lock(); go func() { mu.Lock(); mu.Unlock() }(); mu.Unlock()") == []


def test_any_goroutine_may_unlock() -> None:
    assert stuck("var mu sync.Mutex; mu.Lock(); go func() { mu.Unlock() }(); mu.Lock()") == []


def test_locks_taken_in_two_orders() -> None:
    body = "var a, b sync.Mutex; go func() { %s }(); b.Lock(); a.Lock(); a.Unlock(); b.Unlock()"
    assert stuck(body % "a.Lock(); b.Lock(); b.Unlock(); a.Unlock()") == ["lock", "lock"]
    assert stuck(body % "b.Lock(); a.Lock(); a.Unlock(); b.Unlock()") == []


def test_readers_share_and_a_waiting_writer_goes_first() -> None:
    readers = "var mu sync.RWMutex; %smu.RLock(); mu.RLock(); mu.RUnlock(); mu.RUnlock()"
    assert stuck(readers % "") == []
    assert stuck(readers % "go func() { mu.Lock(); mu.Unlock() }(); ") == ["lock", "rlock"]


def test_try_lock_never_waits() -> None:
    assert stuck("var mu sync.Mutex; mu.Lock(); if mu.TryLock() { select {} }") == []


@pytest.mark.parametrize(("added", "found"), [(1, []), (2, ["wait"])])
def test_wait_group_counts(added: int, found: list[str]) -> None:
    assert (
        stuck(f"var wg sync.WaitGroup; wg.Add({added}); go func() {{ defer wg.Done() }}(); wg.Wait()")
        == found
    )


def test_signal_before_wait_is_lost() -> None:
    waiting = "var mu sync.Mutex; c := sync.NewCond(&mu); go func() { mu.Lock(); c.Wait(); mu.Unlock() }();"
    assert stuck(waiting + "c.Signal()") == ["cond"]


def test_condition_is_tested_under_the_lock() -> None:
    body = """
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	ready := false
	go func() {
		mu.Lock()
		for !ready {
			c.Wait()
		}
		mu.Unlock()
	}()
	mu.Lock()
	ready = true
	c.Broadcast()
	mu.Unlock()"""
    assert stuck(body) == []


# Leaving functions.


def test_deferred_calls_run_last_in_first_out() -> None:
    wait, end = "defer func() { <-ch }()", "defer close(ch)"
    assert stuck(f"ch := make(chan int); {wait}; {end}") == []
    assert stuck(f"ch := make(chan int); {end}; {wait}") == ["receive"]


def test_deferred_arguments_are_bound_at_defer() -> None:
    body = "ch := make(chan int, 1); defer func(c chan int) { c <- 1; <-c }(ch); ch = nil"
    assert stuck(body) == []


def test_recover_stops_a_panic() -> None:
    body = """
	ch := make(chan int)
	go func() {
		func() {
			defer func() { %s }()
			panic("")
		}()
		ch <- 1
	}()"""
    assert stuck(body % "recover()") == ["send"]
    assert stuck("go func() { defer func() { recover() }() }()" + body % "work()") == []


def test_deferred_calls_run_in_a_panic() -> None:
    body = "ch := make(chan int); go func() { defer func() { recover(); close(ch) }(); panic(1) }(); <-ch"
    assert stuck(body) == []


def test_a_call_that_only_panics_is_a_panic() -> None:
    text = """
	func fail(why string) { panic(why) }
	func failed() { fail("late") }
	func f(late bool) {
		ch := make(chan int)
		go func() {
			%s
			ch <- 1
		}()
	}"""
    assert analyse(fragment(text % "failed()"), LIMIT).leaks == ()
    assert len(analyse(fragment(text % "if late { failed() }"), LIMIT).leaks) == 1


def test_goexit_runs_deferred_calls_and_nothing_else() -> None:
    body = "ch := make(chan int); go func() { defer close(ch); runtime.Goexit(); select {} }(); <-ch"
    assert stuck(body) == []


# Contexts and timers.


def test_cancel_ends_those_below() -> None:
    body = """
	outer, cancel := context.WithCancel(context.Background())
	inner, stop := context.WithCancel(outer)
	_ = stop
	go func() { <-inner.Done() }()
	%s"""
    assert stuck(body % "_ = cancel") == ["receive"]
    assert stuck(body % "cancel()") == []


def test_timer_fires() -> None:
    assert stuck("<-time.After(time.Second)") == []
    assert stuck("t := time.NewTimer(1); t.Stop(); <-t.C") == ["receive"]


# The search.


def test_identical_goroutines_are_counted() -> None:
    body = "ch := make(chan int); for i := 0; i < %d; i++ { go func() { ch <- 1 }() }"
    few, many = explored(body % 3), explored(body % 1000)
    assert many.complete and [leak.count for leak in many.leaks] == [1000]
    assert many.states <= few.states + 2


def test_components_are_explored_apart() -> None:
    pair = """
	{
		a, b := make(chan int), make(chan int)
		go func() { a <- 1; <-b }()
		go func() { <-a; b <- 1; select {} }()
	}"""
    one, three = explored(pair), explored(pair * 3)
    assert Counter(leak.operation for leak in three.leaks) == {"select-empty": 3}
    assert three.states <= 3 * one.states + 3


def test_limit_makes_the_fragment_incomplete() -> None:
    body = "ch := make(chan int, 2); for i := 0; i < 5; i++ { go func() { ch <- i; <-ch }() }"
    found = analyse(fragment(f"func f() {{ {body} }}"), 5)
    assert not found.complete and found.causes == ("states",)


def test_same_program_same_graph() -> None:
    body = """
	var mu sync.Mutex
	ch := make(chan int, 1)
	for i := 0; i < 3; i++ {
		go func() { mu.Lock(); ch <- i; mu.Unlock() }()
	}
	select {
	case <-ch:
	case <-time.After(1):
	}"""
    assert explored(body) == explored(body)
    assert explored(body).leaks
