package senders

func three() <-chan int {
	ch := make(chan int)
	go func() {
		defer close(ch)
		for i := range 3 {
			ch <- i * 2 // want "abandoned-sender"
		}
	}()
	return ch
}

// The caller takes one of three.
func ReturnedTakesOne() int {
	return <-three()
}

func four() <-chan int {
	ch := make(chan int)
	go func() {
		defer close(ch)
		for i := range 4 {
			ch <- i * 2
		}
	}()
	return ch
}

func ReturnedTakesAll() (sum int) {
	for v := range four() {
		sum += v
	}
	return sum
}

func ReturnedCounts() (sum int) {
	ch := four()
	for range 4 {
		sum += <-ch
	}
	return sum
}
