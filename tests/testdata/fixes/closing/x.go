// Package closing is about channels that nobody closes.
//
// oracle: parked, the runtime does not mark who sends a captured variable
package closing

import (
	"sync"

	"example.com/testdata/outside"
)

// Sender ends without closing.
func Sender() {
	numbers := make(chan int)
	go func() {
		for number := range 3 {
			numbers <- number
		}
	}()
	go func() {
		for number := range numbers { // want "never-closed"
			outside.Use(number)
		}
	}()
}

// Workers read jobs that are never said to be all.
func Workers() {
	jobs := make(chan int)
	for range 2 {
		go func() {
			for job := range jobs { // want "never-closed"
				outside.Use(job)
			}
		}()
	}
	for job := range 3 {
		jobs <- job
	}
}

// Results waits for the senders before it reads what they send.
func Results() int {
	var wg sync.WaitGroup
	results := make(chan int)
	for number := range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			results <- number // want "abandoned-sender"
		}()
	}
	wg.Wait() // want "wait-never-done"
	close(results)
	sum := 0
	for result := range results {
		sum += result
	}
	return sum
}

// EveryPath closes only when there was no error.
func EveryPath() {
	done := make(chan struct{})
	go func() {
		if outside.Err() != nil {
			return
		}
		outside.Work()
		close(done)
	}()
	<-done // want "abandoned-receiver"
}

type feed struct {
	values chan int
}

func (f *feed) run(limit int) {
	for number := range limit {
		if outside.Coin() {
			return
		}
		f.values <- number
	}
}

// Fed reads all that its feed gives.
func Fed() {
	f := &feed{values: make(chan int)}
	go f.run(outside.Work())
	for value := range f.values { // want "never-closed"
		outside.Use(value)
	}
}
