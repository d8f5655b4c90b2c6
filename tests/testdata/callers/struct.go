package callers

import "example.com/testdata/outside"

type subscription struct {
	events chan int
	done   chan struct{}
}

func subscribe() *subscription {
	s := &subscription{make(chan int), make(chan struct{})}
	go func() {
		for i := 0; ; i++ {
			select { // want "abandoned-select"
			case s.events <- i * 2:
			case <-s.done:
				return
			}
		}
	}()
	return s
}

func (s *subscription) unsubscribe() {
	close(s.done)
}

// Takes two events and forgets to unsubscribe.
func NotUnsubscribed() {
	s := subscribe()
	outside.Use(<-s.events)
	outside.Use(<-s.events)
}

type feed struct {
	events chan int
	done   chan struct{}
}

func openFeed() *feed {
	f := &feed{make(chan int), make(chan struct{})}
	go func() {
		for i := 0; ; i++ {
			select {
			case f.events <- i * 2:
			case <-f.done:
				return
			}
		}
	}()
	return f
}

func (f *feed) close() {
	close(f.done)
}

func Unsubscribed() {
	f := openFeed()
	defer f.close()
	outside.Use(<-f.events)
	outside.Use(<-f.events)
}
