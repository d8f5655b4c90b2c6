package waits

import (
	"sync"

	"example.com/testdata/outside"
)

// Adds three, two are done.
func AddTooMuch() {
	var wg sync.WaitGroup
	wg.Add(3)
	for range 2 {
		go func() {
			defer wg.Done()
			outside.Work()
		}()
	}
	wg.Wait() // want "wait-never-done"
}

func AddRight() {
	var wg sync.WaitGroup
	wg.Add(2)
	for range 2 {
		go func() {
			defer wg.Done()
			outside.Work()
		}()
	}
	wg.Wait()
}

// Done is jumped over by an early return.
func DoneSkipped() {
	var wg sync.WaitGroup
	for range 2 {
		wg.Add(1)
		go func() {
			if outside.Err() != nil {
				return
			}
			outside.Work()
			wg.Done()
		}()
	}
	wg.Wait() // want "wait-never-done"
}

func DoneDeferred() {
	var wg sync.WaitGroup
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if outside.Err() != nil {
				return
			}
			outside.Work()
		}()
	}
	wg.Wait()
}

// Adds for every item, but starts no goroutine for some.
func AddForAll() {
	var wg sync.WaitGroup
	items := []int{1, 2, 3}
	wg.Add(len(items))
	for range items {
		if outside.Coin() {
			continue
		}
		go func() {
			defer wg.Done()
			outside.Work()
		}()
	}
	wg.Wait() // want "wait-never-done"
}

func AddForEach() {
	var wg sync.WaitGroup
	items := []int{1, 2, 3}
	for range items {
		if outside.Coin() {
			continue
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			outside.Work()
		}()
	}
	wg.Wait()
}

func AddGo() {
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			outside.Work()
		})
	}
	wg.Wait()
}
