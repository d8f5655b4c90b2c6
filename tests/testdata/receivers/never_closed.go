package receivers

import "example.com/testdata/outside"

// Workers range over a channel that nobody closes.
func NeverClosed() {
	jobs := make(chan int)
	for range 3 {
		go func() {
			for job := range jobs { // want "never-closed"
				outside.Use(job)
			}
		}()
	}
	for i := range 5 {
		jobs <- i
	}
}

func Closed() {
	jobs := make(chan int)
	for range 3 {
		go func() {
			for job := range jobs {
				outside.Use(job)
			}
		}()
	}
	for i := range 5 {
		jobs <- i
	}
	close(jobs)
}

// The close is skipped when something goes wrong in between.
func ClosedUnlessError() error {
	jobs := make(chan int)
	go func() {
		for job := range jobs { // want "never-closed"
			outside.Use(job)
		}
	}()
	jobs <- 1
	if err := outside.Err(); err != nil {
		return err
	}
	jobs <- 2
	close(jobs)
	return nil
}

func ClosedByDefer() error {
	jobs := make(chan int)
	defer close(jobs)
	go func() {
		for job := range jobs {
			outside.Use(job)
		}
	}()
	jobs <- 1
	if err := outside.Err(); err != nil {
		return err
	}
	jobs <- 2
	return nil
}
