// Package derived is about goroutines that have a context, but one that ends later than what they are for.
package derived

import (
	"context"

	"example.com/testdata/outside"
)

// numbers are counted up for whoever reads them.
func numbers(ctx context.Context) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for number := 0; ; number++ {
			outside.Use(ctx)
			out <- number // want "abandoned-sender"
		}
	}()
	return out
}

// over is the first number above a limit; what follows is of no interest.
func over(ctx context.Context, limit int) int {
	for number := range numbers(ctx) {
		if number > limit {
			return number
		}
	}
	return -1
}

// Over asks with a context that never ends.
func Over() {
	outside.Use(over(context.Background(), 2))
}

func words(ctx context.Context, out chan<- string) {
	for ctx.Err() == nil {
		// One word more, whoever wants it.
		out <- "word" // want "abandoned-sender"
	}
}

// Once reads one word.
func Once() {
	got := make(chan string)
	go words(context.Background(), got)
	outside.Use(<-got)
}

func lines(ctx context.Context, out chan<- string) {
	for ctx.Err() == nil {
		out <- "line" // want "abandoned-sender"
	}
}

// Twice reads two lines.
func Twice() {
	ctx := context.TODO()
	got := make(chan string)
	go lines(ctx, got)
	for range 2 {
		outside.Use(<-got)
	}
}
