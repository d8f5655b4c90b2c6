package receivers

import "example.com/testdata/outside"

type worker struct {
	in   chan int
	done chan struct{}
}

func newWorker() *worker {
	w := &worker{in: make(chan int), done: make(chan struct{})}
	go w.loop()
	return w
}

func (w *worker) loop() {
	defer close(w.done)
	for v := range w.in { // want "never-closed"
		outside.Use(v)
	}
}

func (w *worker) Stop() {
	close(w.in)
	<-w.done
}

// Stop is forgotten.
func WorkerNotStopped() {
	w := newWorker()
	w.in <- 1
	w.in <- 2
}

type helperWorker struct {
	in   chan int
	done chan struct{}
}

func newHelperWorker() *helperWorker {
	w := &helperWorker{in: make(chan int), done: make(chan struct{})}
	go w.loop()
	return w
}

func (w *helperWorker) loop() {
	defer close(w.done)
	for v := range w.in {
		outside.Use(v)
	}
}

func (w *helperWorker) Stop() {
	close(w.in)
	<-w.done
}

func WorkerStopped() {
	w := newHelperWorker()
	defer w.Stop()
	w.in <- 1
	w.in <- 2
}
