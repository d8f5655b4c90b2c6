package iterators

import (
	"iter"

	"example.com/testdata/outside"
)

// The goroutine behind the iterator is not told that the loop ended.
func values() iter.Seq[int] {
	return func(yield func(int) bool) {
		ch := make(chan int)
		go func() {
			defer close(ch)
			for i := range 3 {
				ch <- i * 2 // want "abandoned-sender"
			}
		}()
		for v := range ch {
			if !yield(v) {
				return
			}
		}
	}
}

func SeqBroken() {
	for v := range values() {
		if v > 1 {
			break
		}
	}
}

func numbers() iter.Seq[int] {
	return func(yield func(int) bool) {
		ch := make(chan int)
		done := make(chan struct{})
		defer close(done)
		go func() {
			defer close(ch)
			for i := range 3 {
				select {
				case ch <- i * 2:
				case <-done:
					return
				}
			}
		}()
		for v := range ch {
			if !yield(v) {
				return
			}
		}
	}
}

func SeqBrokenRight() {
	for v := range numbers() {
		if v > 1 {
			break
		}
	}
}

// The body of the loop receives; all three values come.
func SeqBody() {
	ch := make(chan int, 3)
	for v := range numbers() {
		ch <- v
	}
	for range 3 {
		outside.Use(<-ch)
	}
}
