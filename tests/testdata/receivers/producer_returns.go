package receivers

import "example.com/testdata/outside"

// close stands at the end, an early return jumps over it.
func ProducerReturnsEarly() {
	ch := make(chan int)
	go func() {
		for i := range 3 {
			if outside.Coin() {
				return
			}
			ch <- i
		}
		close(ch)
	}()
	for v := range ch { // want "never-closed"
		outside.Use(v)
	}
}

func ProducerDefersClose() {
	ch := make(chan int)
	go func() {
		defer close(ch)
		for i := range 3 {
			if outside.Coin() {
				return
			}
			ch <- i
		}
	}()
	for v := range ch {
		outside.Use(v)
	}
}

// break leaves the loop only, and the close behind it runs.
func ProducerBreaks() {
	ch := make(chan int)
	go func() {
		for i := range 3 {
			if outside.Coin() {
				break
			}
			ch <- i
		}
		close(ch)
	}()
	for v := range ch {
		outside.Use(v)
	}
}
