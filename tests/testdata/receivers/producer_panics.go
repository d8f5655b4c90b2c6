package receivers

import "example.com/testdata/outside"

func mayPanic() {
	if outside.Coin() {
		panic("no luck")
	}
}

// The panic is recovered, but the close was jumped over.
func ProducerPanics() {
	ch := make(chan int)
	go func() {
		defer func() { recover() }()
		ch <- 1
		mayPanic()
		close(ch)
	}()
	for v := range ch { // want "never-closed"
		outside.Use(v)
	}
}

func ProducerPanicsDeferredClose() {
	ch := make(chan int)
	go func() {
		defer func() { recover() }()
		defer close(ch)
		ch <- 1
		mayPanic()
	}()
	for v := range ch {
		outside.Use(v)
	}
}
