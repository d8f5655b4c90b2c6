package callers

import "example.com/testdata/outside"

// The channel is passed down two functions; the last one may not receive.
func PassedDown() {
	ch := make(chan int)
	go func() {
		ch <- outside.Work() // want "abandoned-sender"
	}()
	first(ch)
}

func first(ch <-chan int) {
	second(ch)
}

func second(ch <-chan int) {
	if outside.Coin() {
		outside.Use(<-ch)
	}
}

func PassedDownRight() {
	ch := make(chan int)
	go func() {
		ch <- outside.Work()
	}()
	third(ch)
}

func third(ch <-chan int) {
	fourth(ch)
}

func fourth(ch <-chan int) {
	outside.Use(<-ch)
}

// A recursive function that takes one value a level.
func Recursive() {
	ch := make(chan int)
	go func() {
		for range 3 {
			ch <- outside.Work()
		}
	}()
	takeAll(ch, 3)
}

func takeAll(ch <-chan int, n int) {
	if n == 0 {
		return
	}
	<-ch
	takeAll(ch, n-1)
}
