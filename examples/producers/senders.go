// Package producers starts ten goroutines that talk to one.
package producers

// TenSendersOneReceiver takes one value of ten: nine goroutines stay behind.
func TenSendersOneReceiver() int {
	ch := make(chan int)
	for i := 0; i < 10; i++ {
		go func() {
			ch <- answer(i) // want "abandoned-sender"
		}()
	}
	return <-ch
}

// TenSendersBufferOfTen has room for all ten values.
func TenSendersBufferOfTen() int {
	ch := make(chan int, 10)
	for i := 0; i < 10; i++ {
		go func() {
			ch <- answer(i)
		}()
	}
	return <-ch
}

// TenSendersTenReceivers takes every value that is sent.
func TenSendersTenReceivers() int {
	ch := make(chan int)
	for i := 0; i < 10; i++ {
		go func() {
			ch <- answer(i)
		}()
	}
	sum := 0
	for i := 0; i < 10; i++ {
		sum += <-ch
	}
	return sum
}

func answer(n int) int {
	return n * n
}
