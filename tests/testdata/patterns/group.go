package patterns

import (
	"context"
	"sync"

	"example.com/testdata/outside"
)

// A group of workers of which the first error cancels the others.
func Group() error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var wg sync.WaitGroup
	var once sync.Once
	var first error
	items := make(chan int)
	wg.Add(1)
	go func() {
		defer wg.Done()
		defer close(items)
		for i := range 5 {
			select {
			case items <- i * 2:
			case <-ctx.Done():
				return
			}
		}
	}()
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for item := range items {
				outside.Use(item)
				if err := outside.Err(); err != nil {
					once.Do(func() {
						first = err
						cancel()
					})
					return
				}
			}
		}()
	}
	wg.Wait()
	return first
}

// The producer does not look at the context: when both workers have failed it stays, and so does Wait.
func GroupDeaf() error {
	_, cancel := context.WithCancel(context.Background())
	defer cancel()
	var wg sync.WaitGroup
	items := make(chan int)
	wg.Add(1)
	go func() {
		defer wg.Done()
		defer close(items)
		for i := range 5 {
			items <- i * 2 // want "abandoned-sender"
		}
	}()
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range items {
				if outside.Err() != nil {
					cancel()
					return
				}
			}
		}()
	}
	wg.Wait() // want "wait-never-done"
	return nil
}
