// Package drain is about receivers that leave while there is more to come.
package drain

import "example.com/testdata/outside"

// FirstBad stops at the first number that is no good.
func FirstBad() int {
	numbers := make(chan int)
	go produce(numbers)
	for number := range numbers {
		if outside.Coin() {
			return number
		}
	}
	return 0
}

func produce(numbers chan<- int) {
	for {
		if outside.Coin() {
			break
		}
		numbers <- outside.Work() // want "abandoned-sender"
	}
	close(numbers)
}

// Consumer is a goroutine that stops listening, while its producer goes on.
func Consumer() {
	numbers := make(chan int)
	go func() {
		for number := range numbers {
			if number >= 0 && outside.Coin() {
				return
			}
		}
	}()
	go func() {
		defer close(numbers)
		for {
			if outside.Coin() {
				return
			}
			numbers <- outside.Work() // want "abandoned-sender"
		}
	}()
}
