package tenfold

import (
	"sync"

	"example.com/testdata/outside"
)

// Ten consumers, one value.
func TenConsumers() {
	ch := make(chan int)
	for range workers {
		go func() {
			see(<-ch) // want "abandoned-receiver"
		}()
	}
	ch <- ask()
}

// Closing wakes the nine others.
func TenConsumersClosed() {
	ch := make(chan int)
	for range workers {
		go func() {
			if v, ok := <-ch; ok {
				see(v)
			}
		}()
	}
	ch <- ask()
	close(ch)
}

// The jobs are sent, the workers range, nobody closes.
func Pool() {
	jobs := make(chan int)
	for range workers {
		go work(jobs)
	}
	for i := range 3 {
		jobs <- i
	}
}

func work(jobs <-chan int) {
	for job := range jobs { // want "never-closed"
		see(job)
	}
}

func PoolClosed() {
	jobs := make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for job := range jobs {
				see(job)
			}
		}()
	}
	for i := range 3 {
		jobs <- i
	}
	close(jobs)
	wg.Wait()
}

// On an error the function leaves before it closes.
func PoolEarlyReturn() {
	_ = pool()
}

func pool() error {
	jobs := make(chan int)
	for range workers {
		go func() {
			for job := range jobs { // want "never-closed"
				see(job)
			}
		}()
	}
	for i := range 3 {
		if err := outside.Err(); err != nil {
			return err
		}
		jobs <- i
	}
	close(jobs)
	return nil
}

func PoolDeferredClose() {
	_ = poolDeferred()
}

func poolDeferred() error {
	jobs := make(chan int)
	defer close(jobs)
	for range workers {
		go func() {
			for job := range jobs {
				see(job)
			}
		}()
	}
	for i := range 3 {
		if err := outside.Err(); err != nil {
			return err
		}
		jobs <- i
	}
	return nil
}

// A token for each of ten, and a done for each.
func Done() {
	done := make(chan struct{})
	for range workers {
		go func() {
			see(ask())
			done <- struct{}{}
		}()
	}
	for range workers {
		<-done
	}
}

func DoneOnError() {
	_ = doneOnError()
}

func doneOnError() error {
	done := make(chan error)
	for range workers {
		go func() {
			done <- outside.Err() // want "abandoned-sender"
		}()
	}
	for range workers {
		if err := <-done; err != nil {
			return err
		}
	}
	return nil
}

func DoneOnErrorRoom() {
	_ = doneOnErrorRoom()
}

func doneOnErrorRoom() error {
	done := make(chan error, workers)
	for range workers {
		go func() { done <- outside.Err() }()
	}
	for range workers {
		if err := <-done; err != nil {
			return err
		}
	}
	return nil
}
