package kernels

import (
	"context"
	"sync"
	"time"

	"example.com/testdata/outside"
)

type rawConn struct {
	outbox    chan int
	closed    chan struct{}
	closeOnce sync.Once
	dispatch  chan error
	receiver  func(*rawConn)
	loopDone  chan struct{}
}

func newRawConn() *rawConn {
	return &rawConn{outbox: make(chan int), closed: make(chan struct{}), loopDone: make(chan struct{})}
}

func (c *rawConn) start() {
	go c.dispatcher()
	go c.writer()
}

func (c *rawConn) dispatcher() {
	defer close(c.loopDone)
	c.send(1)
	if outside.Coin() {
		c.internalClose(true)
	}
}

func (c *rawConn) writer() {
	for {
		select {
		case v := <-c.outbox:
			outside.Use(v)
		case <-c.closed:
			return
		}
	}
}

func (c *rawConn) send(v int) bool {
	select {
	case c.outbox <- v:
		return true
	case <-c.closed:
		return false
	}
}

// From the dispatcher itself the end of the dispatcher is not waited for.
func (c *rawConn) internalClose(inside bool) {
	c.closeOnce.Do(func() { close(c.closed) })
	if !inside {
		<-c.loopDone
	}
}

func RawConnection() {
	c := newRawConn()
	c.start()
	c.internalClose(false)
}

type selfConn struct {
	closed   chan struct{}
	once     sync.Once
	loopDone chan struct{}
}

func (c *selfConn) loop() {
	defer close(c.loopDone)
	if outside.Err() != nil {
		c.close()
	}
}

func (c *selfConn) close() {
	c.once.Do(func() {
		close(c.closed)
		<-c.loopDone // want "abandoned-receiver"
	})
}

// The loop closes the connection and waits for itself.
func SelfConnection() {
	c := &selfConn{closed: make(chan struct{}), loopDone: make(chan struct{})}
	go c.loop()
}

type mapping struct {
	mu        sync.RWMutex
	addresses map[string]int
	notify    func()
}

func (m *mapping) set(key string, v int) {
	m.mu.Lock()
	m.addresses[key] = v
	m.mu.Unlock()
	m.notify()
}

func (m *mapping) get(key string) int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.addresses[key]
}

// The listener reads what was changed; the change is over by then.
func Mapping() {
	m := &mapping{addresses: map[string]int{}}
	m.notify = func() { outside.Use(m.get("a")) }
	go m.set("a", 1)
	m.set("b", 2)
}

type lockedMapping struct {
	mu     sync.RWMutex
	notify func()
}

func (m *lockedMapping) clear() {
	m.mu.Lock()
	m.notify()
	m.mu.Unlock()
}

func (m *lockedMapping) get() {
	m.mu.RLock() // want "lock-never-released"
	defer m.mu.RUnlock()
}

func LockedMapping() {
	m := &lockedMapping{}
	m.notify = m.get
	go m.clear()
}

type breaker struct {
	pending chan struct{}
	active  chan struct{}
}

func (b *breaker) maybe(thunk func()) bool {
	select {
	case b.pending <- struct{}{}:
	default:
		return false
	}
	b.active <- struct{}{}
	defer func() {
		<-b.active
		<-b.pending
	}()
	thunk()
	return true
}

// Requests wait for a lock that the test gives back at the end.
func Breaker() {
	b := &breaker{pending: make(chan struct{}, 2), active: make(chan struct{}, 1)}
	var gate sync.Mutex
	gate.Lock()
	accepted := make(chan bool, 2)
	for range 2 {
		go func() {
			accepted <- b.maybe(func() {
				gate.Lock()
				defer gate.Unlock()
			})
		}()
	}
	gate.Unlock()
	<-accepted
	<-accepted
}

type agent struct {
	statusCh chan int
	stopped  chan struct{}
}

// The proxy tells its end to a channel that is read until all have ended.
func Agent() {
	a := &agent{statusCh: make(chan int)}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.run(ctx)
	}()
	a.runProxy(ctx)
	cancel()
	<-done
}

func (a *agent) runProxy(ctx context.Context) {
	go func() {
		outside.Work()
		select {
		case a.statusCh <- 1:
		case <-ctx.Done():
		}
	}()
}

func (a *agent) run(ctx context.Context) {
	for {
		select {
		case s := <-a.statusCh:
			outside.Use(s)
		case <-ctx.Done():
			return
		}
	}
}

type onceConn struct {
	closed   chan struct{}
	once     sync.Once
	loopDone chan struct{}
}

func (c *onceConn) loop() {
	defer close(c.loopDone)
	outside.Work()
	if outside.Coin() {
		c.close(true)
	}
}

func (c *onceConn) close(inside bool) {
	c.once.Do(func() { // want "lock-never-released"
		close(c.closed)
		if !inside {
			<-c.loopDone // want "abandoned-receiver"
		}
	})
}

// The loop waits for the one close, which waits for the loop.
func OnceConnection() {
	c := &onceConn{closed: make(chan struct{}), loopDone: make(chan struct{})}
	go c.loop()
	outside.Work()
	c.close(false)
}

// Two loops, one stop channel that is closed, not sent to.
func StopBoth() {
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			tick := time.NewTicker(time.Microsecond)
			defer tick.Stop()
			for {
				select {
				case <-tick.C:
				case <-stop:
					return
				}
			}
		})
	}
	outside.Work()
	close(stop)
	wg.Wait()
}

// A stop that is sent reaches one of them.
func StopOne() {
	stop := make(chan struct{})
	work := make(chan int)
	for range 2 {
		go func() {
			for {
				select { // want "abandoned-select"
				case v := <-work:
					outside.Use(v)
				case <-stop:
					return
				}
			}
		}()
	}
	work <- 1
	stop <- struct{}{}
}
