package kernels

import (
	"context"
	"sync"
	"time"

	"example.com/testdata/outside"
)

type node struct {
	propc   chan int
	statusc chan chan int
	stop    chan struct{}
	done    chan struct{}
}

func startNode() *node {
	n := &node{
		propc: make(chan int), statusc: make(chan chan int),
		stop: make(chan struct{}), done: make(chan struct{}),
	}
	go n.run()
	return n
}

func (n *node) run() {
	for {
		select {
		case p := <-n.propc:
			outside.Use(p)
		case c := <-n.statusc:
			c <- 1
		case <-n.stop:
			close(n.done)
			return
		}
	}
}

func (n *node) Status() int {
	c := make(chan int)
	select {
	case n.statusc <- c:
		return <-c
	case <-n.done:
		return 0
	}
}

func (n *node) Stop() {
	select {
	case n.stop <- struct{}{}:
	case <-n.done:
		return
	}
	<-n.done
}

// Status after Stop is answered by done.
func RaftNode() {
	n := startNode()
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		outside.Use(n.Status())
	}()
	n.Stop()
	n.Stop()
	wg.Wait()
}

type frailNode struct {
	statusc chan chan int
	stop    chan struct{}
}

func (n *frailNode) run() {
	for {
		select {
		case c := <-n.statusc:
			c <- 1
		case <-n.stop:
			return
		}
	}
}

func (n *frailNode) status() int {
	c := make(chan int)
	n.statusc <- c // want "abandoned-sender"
	return <-c
}

// Status after stop has nobody to ask.
func FrailNode() {
	n := &frailNode{statusc: make(chan chan int), stop: make(chan struct{})}
	go n.run()
	go n.status()
	n.stop <- struct{}{}
}

type lessor struct {
	mu      sync.Mutex
	demotec chan struct{}
	expired chan []int
	stopC   chan struct{}
	doneC   chan struct{}
}

func newLessor() *lessor {
	l := &lessor{expired: make(chan []int, 16), stopC: make(chan struct{}), doneC: make(chan struct{})}
	go l.runLoop()
	return l
}

func (l *lessor) runLoop() {
	defer close(l.doneC)
	for {
		l.mu.Lock()
		expired := outside.Coin()
		l.mu.Unlock()
		if expired {
			select {
			case <-l.stopC:
				return
			case l.expired <- []int{1}:
			default:
			}
		}
		select {
		case <-time.After(time.Microsecond):
		case <-l.stopC:
			return
		}
	}
}

func (l *lessor) Stop() {
	close(l.stopC)
	<-l.doneC
}

func Lessor() {
	l := newLessor()
	l.Stop()
}

type simpleTokens struct {
	mu     sync.Mutex
	tokens map[string]time.Time
	stopc  chan chan struct{}
	delete func(string)
}

func (t *simpleTokens) run() {
	ticker := time.NewTicker(time.Microsecond)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			t.mu.Lock()
			for token := range t.tokens {
				t.delete(token)
				delete(t.tokens, token)
			}
			t.mu.Unlock()
		case done := <-t.stopc:
			close(done)
			return
		}
	}
}

func (t *simpleTokens) stop() {
	done := make(chan struct{})
	t.stopc <- done
	<-done
}

// Stop is called without the lock that the deleter wants.
func SimpleTokens() {
	t := &simpleTokens{tokens: map[string]time.Time{"a": {}}, stopc: make(chan chan struct{})}
	t.delete = func(token string) { outside.Use(token) }
	go t.run()
	t.mu.Lock()
	t.tokens["b"] = time.Time{}
	t.mu.Unlock()
	t.stop()
}

type lockedTokens struct {
	mu    sync.Mutex
	stopc chan struct{}
}

func (t *lockedTokens) run() {
	for {
		select {
		case <-time.After(time.Microsecond):
			t.mu.Lock() // want "lock-never-released"
			outside.Work()
			t.mu.Unlock()
		case <-t.stopc:
			return
		}
	}
}

func (t *lockedTokens) disable() {
	t.mu.Lock()
	defer t.mu.Unlock()
	outside.Work()
	t.stopc <- struct{}{} // want "abandoned-sender"
}

func LockedTokens() {
	t := &lockedTokens{stopc: make(chan struct{})}
	go t.run()
	time.Sleep(time.Microsecond)
	t.disable()
}

// A keep-alive loop of a client ends with its context, and so do those who wait for it.
type keeper struct {
	mu   sync.Mutex
	subs []chan int
	done chan struct{}
	ctx  context.Context
}

func (k *keeper) keepAlive(ctx context.Context) <-chan int {
	ch := make(chan int, 1)
	k.mu.Lock()
	select {
	case <-k.done:
		close(ch)
	default:
		k.subs = append(k.subs, ch)
	}
	k.mu.Unlock()
	return ch
}

func (k *keeper) loop() {
	defer func() {
		k.mu.Lock()
		close(k.done)
		for _, ch := range k.subs {
			close(ch)
		}
		k.mu.Unlock()
	}()
	for {
		select {
		case <-k.ctx.Done():
			return
		case <-time.After(time.Microsecond):
		}
		k.mu.Lock()
		for _, ch := range k.subs {
			select {
			case ch <- 1:
			default:
			}
		}
		k.mu.Unlock()
	}
}

func KeepAlive() {
	ctx, cancel := context.WithCancel(context.Background())
	k := &keeper{done: make(chan struct{}), ctx: ctx}
	go k.loop()
	ch := k.keepAlive(ctx)
	go func() {
		outside.Work()
		cancel()
	}()
	for range ch {
	}
}
