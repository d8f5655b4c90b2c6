// Package signalled is about condition variables of which a change tells nobody, or too few.
package signalled

import (
	"sync"

	"example.com/testdata/outside"
)

type queue struct {
	mu     sync.Mutex
	cond   *sync.Cond
	items  []int
	closed bool
}

func newQueue() *queue {
	q := &queue{}
	q.cond = sync.NewCond(&q.mu)
	return q
}

func (q *queue) push(item int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, item)
	q.cond.Signal()
}

func (q *queue) pop() (int, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 && !q.closed {
		q.cond.Wait() // want "cond-never-signalled"
	}
	if len(q.items) == 0 {
		return 0, false
	}
	item := q.items[0]
	q.items = q.items[1:]
	return item, true
}

// close forgets who waits for an item.
func (q *queue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
}

// Popped closes its queue when all is in it.
func Popped() {
	q := newQueue()
	go func() {
		for {
			item, ok := q.pop()
			if !ok {
				return
			}
			outside.Use(item)
		}
	}()
	for range 3 {
		q.push(outside.Work())
	}
	for range 5 {
		outside.Work()
	}
	q.close()
}

// Gated lets only one of three in.
func Gated() {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	open := false
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			defer mu.Unlock()
			for !open {
				cond.Wait() // want "cond-never-signalled"
			}
		}()
	}
	outside.Work()
	mu.Lock()
	open = true
	cond.Signal() // one of them
	mu.Unlock()
	wg.Wait() // want "wait-never-done"
}
