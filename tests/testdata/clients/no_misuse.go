package clients

import (
	"sync"
	"time"

	"example.com/testdata/outside"
)

// Hub has a goroutine for each subscriber; who unsubscribes says whom it means.
type Hub struct {
	mu    sync.Mutex
	stops map[int]chan struct{}
}

func NewHub() *Hub { return &Hub{stops: map[int]chan struct{}{}} }

func (h *Hub) Subscribe(id int) {
	stop := make(chan struct{})
	h.mu.Lock()
	h.stops[id] = stop
	h.mu.Unlock()
	go func() {
		<-stop
		outside.Work()
	}()
}

func (h *Hub) Unsubscribe(id int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if stop, ok := h.stops[id]; ok {
		close(stop)
		delete(h.stops, id)
	}
}

func HubUsed() {
	h := NewHub()
	h.Subscribe(1)
	h.Unsubscribe(1)
}

// Shelf is filled by one client and emptied by another, and closes a channel of its own on the way.
type Shelf struct {
	items, taken, quit chan int
}

func NewShelf() *Shelf {
	s := &Shelf{}
	s.items, s.taken, s.quit = make(chan int), make(chan int), make(chan int)
	go func() {
		count := 0
		for {
			select {
			case <-s.taken:
				count++
			case <-s.quit:
				return
			}
		}
	}()
	return s
}

func (s *Shelf) Take() int {
	done := make(chan struct{})
	defer close(done)
	item := <-s.items
	select {
	case s.taken <- item:
	case <-s.quit:
	case <-time.After(time.Second):
	}
	return item
}

func (s *Shelf) Put(item int) {
	s.items <- item
}

func (s *Shelf) Close() { close(s.quit) }

func ShelfUsed() {
	s := NewShelf()
	go s.Put(1)
	outside.Use(s.Take())
	s.Close()
}
