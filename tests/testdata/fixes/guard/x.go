// Package guard is about goroutines that have to see that nobody waits for them any more.
package guard

import (
	"context"
	"net/http"
	"net/http/httptest"

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
