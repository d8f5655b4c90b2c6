package selects

import "example.com/testdata/outside"

// Neither of the two channels has anybody on the other side when the function is gone.
func NeverDone() {
	jobs, done := make(chan int), make(chan struct{})
	go func() {
		for {
			select { // want "abandoned-select"
			case job := <-jobs:
				outside.Use(job)
			case <-done:
				return
			}
		}
	}()
	jobs <- 1
}

func Done() {
	jobs, done := make(chan int), make(chan struct{})
	go func() {
		for {
			select {
			case job := <-jobs:
				outside.Use(job)
			case <-done:
				return
			}
		}
	}()
	jobs <- 1
	close(done)
}

func DoneOnOnePath() error {
	jobs, done := make(chan int), make(chan struct{})
	go func() {
		for {
			select { // want "abandoned-select"
			case job := <-jobs:
				outside.Use(job)
			case <-done:
				return
			}
		}
	}()
	jobs <- 1
	if err := outside.Err(); err != nil {
		return err
	}
	close(done)
	return nil
}
