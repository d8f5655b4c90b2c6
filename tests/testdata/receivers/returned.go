package receivers

import "example.com/testdata/outside"

func squares(n int) <-chan int {
	ch := make(chan int)
	go func() {
		for i := range n {
			ch <- i * i
		}
	}()
	return ch
}

// The caller ranges over a channel whose maker never closes it.
func ReturnedNeverClosed() (sum int) {
	for v := range squares(3) { // want "never-closed"
		sum += v
	}
	return sum
}

func cubes(n int) <-chan int {
	ch := make(chan int)
	go func() {
		defer close(ch)
		for i := range n {
			ch <- i * i * i
		}
	}()
	return ch
}

func ReturnedClosed() (sum int) {
	for v := range cubes(3) {
		sum += v
	}
	outside.Use(sum)
	return sum
}
