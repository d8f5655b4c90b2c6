package singleflight

import "unstuck/machine"

type Result struct {
	Val    any
	Err    error
	Shared bool
}

// Looking up and deleting a call happens under a lock of the package's own: one step here.
type call struct {
	done  chan struct{}
	val   any
	err   error
	dups  int
	chans []chan<- Result
}

type Group struct {
	m map[string]*call
}

func (g *Group) Do(key string, fn func() (any, error)) (v any, err error, shared bool) {
	machine.Yield()
	if g.m == nil {
		g.m = map[string]*call{}
	}
	if c, ok := g.m[key]; ok {
		c.dups++
		<-c.done
		return c.val, c.err, true
	}
	c := &call{done: make(chan struct{})}
	g.m[key] = c
	g.doCall(c, key, fn)
	return c.val, c.err, c.dups > 0
}

func (g *Group) DoChan(key string, fn func() (any, error)) <-chan Result {
	ch := make(chan Result, 1)
	machine.Yield()
	if g.m == nil {
		g.m = map[string]*call{}
	}
	if c, ok := g.m[key]; ok {
		c.dups++
		c.chans = append(c.chans, ch)
		return ch
	}
	c := &call{done: make(chan struct{}), chans: []chan<- Result{ch}}
	g.m[key] = c
	go g.doCall(c, key, fn)
	return ch
}

func (g *Group) doCall(c *call, key string, fn func() (any, error)) {
	defer func() {
		machine.Yield()
		close(c.done)
		if g.m[key] == c {
			delete(g.m, key)
		}
		for _, ch := range c.chans {
			ch <- Result{c.val, c.err, c.dups > 0}
		}
	}()
	c.val, c.err = fn()
}

func (g *Group) Forget(key string) {
	machine.Yield()
	delete(g.m, key)
}
