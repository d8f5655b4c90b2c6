package closing

import (
	"errors"
	"sync"
	"sync/atomic"

	"example.com/testdata/outside"
)

// oracle: none, the programs are methods of an object that somebody else made

var errClosed = errors.New("closed")

// Queue takes work until it is closed; who offers work after that gets an error.
type Queue struct {
	mu      sync.Mutex
	items   []chan int
	wake    chan bool
	closing bool
	ended   atomic.Bool
	gone    int32
	full    bool
}

func (q *Queue) put(c chan int) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closing {
		return errClosed
	}
	q.items = append(q.items, c)
	return nil
}

// Only a call after Close waits for ever: that is a misuse of the queue.
func (q *Queue) Ask() {
	c := make(chan int)
	q.put(c)
	<-c
}

func (q *Queue) AskAtomic() {
	c := make(chan int)
	if !q.ended.Load() {
		q.mu.Lock()
		q.items = append(q.items, c)
		q.mu.Unlock()
	}
	<-c
}

func (q *Queue) AskCounter() {
	c := make(chan int)
	if atomic.LoadInt32(&q.gone) == 0 {
		q.mu.Lock()
		q.items = append(q.items, c)
		q.mu.Unlock()
	}
	<-c
}

// Being full is no misuse.
func (q *Queue) AskWhenFull() {
	c := make(chan int)
	if !q.full {
		q.mu.Lock()
		q.items = append(q.items, c)
		q.mu.Unlock()
	}
	<-c // want "abandoned-receiver"
}

func (q *Queue) Fill() {
	q.mu.Lock()
	q.full = true
	outside.Use(q.items)
	q.mu.Unlock()
}

// A lock that is kept after the end is kept all the same.
func (q *Queue) Forgets() error {
	q.mu.Lock() // want "lock-never-released"
	if q.closing {
		return errClosed
	}
	q.mu.Unlock()
	return nil
}

func (q *Queue) Close() {
	q.mu.Lock()
	q.closing = true
	q.ended.Store(true)
	atomic.StoreInt32(&q.gone, 1)
	close(q.wake)
	q.mu.Unlock()
}
