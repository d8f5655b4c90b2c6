package locks

import (
	"runtime"
	"sync"
)

// Two locks taken in two orders. Gosched makes the meeting likely, it is not what makes it wrong.
func LockOrder() {
	var a, b sync.Mutex
	go func() {
		a.Lock()
		runtime.Gosched()
		b.Lock() // want "lock-never-released"
		b.Unlock()
		a.Unlock()
	}()
	go func() {
		b.Lock()
		runtime.Gosched()
		a.Lock() // want "lock-never-released"
		a.Unlock()
		b.Unlock()
	}()
}

func LockOrderSame() {
	var a, b sync.Mutex
	go func() {
		a.Lock()
		runtime.Gosched()
		b.Lock()
		b.Unlock()
		a.Unlock()
	}()
	go func() {
		a.Lock()
		runtime.Gosched()
		b.Lock()
		b.Unlock()
		a.Unlock()
	}()
}

type account struct {
	mu      sync.Mutex
	balance int
}

func transfer(from, to *account, amount int) {
	from.mu.Lock()
	defer from.mu.Unlock()
	runtime.Gosched()
	to.mu.Lock() // want "lock-never-released"
	defer to.mu.Unlock()
	from.balance -= amount
	to.balance += amount
}

// The same function both ways.
func LockOrderTransfer() {
	x, y := new(account), new(account)
	go transfer(x, y, 1)
	go transfer(y, x, 2)
}
