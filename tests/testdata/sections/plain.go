package sections

import (
	"sync"

	"example.com/testdata/outside"
)

// Box has a lock that everybody gets and one that is held while something blocks.
type Box struct {
	plain sync.Mutex
	slow  sync.Mutex
	count int
	open  bool
	done  chan bool
}

func (b *Box) add() {
	b.plain.Lock()
	defer b.plain.Unlock()
	b.count++
}

// One of two takes the flag: what the plain lock guards decides who closes.
func Guarded() {
	b := &Box{done: make(chan bool), open: true}
	finished := make(chan bool, 2)
	for range 2 {
		go func() {
			b.plain.Lock()
			if b.open {
				b.open = false
				close(b.done)
			}
			b.plain.Unlock()
			finished <- true
		}()
	}
	<-b.done
	<-finished
	<-finished
}

// Both may see the flag before either takes it: then nobody is there to receive a second time.
func Unguarded() {
	b := &Box{done: make(chan bool), open: true}
	for range 2 {
		go func() {
			b.plain.Lock()
			open := b.open
			b.plain.Unlock()
			outside.Work()
			if open {
				b.plain.Lock()
				b.open = false
				b.plain.Unlock()
				b.done <- true // want "abandoned-sender"
			}
		}()
	}
	<-b.done
}

// The slow lock is held by who waits for a send that needs the lock.
func HeldWhileWaiting() {
	b := &Box{done: make(chan bool)}
	go func() {
		b.add()
		b.slow.Lock() // want "lock-never-released"
		b.slow.Unlock()
		b.done <- true
	}()
	b.slow.Lock()
	outside.Work()
	<-b.done // want "abandoned-receiver"
	b.slow.Unlock()
}

func NotHeldWhileWaiting() {
	b := &Box{done: make(chan bool)}
	go func() {
		b.add()
		b.slow.Lock()
		b.slow.Unlock()
		b.done <- true
	}()
	b.slow.Lock()
	b.slow.Unlock()
	<-b.done
}

// A lock within the same lock, through a call.
func (b *Box) addTwo() {
	b.slow.Lock()
	defer b.slow.Unlock()
	b.addSlow()
}

func (b *Box) addSlow() {
	b.slow.Lock() // want "lock-never-released"
	b.count++
	b.slow.Unlock()
}

func Within() {
	new(Box).addTwo()
}
