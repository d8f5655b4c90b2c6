package locks

import (
	"sync"

	"example.com/testdata/outside"
)

type order struct {
	gate *sync.Mutex
	done chan bool
}

// The order comes back with its gate shut: whoever gets it opens the gate.
func placeOrder() order {
	o := order{gate: new(sync.Mutex), done: make(chan bool, 1)}
	o.gate.Lock()
	go func() {
		o.gate.Lock()
		outside.Work()
		o.gate.Unlock()
		o.done <- true
	}()
	return o
}

func OrdersRight() {
	o := placeOrder()
	o.gate.Unlock()
	<-o.done
}

type shop struct {
	mu   sync.Mutex
	sold int
}

// The lock is the shop's own, and nobody opens it.
func openShop() *shop {
	s := &shop{}
	s.mu.Lock()
	go func() {
		s.mu.Lock() // want "lock-never-released"
		s.sold++
		s.mu.Unlock()
	}()
	return s
}

func ShopNeverOpened() {
	openShop()
}
