package kernels

import (
	"context"
	"sync"
	"time"

	"example.com/testdata/outside"
)

type event struct{ kind, object string }

type watcher interface {
	Stop()
	ResultChan() <-chan event
}

type streamWatcher struct {
	mu      sync.Mutex
	source  <-chan event
	result  chan event
	stopped bool
	done    chan struct{}
}

func newStreamWatcher(source <-chan event) *streamWatcher {
	w := &streamWatcher{source: source, result: make(chan event), done: make(chan struct{})}
	go w.receive()
	return w
}

func (w *streamWatcher) ResultChan() <-chan event { return w.result }

func (w *streamWatcher) Stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.stopped {
		w.stopped = true
		close(w.done)
	}
}

func (w *streamWatcher) receive() {
	defer close(w.result)
	for e := range w.source {
		select {
		case w.result <- e:
		case <-w.done:
			return
		}
	}
}

func events(n int) <-chan event {
	out := make(chan event, n)
	for range n {
		out <- event{"ADDED", "pod"}
	}
	close(out)
	return out
}

// Whoever stops reading stops the watcher.
func StreamWatcher() {
	var w watcher = newStreamWatcher(events(3))
	defer w.Stop()
	e := <-w.ResultChan()
	outside.Use(e)
}

type plainWatcher struct {
	source <-chan event
	result chan event
	done   chan struct{}
}

func newPlainWatcher(source <-chan event) *plainWatcher {
	w := &plainWatcher{source: source, result: make(chan event), done: make(chan struct{})}
	go w.receive()
	return w
}

func (w *plainWatcher) Stop() { close(w.done) }

func (w *plainWatcher) receive() {
	defer close(w.result)
	for e := range w.source {
		if w.stopping() {
			return
		}
		w.result <- e // want "abandoned-sender"
	}
}

func (w *plainWatcher) stopping() bool {
	select {
	case <-w.done:
		return true
	default:
		return false
	}
}

// The send does not watch done: stop comes between the question and the send.
func PlainWatcher() {
	w := newPlainWatcher(events(3))
	outside.Use(<-w.result)
	w.Stop()
}

// finishRequest of an API server: the result has a place, so that a late one is put down.
func FinishRequest() {
	_, _ = finishRequest(time.Microsecond, func() (string, error) {
		time.Sleep(time.Duration(outside.Work()) * time.Microsecond)
		return "made", outside.Err()
	})
}

func finishRequest(timeout time.Duration, fn func() (string, error)) (string, error) {
	ch, errCh := make(chan string, 1), make(chan error, 1)
	go func() {
		if result, err := fn(); err != nil {
			errCh <- err
		} else {
			ch <- result
		}
	}()
	select {
	case result := <-ch:
		return result, nil
	case err := <-errCh:
		return "", err
	case <-time.After(timeout):
		return "", context.DeadlineExceeded
	}
}

func FinishRequestLate() {
	_, _ = finishLate(time.Millisecond, func() (string, error) {
		time.Sleep(time.Duration(outside.Work()) * 2 * time.Millisecond)
		return "made", outside.Err()
	})
}

func finishLate(timeout time.Duration, fn func() (string, error)) (string, error) {
	ch := make(chan string)
	errCh := make(chan error)
	go func() {
		if result, err := fn(); err != nil {
			errCh <- err // want "abandoned-sender"
		} else {
			ch <- result // want "abandoned-sender"
		}
	}()
	select {
	case result := <-ch:
		return result, nil
	case err := <-errCh:
		return "", err
	case <-time.After(timeout):
		return "", context.DeadlineExceeded
	}
}
