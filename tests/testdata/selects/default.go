package selects

import "example.com/testdata/outside"

// With a default the receiver does not wait, and may be too early.
func DefaultTooEarly() int {
	ch := make(chan int)
	go func() {
		ch <- outside.Work() // want "abandoned-sender"
	}()
	select {
	case v := <-ch:
		return v
	default:
		return 0
	}
}

func DefaultSender() int {
	ch := make(chan int)
	go func() {
		select {
		case ch <- outside.Work():
		default:
		}
	}()
	select {
	case v := <-ch:
		return v
	default:
		return 0
	}
}

// The value may be dropped by the sender's default; the receiver counts on it.
func DefaultDropsTheOnlyValue() int {
	ch := make(chan int)
	go func() {
		select {
		case ch <- outside.Work():
		default:
		}
	}()
	outside.Work()
	return <-ch // want "abandoned-receiver"
}

// A default that keeps the newest of a buffer of one.
func DefaultNewest() int {
	ch := make(chan int, 1)
	for i := range 3 {
		select {
		case ch <- i:
		default:
			<-ch
			ch <- i
		}
	}
	return <-ch
}
