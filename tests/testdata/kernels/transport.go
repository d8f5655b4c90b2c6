package kernels

import (
	"context"
	"errors"
	"io"
	"sync"

	"example.com/testdata/outside"
)

type recvBuffer struct {
	c       chan int
	mu      sync.Mutex
	backlog []int
}

func (b *recvBuffer) put(v int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.backlog = append(b.backlog, v)
	select {
	case b.c <- b.backlog[0]:
		b.backlog = b.backlog[1:]
	default:
	}
}

func (b *recvBuffer) load() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.backlog) > 0 {
		select {
		case b.c <- b.backlog[0]:
			b.backlog = b.backlog[1:]
		default:
		}
	}
}

type rpcStream struct {
	buf  *recvBuffer
	done chan struct{}
	once sync.Once
}

func (s *rpcStream) read() (int, error) {
	select {
	case v := <-s.buf.c:
		s.buf.load()
		return v, nil
	case <-s.done:
		return 0, io.EOF
	}
}

func (s *rpcStream) close() { s.once.Do(func() { close(s.done) }) }

// The reader is woken by data or by the end of the stream.
func RPCStream() {
	s := &rpcStream{buf: &recvBuffer{c: make(chan int, 1)}, done: make(chan struct{})}
	go func() {
		for {
			if _, err := s.read(); err != nil {
				return
			}
		}
	}()
	s.buf.put(1)
	s.buf.put(2)
	s.close()
}

type clientConn struct {
	mu    sync.Mutex
	conns map[*addrConn]struct{}
	ctx   context.Context
	stop  context.CancelFunc
}

type addrConn struct {
	mu     sync.Mutex
	ctx    context.Context
	cancel context.CancelFunc
	cc     *clientConn
	closed bool
}

func dial() *clientConn {
	cc := &clientConn{conns: map[*addrConn]struct{}{}}
	cc.ctx, cc.stop = context.WithCancel(context.Background())
	return cc
}

func (cc *clientConn) connect() (*addrConn, error) {
	ac := &addrConn{cc: cc}
	ac.ctx, ac.cancel = context.WithCancel(cc.ctx)
	cc.mu.Lock()
	if cc.conns == nil {
		cc.mu.Unlock()
		ac.cancel()
		return nil, errors.New("closing")
	}
	cc.conns[ac] = struct{}{}
	cc.mu.Unlock()
	go ac.monitor()
	return ac, nil
}

func (ac *addrConn) monitor() {
	<-ac.ctx.Done()
	ac.tearDown()
}

func (ac *addrConn) tearDown() {
	ac.mu.Lock()
	defer ac.mu.Unlock()
	if ac.closed {
		return
	}
	ac.closed = true
	ac.cancel()
}

func (cc *clientConn) Close() {
	cc.stop()
	cc.mu.Lock()
	conns := cc.conns
	cc.conns = nil
	cc.mu.Unlock()
	for ac := range conns {
		ac.tearDown()
	}
}

func ClientConn() {
	cc := dial()
	defer cc.Close()
	if _, err := cc.connect(); err != nil {
		return
	}
}

type frailConn struct {
	mu     sync.Mutex
	conns  []*frailAddr
	closed bool
}

type frailAddr struct{ cc *frailConn }

// The lock of the connection is held while the address takes it again.
func (cc *frailConn) close() {
	cc.mu.Lock()
	defer cc.mu.Unlock()
	cc.closed = true
	for _, ac := range cc.conns {
		ac.tearDown()
	}
}

func (ac *frailAddr) tearDown() {
	ac.cc.mu.Lock() // want "lock-never-released"
	defer ac.cc.mu.Unlock()
	outside.Use(ac.cc.closed)
}

func FrailConn() {
	cc := &frailConn{}
	cc.conns = append(cc.conns, &frailAddr{cc})
	go cc.close()
}

type balancer struct {
	mu     sync.Mutex
	addrs  chan []string
	waitCh chan struct{}
	done   bool
}

func (b *balancer) get(ctx context.Context, blocking bool) error {
	b.mu.Lock()
	if b.done {
		b.mu.Unlock()
		return errors.New("closed")
	}
	if !blocking {
		b.mu.Unlock()
		return errors.New("no address")
	}
	if b.waitCh == nil {
		b.waitCh = make(chan struct{})
	}
	ch := b.waitCh
	b.mu.Unlock()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-ch:
		return nil
	}
}

func (b *balancer) up() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waitCh != nil {
		close(b.waitCh)
		b.waitCh = nil
	}
}

func (b *balancer) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.done {
		return
	}
	b.done = true
	if b.waitCh != nil {
		close(b.waitCh)
		b.waitCh = nil
	}
	close(b.addrs)
}

func Balancer() {
	b := &balancer{addrs: make(chan []string, 1)}
	go func() {
		for range b.addrs {
		}
	}()
	go func() { _ = b.get(context.Background(), true) }()
	go b.up()
	b.close()
}
