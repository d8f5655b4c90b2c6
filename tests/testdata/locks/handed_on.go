package locks

import "sync"

type hub struct {
	mu     sync.Mutex
	topics sync.Map
	keep   bool
	outs   map[string][]chan int
}

// The goroutine has the lock, and gives it back when it ends.
func (h *hub) subscribe(topic string) <-chan int {
	h.mu.Lock()
	out := make(chan int)
	if !h.keep {
		defer h.mu.Unlock()
		return out
	}
	go func() {
		defer h.mu.Unlock()
		h.outs[topic] = append(h.outs[topic], out)
	}()
	return out
}

// The goroutine gives back another lock.
func (h *hub) forget(topic string) bool {
	h.mu.Lock() // want "lock-never-released"
	if !h.keep {
		defer h.mu.Unlock()
		return false
	}
	delete(h.outs, topic)
	return h.outs[topic] == nil
}

func Subscribed() {
	h := &hub{keep: true, outs: map[string][]chan int{}}
	h.subscribe("a")
	h.subscribe("b")
}

func Forgotten() {
	h := &hub{keep: true, outs: map[string][]chan int{}}
	h.forget("a")
	h.forget("a")
}
