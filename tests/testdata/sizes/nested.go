package sizes

import "example.com/testdata/outside"

// Three times two senders.
func Nested() {
	ch := make(chan int)
	for range 3 {
		for range 2 {
			go func() {
				ch <- outside.Work()
			}()
		}
	}
	for range 6 {
		<-ch
	}
}

func NestedShort() {
	ch := make(chan int)
	for range 3 {
		for range 2 {
			go func() {
				ch <- outside.Work() // want "abandoned-sender"
			}()
		}
	}
	for range 5 {
		<-ch
	}
}

// As many receives as the channel has room.
func FillAndEmpty() {
	ch := make(chan int, 4)
	for i := 0; i < cap(ch); i++ {
		ch <- i
	}
	for len(ch) > 0 {
		<-ch
	}
}

// Counts down.
func CountDown() {
	ch := make(chan int)
	go func() {
		for i := 5; i > 0; i-- {
			ch <- i * 2
		}
	}()
	for i := 5; i > 0; i-- {
		<-ch
	}
}

func CountDownShort() {
	ch := make(chan int)
	go func() {
		for i := 5; i >= 0; i-- {
			ch <- i * 2 // want "abandoned-sender"
		}
	}()
	for i := 5; i > 0; i-- {
		<-ch
	}
}

// Steps of two.
func Steps() {
	ch := make(chan int)
	go func() {
		for i := 0; i < 10; i += 2 {
			ch <- i + 1
		}
	}()
	for range 5 {
		<-ch
	}
}
