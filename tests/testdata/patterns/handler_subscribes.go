package patterns

import (
	"sync"

	"example.com/testdata/outside"
)

type emitter struct {
	mu       sync.RWMutex
	handlers []func()
}

func (e *emitter) on(f func()) {
	e.mu.Lock() // want "lock-never-released"
	defer e.mu.Unlock()
	e.handlers = append(e.handlers, f)
}

func (e *emitter) emit() {
	e.mu.RLock()
	defer e.mu.RUnlock()
	for _, f := range e.handlers {
		f()
	}
}

// A handler that adds a handler needs the lock that emit holds.
func HandlerSubscribes() {
	e := new(emitter)
	e.on(func() {
		e.on(func() { outside.Work() })
	})
	e.emit()
}

type speaker struct {
	mu       sync.RWMutex
	handlers []func()
}

func (s *speaker) on(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handlers = append(s.handlers, f)
}

func (s *speaker) emit() {
	s.mu.RLock()
	handlers := append([]func(){}, s.handlers...)
	s.mu.RUnlock()
	for _, f := range handlers {
		f()
	}
}

func HandlerSubscribesRight() {
	s := new(speaker)
	s.on(func() {
		s.on(func() { outside.Work() })
	})
	s.emit()
}
