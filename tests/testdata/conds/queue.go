package conds

import "sync"

type queue struct {
	mu     sync.Mutex
	cond   *sync.Cond
	items  []int
	closed bool
}

func newQueue() *queue {
	q := new(queue)
	q.cond = sync.NewCond(&q.mu)
	return q
}

func (q *queue) put(v int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, v)
	q.cond.Signal()
}

func (q *queue) take() (int, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 && !q.closed {
		q.cond.Wait()
	}
	if len(q.items) == 0 {
		return 0, false
	}
	v := q.items[0]
	q.items = q.items[1:]
	return v, true
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.cond.Broadcast()
}

func QueueClosed() {
	q := newQueue()
	go func() {
		for {
			if _, ok := q.take(); !ok {
				return
			}
		}
	}()
	q.put(1)
	q.put(2)
	q.close()
}

type openQueue struct {
	mu    sync.Mutex
	cond  *sync.Cond
	items []int
}

func newOpenQueue() *openQueue {
	q := new(openQueue)
	q.cond = sync.NewCond(&q.mu)
	return q
}

func (q *openQueue) put(v int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, v)
	q.cond.Signal()
}

func (q *openQueue) take() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.cond.Wait() // want "cond-never-signalled"
	}
	v := q.items[0]
	q.items = q.items[1:]
	return v
}

// The taker loops for ever, the queue is dropped.
func QueueDropped() {
	q := newOpenQueue()
	go func() {
		for {
			q.take()
		}
	}()
	q.put(1)
	q.put(2)
}
