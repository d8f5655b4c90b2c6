package main

import (
	"sync"

	"example.com/testdata/outside"
)

// Jobs, workers, results, all closed in order.
func main() {
	jobs, results := make(chan int), make(chan int)
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for job := range jobs {
				results <- job * outside.Work()
			}
		}()
	}
	go func() {
		for i := range 9 {
			jobs <- i
		}
		close(jobs)
	}()
	go func() {
		wg.Wait()
		close(results)
	}()
	sum := 0
	for result := range results {
		sum += result
	}
	outside.Use(sum)
}
