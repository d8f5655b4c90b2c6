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

// doors keeps functions in a map, by name.
type doors struct {
	open  sync.Map
	after func()
}

func (d *doors) enter(name string) {
	if found, ok := d.open.Load(name); ok {
		found.(func())()
	}
	d.after()
}

// pass keeps a function that the goroutine finds there.
func (d *doors) pass(name string) {
	done := make(chan bool)
	d.open.Store(name, func() { close(done) })
	go d.enter(name)
	<-done
}

// stay keeps one that ends nothing.
func (d *doors) stay(name string) {
	done := make(chan bool)
	d.open.Store(name, func() {})
	go d.enter(name)
	<-done // want "abandoned-receiver"
}

func Passed() {
	d := &doors{after: func() {}}
	d.pass("x")
}

func Stayed() {
	d := &doors{after: func() {}}
	d.stay("x")
}
