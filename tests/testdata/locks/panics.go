package locks

import (
	"sync"

	"example.com/testdata/outside"
)

type registry struct {
	mu sync.Mutex
}

func (r *registry) update() {
	defer func() { recover() }()
	r.mu.Lock() // want "lock-never-released"
	if outside.Coin() {
		panic("between Lock and Unlock")
	}
	r.mu.Unlock()
}

// A recovered panic jumps over the Unlock.
func PanicSkipsUnlock() {
	r := new(registry)
	for range 4 {
		r.update()
	}
}

type ledger struct {
	mu sync.Mutex
}

func (l *ledger) update() {
	defer func() { recover() }()
	l.mu.Lock()
	defer l.mu.Unlock()
	if outside.Coin() {
		panic("between Lock and Unlock")
	}
}

func PanicRunsUnlock() {
	l := new(ledger)
	for range 4 {
		l.update()
	}
}
