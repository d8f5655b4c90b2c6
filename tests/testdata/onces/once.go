package onces

import (
	"sync"

	"example.com/testdata/outside"
)

// The function of a Once asks the same Once again.
func OnceAgain() {
	var once sync.Once
	var setup func()
	setup = func() {
		once.Do(setup) // want "lock-never-released"
	}
	once.Do(setup)
}

func OnceTwice() {
	var once sync.Once
	setup := func() { outside.Work() }
	once.Do(setup)
	once.Do(setup)
}

type switchboard struct {
	once sync.Once
	done chan struct{}
}

func (s *switchboard) Close() {
	s.once.Do(func() { close(s.done) })
}

// Closed twice without a panic.
func OnceClose() {
	s := &switchboard{done: make(chan struct{})}
	go func() {
		<-s.done
		s.Close()
	}()
	s.Close()
	s.Close()
}

// The first caller never comes back from Do; the second waits for it.
func OnceStuck() {
	var once sync.Once
	never := make(chan int)
	for range 2 {
		go func() {
			once.Do(func() { // want "lock-never-released"
				<-never // want "abandoned-receiver"
			})
		}()
	}
}

// The value is worked out once, by whoever comes first.
func OnceValue() {
	ch := make(chan int, 1)
	get := sync.OnceValue(func() int {
		ch <- 1
		return outside.Work()
	})
	for range 2 {
		go get()
	}
}
