package receivers

import "example.com/testdata/outside"

// A new variable of the same name hides the channel that is waited on.
func Shadowed() int {
	ch := make(chan int)
	go func() {
		ch := make(chan int, 1)
		ch <- outside.Work()
	}()
	return <-ch // want "abandoned-receiver"
}

func NotShadowed() int {
	ch := make(chan int)
	go func() {
		ch <- outside.Work()
	}()
	return <-ch
}

// The variable is overwritten, the goroutine keeps the old channel.
func Replaced() {
	ch := make(chan int)
	go func(in chan int) {
		<-in // want "abandoned-receiver"
	}(ch)
	ch = make(chan int, 1)
	ch <- outside.Work()
}
