// Package sooner is about deferred calls that come too late: the function waits for who waits for them.
package sooner

import (
	"context"
	"sync"

	"example.com/testdata/outside"
)

// Workers are told the end of the jobs when the function returns, and it waits for them.
func Workers() {
	jobs := make(chan int)
	defer close(jobs)
	var wg sync.WaitGroup
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for job := range jobs { // want "never-closed"
				outside.Use(job)
			}
		}()
	}
	for range 3 {
		jobs <- outside.Work()
	}
	wg.Wait() // want "wait-never-done"
}

// Watcher ends with its context, which is cancelled on return.
func Watcher() error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		<-ctx.Done() // want "abandoned-receiver"
	}()
	if err := outside.Err(); err != nil {
		return err
	}
	<-done // want "abandoned-receiver"
	return nil
}

// Counted waits for itself, too.
func Counted() {
	var wg sync.WaitGroup
	wg.Add(1)
	defer wg.Done()
	wg.Add(1)
	go func() {
		defer wg.Done()
		outside.Work()
	}()
	wg.Wait() // want "wait-never-done"
}
