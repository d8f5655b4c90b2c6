package receivers

import "example.com/testdata/outside"

// Waits for four answers, three come.
func OneAnswerTooMany() (sum int) {
	ch := make(chan int)
	for range 3 {
		go func() {
			ch <- outside.Work()
		}()
	}
	for range 4 {
		sum += <-ch // want "abandoned-receiver"
	}
	return sum
}

func AsManyAnswers() (sum int) {
	ch := make(chan int)
	for range 3 {
		go func() {
			ch <- outside.Work()
		}()
	}
	for range 3 {
		sum += <-ch
	}
	return sum
}

// A buffer holds values, it does not make them.
func BufferMakesNothing() (sum int) {
	ch := make(chan int, 4)
	for range 3 {
		ch <- outside.Work()
	}
	for range 4 {
		sum += <-ch // want "abandoned-receiver"
	}
	return sum
}

// After the close a receive gives zero and does not wait.
func ClosedGivesZero() (sum int) {
	ch := make(chan int, 4)
	for range 3 {
		ch <- outside.Work()
	}
	close(ch)
	for range 4 {
		sum += <-ch
	}
	return sum
}
