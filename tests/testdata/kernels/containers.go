package kernels

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"example.com/testdata/outside"
)

type container struct {
	sync.Mutex
	running  bool
	waitChan chan struct{}
	onExit   func(*container)
}

func (c *container) wait(timeout time.Duration) error {
	c.Lock()
	if !c.running {
		c.Unlock()
		return nil
	}
	waitChan := c.waitChan
	c.Unlock()
	select {
	case <-waitChan:
		return nil
	case <-time.After(timeout):
		return errors.New("timed out")
	}
}

func (c *container) exited() {
	c.Lock()
	c.running = false
	close(c.waitChan)
	c.waitChan = make(chan struct{})
	c.Unlock()
	if c.onExit != nil {
		c.onExit(c)
	}
}

// The callback runs when the lock is free.
func ContainerExits() {
	c := &container{running: true, waitChan: make(chan struct{})}
	c.onExit = func(c *container) {
		c.Lock()
		defer c.Unlock()
		outside.Use(c.running)
	}
	go c.exited()
	_ = c.wait(time.Millisecond)
}

type lockedContainer struct {
	mu     sync.Mutex
	onExit func()
}

func (c *lockedContainer) exited() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.onExit()
}

func ContainerExitsLocked() {
	c := &lockedContainer{}
	c.onExit = func() {
		c.mu.Lock() // want "lock-never-released"
		defer c.mu.Unlock()
	}
	go c.exited()
}

type devices struct {
	mu  sync.Mutex
	dev map[string]int
}

func (d *devices) remove(id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for try := range 3 {
		if outside.Err() == nil {
			delete(d.dev, id)
			return nil
		}
		d.mu.Unlock()
		outside.Work()
		d.mu.Lock()
		outside.Use(try)
	}
	return fmt.Errorf("%s is busy", id)
}

// Between tries the lock is given to others.
func Devices() {
	d := &devices{dev: map[string]int{"a": 1, "b": 2}}
	var wg sync.WaitGroup
	for _, id := range []string{"a", "b"} {
		wg.Add(1)
		go func(id string) {
			defer wg.Done()
			_ = d.remove(id)
		}(id)
	}
	wg.Wait()
}

// Attach: two copiers report to one channel with a place for each.
func Attach() {
	_ = attach(io.Discard, io.Discard)
}

func attach(stdout, stderr io.Writer) error {
	errs := make(chan error, 2)
	stream := func(name string, to io.Writer) {
		_, err := io.WriteString(to, name)
		errs <- err
	}
	go stream("out", stdout)
	go stream("err", stderr)
	for range 2 {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

// The loop has a place for one.
func AttachOne() {
	_ = attachOne(func() error { return outside.Err() })
}

func attachOne(copy func() error) error {
	errs := make(chan error, 1)
	for range 3 {
		go func() {
			errs <- copy() // want "abandoned-sender"
		}()
	}
	for range 3 {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

type plugins struct {
	sync.Mutex
	cond *sync.Cond
	done map[string]bool
}

func (p *plugins) load(name string) {
	outside.Work()
	p.Lock()
	p.done[name] = true
	p.cond.Broadcast()
	p.Unlock()
}

func (p *plugins) await(name string) {
	p.Lock()
	for !p.done[name] {
		p.cond.Wait()
	}
	p.Unlock()
}

// The flag is set with the lock held, and asked again after each wake.
func Plugins() {
	p := &plugins{done: map[string]bool{}}
	p.cond = sync.NewCond(p)
	go p.load("a")
	p.await("a")
}
