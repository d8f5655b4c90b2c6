package libraries

import (
	"container/list"
	"sync"
	"sync/atomic"
)

// turns runs functions one after the other. They stand in a list till then.
type turns struct {
	mu   sync.Mutex
	todo *list.List
	busy bool
	idle func()
	told atomic.Bool
}

func (t *turns) add(each func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.todo.PushBack(each)
	if !t.busy {
		t.busy = true
		go t.run()
	}
}

func (t *turns) next() func() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.todo.Len() == 0 {
		t.busy = false
		return nil
	}
	first := t.todo.Front()
	t.todo.Remove(first)
	each, _ := first.Value.(func())
	return each
}

func (t *turns) run() {
	for each := t.next(); each != nil; each = t.next() {
		each()
	}
	if t.told.Load() {
		return
	}
	t.told.Store(true)
	t.idle()
}

// flush waits till all functions have run that were added before.
func (t *turns) flush() {
	var wg sync.WaitGroup
	wg.Add(1)
	t.add(func() { wg.Done() })
	wg.Wait()
}

// unlisted adds nothing that ends the wait.
func (t *turns) unlisted() {
	var wg sync.WaitGroup
	wg.Add(1)
	t.add(func() {})
	wg.Wait() // want "wait-never-done"
}

func Flushed() {
	t := &turns{todo: list.New(), idle: func() {}}
	t.flush()
}

func Unlisted() {
	t := &turns{todo: list.New(), idle: func() {}}
	t.unlisted()
}

var handlers sync.Map

func handle(name string) {
	if found, ok := handlers.Load(name); ok {
		found.(func())()
	}
}

// Handled keeps a function in a map, where another one finds it.
func Handled() {
	done := make(chan bool)
	handlers.Store("x", func() { close(done) })
	handle("x")
	<-done
}

// Unhandled keeps one that ends nothing.
func Unhandled() {
	done := make(chan bool)
	handlers.Store("x", func() {})
	handle("x")
	<-done // want "abandoned-receiver"
}
