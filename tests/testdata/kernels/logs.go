package kernels

import (
	"errors"
	"sync"
	"time"

	"example.com/testdata/outside"
)

type logger struct {
	mu   sync.Mutex
	file *string
}

func (l *logger) output(s string) {
	l.mu.Lock()
	if l.file == nil {
		if err := l.create(); err != nil {
			l.mu.Unlock()
			l.exit(err)
			return
		}
	}
	l.mu.Unlock()
}

func (l *logger) create() error {
	if outside.Coin() {
		return errors.New("no space")
	}
	l.file = new(string)
	return nil
}

func (l *logger) exit(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	outside.Use(err)
}

func Logger() {
	l := &logger{}
	go l.output("a")
	l.output("b")
}

type readerLog struct {
	lines  chan string
	err    chan error
	notify chan struct{}
	once   sync.Once
}

func newReaderLog() *readerLog {
	return &readerLog{lines: make(chan string), err: make(chan error, 1), notify: make(chan struct{})}
}

func (r *readerLog) close() { r.once.Do(func() { close(r.notify) }) }

// follow waits for changes with a timer that it stops.
func (r *readerLog) follow(changed <-chan struct{}) {
	defer close(r.lines)
	for {
		timer := time.NewTimer(time.Millisecond)
		select {
		case _, ok := <-changed:
			timer.Stop()
			if !ok {
				return
			}
			select {
			case r.lines <- "line":
			case <-r.notify:
				return
			}
		case <-timer.C:
			select {
			case r.err <- errors.New("late"):
			default:
			}
			return
		case <-r.notify:
			timer.Stop()
			return
		}
	}
}

func FollowLog() {
	changed := make(chan struct{}, 2)
	changed <- struct{}{}
	changed <- struct{}{}
	r := newReaderLog()
	go r.follow(changed)
	for line := range r.lines {
		outside.Use(line)
		r.close()
	}
}

// The writer of a log is closed twice by two who do not know of each other.
type copier struct {
	src    <-chan string
	closed chan struct{}
	once   sync.Once
	wg     sync.WaitGroup
}

func (c *copier) run() {
	c.wg.Add(1)
	go func() {
		defer c.wg.Done()
		for {
			select {
			case <-c.closed:
				return
			case line, ok := <-c.src:
				if !ok {
					return
				}
				outside.Use(line)
			}
		}
	}()
}

func (c *copier) close() {
	c.once.Do(func() { close(c.closed) })
	c.wg.Wait()
}

func Copier() {
	src := make(chan string, 1)
	src <- "a"
	c := &copier{src: src, closed: make(chan struct{})}
	c.run()
	go c.close()
	c.close()
}
