package callbacks

import (
	"sync"

	"example.com/testdata/outside"
)

type service struct {
	handle func(int)
	calls  int
}

type config struct {
	service *service
}

// The handler is run further down than calls are followed; what holds it gets there through three structs.
func DeepHandlerRight() {
	got := make(chan int, 1)
	c := &config{&service{handle: func(n int) { got <- n }}}
	level1(c)
	<-got
}

func level1(c *config) { level2(c) }

func level2(c *config) { level3(c) }

func level3(c *config) { level4(c) }

func level4(c *config) {
	c.service.calls++
	level5(c)
}

func level5(c *config) { c.service.handle(outside.Work()) }

// Nothing that is called down there has the channel.
func DeepHandler() {
	got := make(chan int, 1)
	c := &config{&service{handle: func(n int) { outside.Use(n) }}}
	level1(c)
	<-got // want "abandoned-receiver"
}

type steps struct {
	mu sync.Mutex
}

func (s *steps) down(n int) {
	if n == 0 {
		s.mu.Unlock()
		return
	}
	s.down(n - 1)
}

// A recursion that is followed some calls deep unlocks at its end.
func UnlockedBelowRight() {
	s := new(steps)
	s.mu.Lock()
	s.down(6)
	s.mu.Lock()
	s.mu.Unlock()
}

func (s *steps) downLocked(n int) {
	if n == 0 {
		return
	}
	s.downLocked(n - 1)
}

func UnlockedBelow() {
	s := new(steps)
	s.mu.Lock()
	s.downLocked(1)
	s.mu.Lock() // want "lock-never-released"
	s.mu.Unlock()
}
