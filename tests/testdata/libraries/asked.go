package libraries

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"example.com/testdata/outside"
)

func opened() error {
	if outside.Coin() {
		return os.ErrNotExist
	}
	return outside.Err()
}

// One question about one value has one answer.
func AskedTwice() {
	ready := make(chan int)
	err := opened()
	go func() {
		if errors.Is(err, os.ErrNotExist) {
			close(ready)
		}
	}()
	if errors.Is(err, os.ErrNotExist) {
		<-ready
	}
}

func Missing() {
	ready := make(chan int)
	err := opened()
	go func() {
		if os.IsNotExist(err) {
			close(ready)
		}
	}()
	if os.IsNotExist(err) {
		<-ready
	}
}

// What is an error is not nil.
func SomeError() {
	ready := make(chan int)
	err := opened()
	go func() {
		if err != nil {
			close(ready)
		}
	}()
	if errors.Is(err, os.ErrNotExist) {
		<-ready
	}
}

func NoError() {
	var err error
	if errors.Is(err, io.EOF) {
		<-make(chan int)
	}
}

var errStopped = errors.New("stopped")

func Itself() {
	ready := make(chan int)
	results := make(chan error, 1)
	results <- errStopped
	go func() {
		if errors.Is(<-results, errStopped) {
			close(ready)
		}
	}()
	<-ready
}

// A context that only a cancel function ends was cancelled.
func Cancelled() {
	ctx, cancel := context.WithCancel(context.Background())
	ready := make(chan int)
	cancel()
	go func() {
		if errors.Is(ctx.Err(), context.Canceled) && ctx.Err() == context.Canceled {
			close(ready)
		}
	}()
	<-ready
}

func Prefixed() {
	ready := make(chan int)
	name := strings.Repeat("x", outside.Work())
	go func() {
		if strings.HasPrefix(name, "x") {
			close(ready)
		}
	}()
	if strings.HasPrefix(name, "x") {
		<-ready
	}
}

func PrefixedText() {
	if !strings.HasPrefix("text", "te") || strings.Contains("text", "a") {
		<-make(chan int)
	}
}

// Another value may give another answer, and so may another question.
func AskedAnew() {
	ready := make(chan int)
	go func() {
		if errors.Is(opened(), os.ErrNotExist) {
			close(ready)
		}
	}()
	if errors.Is(opened(), os.ErrNotExist) {
		<-ready // want "abandoned-receiver"
	}
}

func AskedOther() {
	ready := make(chan int)
	name := strings.Repeat("x", outside.Work())
	go func() {
		if strings.HasPrefix(name, "xx") {
			close(ready)
		}
	}()
	if strings.HasPrefix(name, "x") {
		<-ready // want "abandoned-receiver"
	}
}

// The cause of a cancellation is what it was given.
func Caused() {
	ctx, cancel := context.WithCancelCause(context.Background())
	ready := make(chan int)
	cancel(errStopped)
	go func() {
		if context.Cause(ctx) == context.Canceled {
			close(ready)
		}
	}()
	<-ready // want "abandoned-receiver"
}

// A deadline ends a context with another error.
func Late() {
	ctx, cancel := context.WithTimeout(context.Background(), 1)
	defer cancel()
	ready := make(chan int)
	<-ctx.Done()
	go func() {
		if errors.Is(ctx.Err(), context.Canceled) {
			close(ready)
		}
	}()
	<-ready // want "abandoned-receiver"
}
