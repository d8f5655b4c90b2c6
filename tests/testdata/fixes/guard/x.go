// Package guard is about goroutines that have to see that nobody waits for them any more.
package guard

// oracle: parked, pollers go on for ever

import (
	"context"
	"net/http"
	"net/http/httptest"
	"time"

	"example.com/testdata/outside"
)

// Counted is a stream of numbers of which two are taken.
func Counted() int {
	numbers := make(chan int)
	go func() {
		for number := 0; ; number++ {
			numbers <- number // want "abandoned-sender"
		}
	}()
	return <-numbers + <-numbers
}

// Watched gives up when its context ends, but its producer does not.
func Watched() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	texts := make(chan string)
	go produce(ctx, texts)
	for range 2 {
		outside.Use(<-texts)
	}
}

func produce(ctx context.Context, texts chan<- string) {
	for {
		// The next text, whoever wants it.
		texts <- "text" // want "abandoned-sender"
		outside.Use(ctx)
	}
}

// Served has a handler whose request has a context: a field of package http, which only its method gives.
func Served() {
	got := make(chan string)
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(_ http.ResponseWriter, r *http.Request) {
		for outside.Coin() {
			got <- r.URL.Path // want "abandoned-sender"
		}
	})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/", nil))
	select {
	case path := <-got:
		outside.Use(path)
	default:
	}
}

// Refreshed sleeps in between, and has a context.
func Refreshed() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	refresh(ctx)
}

func refresh(ctx context.Context) {
	go func() {
		for {
			outside.Use(ctx)
			time.Sleep(time.Millisecond) // want "abandoned-poller"
		}
	}()
}

// Ticked ranges over a ticker.
func Ticked() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	beat(ctx)
}

func beat(ctx context.Context) {
	ticker := time.NewTicker(time.Millisecond)
	go func() {
		defer ticker.Stop()
		for now := range ticker.C { // want "abandoned-poller"
			if outside.Coin() {
				continue
			}
			outside.Use(now)
			outside.Use(ctx)
		}
	}()
}

// Listed reads what two say; neither can say that it was all.
func Listed() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	lines := make(chan string, 6)
	for range 2 {
		go say(lines)
	}
	done := make(chan bool, 1)
	go list(ctx, lines, done)
	select {
	case <-done:
	case <-time.After(time.Millisecond):
	}
}

func say(lines chan<- string) {
	for range 3 {
		outside.Work()
		lines <- "line"
	}
}

func list(ctx context.Context, lines <-chan string, done chan<- bool) {
	outside.Use(ctx)
	for line := range lines { // want "never-closed"
		outside.Use(line)
	}
	done <- true
}
