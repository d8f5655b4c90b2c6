package patterns

import "example.com/testdata/outside"

// A chain of filters, each on a goroutine of its own: when enough primes are found, all of them stay, each at
// its send, because the last one has no receiver.
func Sieve() {
	ch := make(chan int)
	go count(ch)
	for range 3 {
		prime := <-ch
		next := make(chan int)
		go filter(ch, next, prime)
		ch = next
	}
	outside.Use(ch)
}

func count(ch chan<- int) {
	for i := 2; ; i++ {
		ch <- i // want "abandoned-sender"
	}
}

func filter(in <-chan int, out chan<- int, prime int) {
	for {
		i := <-in
		if i%prime != 0 {
			out <- i // want "abandoned-sender"
		}
	}
}
