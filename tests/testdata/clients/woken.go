package clients

import (
	"sync"
	"sync/atomic"
	"time"
)

// Queue says that it is closed, and wakes nobody.
type Queue struct {
	mu     sync.Mutex
	some   *sync.Cond
	items  []int
	closed bool
}

func NewQueue() *Queue {
	q := &Queue{}
	q.some = sync.NewCond(&q.mu)
	return q
}

func (q *Queue) Push(item int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, item)
	q.some.Signal()
}

func (q *Queue) Pop() (int, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 && !q.closed {
		q.some.Wait() // want "cond-never-signalled"
	}
	if len(q.items) == 0 {
		return 0, false
	}
	item := q.items[0]
	q.items = q.items[1:]
	return item, true
}

func (q *Queue) Close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
}

func QueueCloses() {
	q := NewQueue()
	go q.Pop()
	time.Sleep(time.Millisecond)
	q.Close()
}

// Stack wakes who waits.
type Stack struct {
	mu     sync.Mutex
	some   *sync.Cond
	items  []int
	closed atomic.Bool
}

func NewStack() *Stack {
	s := &Stack{}
	s.some = sync.NewCond(&s.mu)
	return s
}

func (s *Stack) Push(item int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items = append(s.items, item)
	s.some.Signal()
}

func (s *Stack) Pop() (int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.items) == 0 && !s.closed.Load() {
		s.some.Wait()
	}
	if len(s.items) == 0 {
		return 0, false
	}
	last := len(s.items) - 1
	item := s.items[last]
	s.items = s.items[:last]
	return item, true
}

func (s *Stack) Close() {
	s.mu.Lock()
	s.closed.Store(true)
	s.some.Broadcast()
	s.mu.Unlock()
}

func StackCloses() {
	s := NewStack()
	go s.Pop()
	time.Sleep(time.Millisecond)
	s.Close()
}

// Mailbox marks itself closed with an atomic flag, and leaves who waits for a letter where he is.
type Mailbox struct {
	letters chan string
	closed  atomic.Bool
}

func NewMailbox() *Mailbox {
	return &Mailbox{letters: make(chan string)}
}

func (m *Mailbox) Put(letter string) bool {
	if m.closed.Load() {
		return false
	}
	select {
	case m.letters <- letter:
		return true
	default:
		return false
	}
}

func (m *Mailbox) Take() (string, bool) {
	if m.closed.Load() {
		return "", false
	}
	letter, ok := <-m.letters // want "abandoned-receiver"
	return letter, ok
}

func (m *Mailbox) Close() {
	m.closed.Store(true)
}

func MailboxCloses() {
	m := NewMailbox()
	go m.Take()
	time.Sleep(time.Millisecond)
	m.Close()
}
