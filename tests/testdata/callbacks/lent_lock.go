package callbacks

import "sync"

type ledger struct {
	mu      sync.RWMutex
	entries int
}

type entry struct{ ledger *ledger }

// begin locks for whoever gets the entry.
func (l *ledger) begin() *entry {
	l.mu.RLock()
	return &entry{l}
}

func (e *entry) end() { e.ledger.mu.RUnlock() }

// Whoever calls the function that is registered ends what it returns.
func (l *ledger) open(register func(func() *entry)) {
	if register != nil {
		register(func() *entry { return l.begin() })
	}
	l.mu.Lock()
	l.entries++
	l.mu.Unlock()
}

func LentLockRight() {
	l := new(ledger)
	l.open(func(begin func() *entry) { begin().end() })
}

// What is called back gives nothing by which to unlock.
func (l *ledger) openHolding(register func(func() int)) {
	register(func() int {
		l.mu.RLock()
		return l.entries
	})
	l.mu.Lock() // want "lock-never-released"
	l.entries++
	l.mu.Unlock()
}

func LentLock() {
	l := new(ledger)
	l.openHolding(func(count func() int) { count() })
}
