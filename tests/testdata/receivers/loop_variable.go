package receivers

import "example.com/testdata/outside"

// Since Go 1.22 each round has a variable of its own.
func OwnVariable() (sum int) {
	chans := []chan int{make(chan int), make(chan int), make(chan int)}
	for _, ch := range chans {
		go func() {
			ch <- outside.Work()
		}()
	}
	for i := range chans {
		sum += <-chans[i]
	}
	return sum
}

// A variable declared before the loop is still one.
func DeclaredBefore() (sum int) {
	chans := []chan int{make(chan int), make(chan int), make(chan int)}
	var ch chan int
	for _, ch = range chans {
		go func() {
			ch <- outside.Work() // want "abandoned-sender"
		}()
	}
	for i := range chans {
		sum += <-chans[i] // want "abandoned-receiver"
	}
	return sum
}
