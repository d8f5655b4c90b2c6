// oracle: none, tests are run by go test

package tests

import (
	"testing"
	"time"

	"example.com/testdata/outside"
)

// Each parallel subtest starts when the function around it has returned, and then they meet.
func TestParallelMeet(t *testing.T) {
	ch := make(chan int)
	t.Run("send", func(t *testing.T) {
		t.Parallel()
		ch <- 1
	})
	t.Run("receive", func(t *testing.T) {
		t.Parallel()
		<-ch
	})
}

// Without Parallel, Run waits for each.
func TestOneAfterTheOther(t *testing.T) {
	ch := make(chan int)
	t.Run("send", func(t *testing.T) { // want "hung-test|abandoned-receiver"
		ch <- 1 // want "hung-test|abandoned-sender"
	})
	t.Run("receive", func(t *testing.T) {
		<-ch
	})
}

func TestCleanup(t *testing.T) {
	quit := make(chan int)
	t.Cleanup(func() { close(quit) })
	go func() { <-quit }()
	if outside.Coin() {
		t.Fatal("no luck")
	}
}

// A deferred close comes before the parallel subtests, a cleanup after them.
func TestDeferredTooEarly(t *testing.T) {
	jobs := make(chan int)
	go func() {
		for range jobs {
			outside.Work()
		}
	}()
	t.Cleanup(func() { close(jobs) })
	t.Run("sub", func(t *testing.T) {
		t.Parallel()
		jobs <- 1
	})
}

func TestQuitTooEarly(t *testing.T) {
	jobs, quit := make(chan int), make(chan int)
	defer close(quit)
	go func() {
		for {
			select {
			case <-jobs:
			case <-quit:
				return
			}
		}
	}()
	t.Run("sub", func(t *testing.T) {
		t.Parallel()
		jobs <- 1 // want "hung-test|abandoned-sender"
	})
}

func TestContext(t *testing.T) {
	ctx := t.Context()
	go func() { <-ctx.Done() }()
}

// When its cleanups run, the context of a test has ended, also for who asks only then.
func TestContextLate(t *testing.T) {
	done := make(chan int)
	go func() {
		defer close(done)
		<-t.Context().Done()
	}()
	t.Cleanup(func() { <-done })
}

func TestNotEnded(t *testing.T) {
	ctx := t.Context()
	out := make(chan int)
	go func() {
		<-ctx.Done()
		out <- outside.Work() // want "abandoned-sender"
	}()
}

func TestHelper(t *testing.T) {
	quit := start(t)
	outside.Use(quit)
}

func start(tb testing.TB) chan int {
	tb.Helper()
	quit := make(chan int)
	go func() { <-quit }()
	tb.Cleanup(func() { close(quit) })
	return quit
}

func BenchmarkParallel(b *testing.B) {
	ch := make(chan int)
	b.Cleanup(func() { close(ch) })
	go func() {
		for range ch {
			outside.Work()
		}
	}()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			ch <- 1
		}
	})
}

// Only the end of the test cancels its context, whoever has the test.
func TestContextAlone(t *testing.T) {
	outside.Method(t, "Helper")
	ctx := t.Context()
	out := make(chan int)
	go func() {
		select {
		case out <- outside.Work():
		case <-ctx.Done():
		}
	}()
	<-out
}

type tickets struct {
	places  chan struct{}
	timeout time.Duration
}

func (s *tickets) acquire() bool {
	timer := time.NewTimer(s.timeout)
	defer timer.Stop()
	select {
	case s.places <- struct{}{}:
		return true
	case <-timer.C:
		return false
	}
}

// There is room: the timer could win, and in the author's run it does not.
func TestTimerLoses(t *testing.T) {
	s := &tickets{make(chan struct{}, 1), time.Second}
	s.acquire()
	<-s.places // note "abandoned-receiver"
}

// There is no room: the timer wins, for sure.
func TestTimerWins(t *testing.T) {
	s := &tickets{make(chan struct{}), time.Millisecond}
	s.acquire()
	<-s.places // want "hung-test|abandoned-receiver"
}
