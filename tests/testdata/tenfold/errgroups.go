package tenfold

import (
	"sync"
	"sync/atomic"

	"example.com/testdata/outside"
)

// The last of ten closes.
func LastCloses() {
	ch := make(chan int)
	var left atomic.Int32
	left.Store(workers)
	for range workers {
		go func() {
			ch <- ask()
			if left.Add(-1) == 0 {
				close(ch)
			}
		}()
	}
	for v := range ch {
		see(v)
	}
}

// The one that fails does not count down.
func LastClosesUnlessFailed() {
	ch := make(chan int)
	var left atomic.Int32
	left.Store(workers)
	for range workers {
		go func() {
			if outside.Err() != nil {
				return
			}
			ch <- ask()
			if left.Add(-1) == 0 {
				close(ch)
			}
		}()
	}
	for v := range ch { // want "never-closed"
		see(v)
	}
}

// Results under a lock need no channel.
func Locked() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var sum int
	wg.Add(workers)
	for range workers {
		go func() {
			defer wg.Done()
			v := ask()
			mu.Lock()
			defer mu.Unlock()
			sum += v
		}()
	}
	wg.Wait()
	see(sum)
}

// One of ten leaves without the unlock.
func LockedLeft() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var sum int
	wg.Add(workers)
	for range workers {
		go func() {
			defer wg.Done()
			mu.Lock() // want "lock-never-released"
			v := ask()
			if v == 0 {
				return
			}
			sum += v
			mu.Unlock()
		}()
	}
	wg.Wait() // want "wait-never-done"
	see(sum)
}

// Add inside the goroutine: the wait may come first, and then nobody is left to receive.
func AddInside() {
	var wg sync.WaitGroup
	ch := make(chan int)
	for range workers {
		go func() {
			wg.Add(1)
			defer wg.Done()
			ch <- ask() // want "abandoned-sender"
		}()
	}
	go func() {
		for range ch {
			return
		}
	}()
	outside.Work()
	wg.Wait() // want "wait-never-done"
}

// Errors go to a channel with room for one; only the first is put there.
func FirstErrorOnly() {
	errs := make(chan error, 1)
	var wg sync.WaitGroup
	for range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := outside.Err(); err != nil {
				select {
				case errs <- err:
				default:
				}
			}
		}()
	}
	wg.Wait()
	select {
	case err := <-errs:
		outside.Use(err)
	default:
	}
}

// Without the default the second error finds no place.
func SecondErrorWaits() {
	errs := make(chan error, 1)
	var wg sync.WaitGroup
	for range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := outside.Err(); err != nil {
				errs <- err // want "abandoned-sender"
			}
		}()
	}
	wg.Wait() // want "wait-never-done"
	close(errs)
	outside.Use(<-errs)
}
