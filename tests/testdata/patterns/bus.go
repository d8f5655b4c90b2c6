package patterns

import (
	"sync"

	"example.com/testdata/outside"
)

type bus struct {
	mu   sync.RWMutex
	subs []chan int
}

func (b *bus) subscribe() chan int {
	b.mu.Lock() // want "lock-never-released"
	defer b.mu.Unlock()
	ch := make(chan int)
	b.subs = append(b.subs, ch)
	return ch
}

// Sends under the lock: one subscriber that went away stops everybody.
func (b *bus) publish(v int) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, ch := range b.subs {
		ch <- v * 2 // want "abandoned-sender"
	}
}

func BusSubscriberGone() {
	b := new(bus)
	ch := b.subscribe()
	go func() {
		b.publish(1)
		b.publish(2)
	}()
	<-ch
	if outside.Coin() {
		<-ch
	}
	b.subscribe()
}

type board struct {
	mu   sync.RWMutex
	subs []chan int
}

func (b *board) subscribe() chan int {
	b.mu.Lock()
	defer b.mu.Unlock()
	ch := make(chan int, 1)
	b.subs = append(b.subs, ch)
	return ch
}

func (b *board) publish(v int) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, ch := range b.subs {
		select {
		case ch <- v * 2:
		default:
		}
	}
}

func BoardSubscriberGone() {
	b := new(board)
	ch := b.subscribe()
	go func() {
		b.publish(1)
		b.publish(2)
	}()
	<-ch
	b.subscribe()
}
