package sections

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Lazy makes a channel once, under a lock, and looks at it without.
type Lazy struct {
	mu sync.Mutex
	at atomic.Pointer[chan int]
}

func (l *Lazy) get() chan int {
	if p := l.at.Load(); p != nil {
		return *p
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.at.Load(); p != nil {
		return *p
	}
	c := make(chan int)
	l.at.Store(&c)
	return c
}

// It was not looked at again under the lock: two channels are made when both come there at once.
func (l *Lazy) careless() chan int {
	if p := l.at.Load(); p != nil {
		return *p
	}
	for range 100 {
		runtime.Gosched()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	c := make(chan int)
	l.at.Store(&c)
	return c
}

// Whatever others do while one of them is at an atomic operation: the lock keeps the second one out.
func CheckedTwice() {
	l := &Lazy{}
	go func() { l.get() <- 1 }()
	<-l.get()
}

func CheckedOnce() {
	l := &Lazy{}
	go func() {
		l.careless() <- 1 // want "abandoned-sender"
	}()
	<-l.careless() // want "abandoned-receiver"
}

// Spare takes a channel that is left over, or makes one.
type Spare struct {
	mu   sync.Mutex
	now  chan int
	left chan chan int
}

func (s *Spare) get() chan int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now == nil {
		select {
		case c := <-s.left:
			s.now = c
		default:
			s.now = make(chan int)
		}
	}
	return s.now
}

func (s *Spare) unlocked() chan int {
	if s.now == nil {
		select {
		case c := <-s.left:
			s.now = c
		default:
			for range 100 {
				runtime.Gosched()
			}
			s.now = make(chan int)
		}
	}
	return s.now
}

// The same for an operation on a channel that does not block.
func TakenOrMade() {
	s := &Spare{left: make(chan chan int, 1)}
	go func() { s.get() <- 1 }()
	<-s.get()
}

func TakenOrMadeUnlocked() {
	s := &Spare{left: make(chan chan int, 1)}
	go func() {
		s.unlocked() <- 1 // want "abandoned-sender"
	}()
	<-s.unlocked() // want "abandoned-receiver"
}

// Crew counts who is left and gives a place back.
type Crew struct {
	mu     sync.Mutex
	left   int
	places chan struct{}
	done   chan struct{}
}

func (c *Crew) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	left := c.left - 1
	select {
	case <-c.places:
	default:
	}
	c.left = left
	if left == 0 {
		close(c.done)
	}
}

func newCrew(left int) *Crew {
	return &Crew{left: left, places: make(chan struct{}, 2), done: make(chan struct{})}
}

// The last one of two closes.
func LastOneOut() {
	c := newCrew(2)
	go c.leave()
	go c.leave()
	<-c.done
}

// There is no third one.
func NobodyIsLast() {
	c := newCrew(3)
	go c.leave()
	go c.leave()
	<-c.done // want "abandoned-receiver"
}
