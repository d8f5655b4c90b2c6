package clients

import "example.com/testdata/outside"

// The returned function stops the goroutine in one of its two waits only.
func Numbers(n int) (<-chan int, func()) {
	out := make(chan int)
	quit := make(chan struct{})
	go func() {
		for i := range n {
			select {
			case out <- i * 2:
			case <-quit:
				out <- -1 * i // want "abandoned-sender"
				return
			}
		}
	}()
	return out, func() { close(quit) }
}

func NumbersStopped() {
	stop := calls["numbers"]
	stop()
}

// The program finds them by name.
var calls = map[string]func(){
	"numbers": func() { _, stop := Numbers(1000); stop() },
	"letters": func() { _, stop := Letters(1000); stop() },
}

func Letters(n int) (<-chan int, func()) {
	out := make(chan int)
	quit := make(chan struct{})
	go func() {
		defer close(out)
		for i := range n {
			select {
			case out <- i * 2:
			case <-quit:
				return
			}
		}
	}()
	return out, func() { close(quit) }
}

func LettersStopped() {
	stop := calls["letters"]
	stop()
	outside.Work()
}
