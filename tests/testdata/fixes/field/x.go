// Package field is about types whose goroutines need a channel that says that the other side is gone.
package field

import (
	"context"
	"sync"
	"time"

	"example.com/testdata/outside"
)

type agent struct {
	statuses chan int
	epoch    int
}

// Run takes statuses until the context ends.
func (a *agent) run(ctx context.Context) {
	for {
		select {
		case status := <-a.statuses:
			outside.Use(status)
		case <-ctx.Done():
			return
		}
	}
}

func (a *agent) restart() {
	a.epoch++
	go a.wait(a.epoch)
}

func (a *agent) wait(epoch int) {
	outside.Work()
	a.statuses <- epoch // want "abandoned-sender"
}

// Restarted ends its agent while the last status is on its way.
func Restarted() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	a := &agent{statuses: make(chan int)}
	go a.run(ctx)
	a.restart()
	a.restart()
}

type watcher struct {
	input  chan int
	result chan string
}

func (w *watcher) process() {
	for range w.input {
		for outside.Coin() {
			w.result <- "result" // want "abandoned-sender"
		}
	}
}

func (w *watcher) end() {
	close(w.input)
}

// Watched takes no result.
func Watched() {
	w := &watcher{
		input:  make(chan int),
		result: make(chan string), // one at a time
	}
	go w.process()
	w.input <- 1
	w.end()
}

type hub struct {
	mu      sync.Mutex
	readers map[int]*reader
}

type reader struct {
	hub    *hub
	number int
	values chan int
}

// leave ends the reader; the hub holds its lock while it waits for one.
func (r *reader) leave() {
	r.hub.remove(r.number)
}

func (h *hub) remove(number int) {
	h.mu.Lock() // want "lock-never-released"
	defer h.mu.Unlock()
	if r, ok := h.readers[number]; ok {
		delete(h.readers, number)
		close(r.values)
	}
}

func (h *hub) tell(value int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.readers {
		r.values <- value // want "abandoned-sender"
	}
}

// Told is a reader that leaves while it is told something.
func Told() {
	h := &hub{readers: map[int]*reader{}}
	r := &reader{hub: h, number: 1, values: make(chan int)}
	h.readers[r.number] = r
	go h.tell(outside.Work())
	outside.Work()
	r.leave()
}

type checker struct {
	ticker *time.Ticker
	failed int
}

func (c *checker) start() {
	c.ticker = time.NewTicker(time.Millisecond)
	go func() {
		for range c.ticker.C { // want "stopped-timer-wait"
			if outside.Err() != nil {
				c.failed++
			}
		}
	}()
}

// stop ends the ticks, and not who waits for them.
func (c *checker) stop() {
	c.ticker.Stop()
}

// Checked checks for a while.
func Checked() {
	c := &checker{}
	c.start()
	outside.Work()
	c.stop()
}

type log struct {
	lines chan string
}

func (l *log) write() {
	for line := range l.lines {
		if outside.Coin() {
			return
		}
		outside.Use(line)
	}
}

func (l *log) line(text string) error {
	l.lines <- text // want "abandoned-sender"
	return nil
}

// Logged writes to a log that may be over.
func Logged() {
	l := &log{lines: make(chan string)}
	go l.write()
	defer close(l.lines)
	for _, text := range []string{"one", "two", "three"} {
		outside.Use(l.line(text))
	}
}
