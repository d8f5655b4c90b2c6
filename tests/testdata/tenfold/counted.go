package tenfold

import "sync"

// The caller waits for all before it receives.
func WaitThenReceive() {
	ch := make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ch <- ask() // want "abandoned-sender"
		}()
	}
	wg.Wait() // want "wait-never-done"
	close(ch)
	for v := range ch {
		see(v)
	}
}

// A goroutine waits for all and closes.
func WaitBeside() {
	ch := make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ch <- ask()
		}()
	}
	go func() {
		wg.Wait()
		close(ch)
	}()
	for v := range ch {
		see(v)
	}
}

// It waits for all and forgets to close.
func WaitNoClose() {
	ch := make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() { ch <- ask() })
	}
	go wg.Wait()
	for v := range ch { // want "never-closed"
		see(v)
	}
}

// Nine places, one receiver: ten fit.
func NinePlaces() {
	ch := make(chan int, workers-1)
	for range workers {
		go func() { ch <- ask() }()
	}
	see(<-ch)
}

// Eight do not.
func EightPlaces() {
	ch := make(chan int, workers-2)
	for range workers {
		go func() {
			ch <- ask() // want "abandoned-sender"
		}()
	}
	see(<-ch)
}

// Half are taken.
func Half() {
	ch := make(chan int)
	for i := 0; i < workers; i++ {
		go produce(ch)
	}
	for i := 0; i < workers/2; i++ {
		see(<-ch)
	}
}

func produce(ch chan<- int) {
	ch <- ask() // want "abandoned-sender"
}

// The loop of the receiver starts at one.
func OffByOne() {
	ch := make(chan int)
	for i := 0; i < workers; i++ {
		go produceToo(ch)
	}
	for i := 1; i < workers; i++ {
		see(<-ch)
	}
}

func produceToo(ch chan<- int) {
	ch <- ask() // want "abandoned-sender"
}

func OffByNone() {
	ch := make(chan int)
	for i := 0; i < workers; i++ {
		go func(out chan<- int) { out <- ask() }(ch)
	}
	for i := 1; i <= workers; i++ {
		see(<-ch)
	}
}
