package clients

import (
	"sync"

	"example.com/testdata/outside"
)

// Stop closes a channel that the goroutine does not look at while it waits for a reader.
type feed struct {
	items chan int
	stop  chan struct{}
	once  sync.Once
}

func newFeed() *feed {
	f := &feed{items: make(chan int), stop: make(chan struct{})}
	go f.run()
	return f
}

func (f *feed) run() {
	defer close(f.items)
	for {
		if outside.Err() != nil {
			return
		}
		f.items <- outside.Work() // want "abandoned-sender"
	}
}

func (f *feed) Items() <-chan int { return f.items }

func (f *feed) Stop() { f.once.Do(func() { close(f.stop) }) }

func StopUnheard() {
	for range 20 {
		f := newFeed()
		outside.Use(<-f.Items())
		f.Stop()
	}
}

// The same, heard.
type heardFeed struct {
	items chan int
	stop  chan struct{}
	once  sync.Once
}

func newHeardFeed() *heardFeed {
	f := &heardFeed{items: make(chan int), stop: make(chan struct{})}
	go f.run()
	return f
}

func (f *heardFeed) run() {
	defer close(f.items)
	for {
		select {
		case f.items <- outside.Work():
		case <-f.stop:
			return
		}
	}
}

func (f *heardFeed) Items() <-chan int { return f.items }

func (f *heardFeed) Stop() { f.once.Do(func() { close(f.stop) }) }

func StopHeard() {
	for range 20 {
		f := newHeardFeed()
		outside.Use(<-f.Items())
		f.Stop()
	}
}

// Unsubscribe takes what is left over itself.
type drainedFeed struct {
	items chan int
	quit  chan struct{}
}

func subscribe() *drainedFeed {
	f := &drainedFeed{items: make(chan int), quit: make(chan struct{})}
	go func() {
		defer close(f.items)
		for range 5 {
			f.items <- outside.Work()
		}
	}()
	return f
}

func (f *drainedFeed) Items() <-chan int { return f.items }

func (f *drainedFeed) Unsubscribe() {
	close(f.quit)
	for range f.items {
	}
}

func UnsubscribeDrains() {
	for range 20 {
		f := subscribe()
		outside.Use(<-f.Items())
		f.Unsubscribe()
	}
}
