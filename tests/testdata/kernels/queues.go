package kernels

import (
	"sync"

	"example.com/testdata/outside"
)

type deltaFIFO struct {
	lock   sync.RWMutex
	cond   sync.Cond
	items  map[string]int
	queue  []string
	closed bool
}

func newDeltaFIFO() *deltaFIFO {
	f := &deltaFIFO{items: map[string]int{}}
	f.cond.L = &f.lock
	return f
}

func (f *deltaFIFO) add(key string) {
	f.lock.Lock()
	defer f.lock.Unlock()
	if _, exists := f.items[key]; !exists {
		f.queue = append(f.queue, key)
	}
	f.items[key]++
	f.cond.Broadcast()
}

func (f *deltaFIFO) pop(process func(string)) bool {
	f.lock.Lock()
	defer f.lock.Unlock()
	for len(f.queue) == 0 {
		if f.closed {
			return false
		}
		f.cond.Wait()
	}
	key := f.queue[0]
	f.queue = f.queue[1:]
	delete(f.items, key)
	process(key)
	return true
}

func (f *deltaFIFO) close() {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.closed = true
	f.cond.Broadcast()
}

// Poppers end when the queue is closed.
func DeltaFIFO() {
	f := newDeltaFIFO()
	var wg sync.WaitGroup
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for f.pop(func(key string) { outside.Use(key) }) {
			}
		}()
	}
	f.add("a")
	f.add("b")
	f.close()
	wg.Wait()
}

type openFIFO struct {
	lock  sync.Mutex
	cond  *sync.Cond
	queue []string
}

func (f *openFIFO) pop() string {
	f.lock.Lock()
	defer f.lock.Unlock()
	for len(f.queue) == 0 {
		f.cond.Wait() // want "cond-never-signalled"
	}
	key := f.queue[0]
	f.queue = f.queue[1:]
	return key
}

// Adding does not wake anybody.
func OpenFIFO() {
	f := &openFIFO{}
	f.cond = sync.NewCond(&f.lock)
	go f.pop()
	f.lock.Lock()
	if outside.Coin() {
		f.queue = append(f.queue, "a")
	}
	f.lock.Unlock()
}

// A processor that calls back into the queue with its lock held.
func FIFOCallback() {
	f := newDeltaFIFO()
	f.add("a")
	go f.popAndLog()
}

func (f *deltaFIFO) popAndLog() {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.length()
}

func (f *deltaFIFO) length() int {
	f.lock.RLock() // want "lock-never-released"
	defer f.lock.RUnlock()
	return len(f.queue)
}

type workQueue struct {
	mu       sync.Mutex
	notEmpty chan struct{}
	items    []int
}

func (q *workQueue) put(v int) {
	q.mu.Lock()
	q.items = append(q.items, v)
	q.mu.Unlock()
	select {
	case q.notEmpty <- struct{}{}:
	default:
	}
}

func (q *workQueue) take(stop <-chan struct{}) (int, bool) {
	for {
		q.mu.Lock()
		if len(q.items) > 0 {
			v := q.items[0]
			q.items = q.items[1:]
			q.mu.Unlock()
			return v, true
		}
		q.mu.Unlock()
		select {
		case <-q.notEmpty:
		case <-stop:
			return 0, false
		}
	}
}

// One place for the news that there is something.
func WorkQueue() {
	q := &workQueue{notEmpty: make(chan struct{}, 1)}
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			if _, ok := q.take(stop); !ok {
				return
			}
		}
	}()
	q.put(1)
	q.put(2)
	close(stop)
	<-done
}
