package senders

import "example.com/testdata/outside"

// Both workers may stop at an error, then nobody takes the remaining jobs.
func WorkersGone() {
	jobs := make(chan int)
	for range 2 {
		go func() {
			for range jobs {
				if outside.Err() != nil {
					return
				}
			}
		}()
	}
	for i := range 6 {
		jobs <- i // want "abandoned-sender"
	}
	close(jobs)
}

func WorkersGoOn() {
	jobs := make(chan int)
	for range 2 {
		go func() {
			for range jobs {
				if outside.Err() != nil {
					continue
				}
			}
		}()
	}
	for i := range 6 {
		jobs <- i
	}
	close(jobs)
}
