package selects

import "example.com/testdata/outside"

// The loser of the race has nobody to talk to.
func FirstOfTwo() int {
	a, b := make(chan int), make(chan int)
	go func() {
		a <- outside.Work() // want "abandoned-sender"
	}()
	go func() {
		b <- outside.Work() // want "abandoned-sender"
	}()
	select {
	case v := <-a:
		return v
	case v := <-b:
		return v
	}
}

func FirstOfTwoBuffered() int {
	a, b := make(chan int, 1), make(chan int, 1)
	go func() {
		a <- outside.Work()
	}()
	go func() {
		b <- outside.Work()
	}()
	select {
	case v := <-a:
		return v
	case v := <-b:
		return v
	}
}

func BothOfTwo() (sum int) {
	a, b := make(chan int), make(chan int)
	go func() {
		a <- outside.Work()
	}()
	go func() {
		b <- outside.Work()
	}()
	for range 2 {
		select {
		case v := <-a:
			sum += v
		case v := <-b:
			sum += v
		}
	}
	return sum
}
