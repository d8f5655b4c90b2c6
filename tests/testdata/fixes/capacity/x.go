// Package capacity is about senders that need room for values nobody takes.
package capacity

import "example.com/testdata/outside"

// FirstOfThree takes one answer of three.
func FirstOfThree() int {
	answers := make(chan int)
	for range 3 {
		go func() {
			answers <- outside.Work() // want "abandoned-sender"
		}()
	}
	return <-answers
}

// FirstOfAll takes one answer of as many as there are questions.
func FirstOfAll() int {
	questions := []int{1, 2, 3}
	answers := make(chan int) // one for each question
	for _, question := range questions {
		go func() {
			answers <- question + outside.Work() // want "abandoned-sender"
		}()
	}
	return <-answers
}

// PerhapsNone leaves when there is nothing to wait for.
func PerhapsNone() {
	result := make(chan error)
	go func() { result <- outside.Err() }() // want "abandoned-sender"
	if outside.Coin() {
		return
	}
	outside.Use(<-result)
}

// TooSmall has room for one, and needs room for two.
func TooSmall() int {
	answers := make(chan int, 1)
	go func() {
		answers <- outside.Work() // want "abandoned-sender"
	}()
	go func() {
		answers <- outside.Work() // want "abandoned-sender"
	}()
	go func() {
		answers <- outside.Work() // want "abandoned-sender"
	}()
	return <-answers
}

type watcher struct {
	results chan int
}

// Parameter has a capacity from outside, and first values as many as it likes.
func Parameter() {
	first := []int{1, 2}
	newWatcher(0, first)
}

func newWatcher(size int, first []int) *watcher {
	w := &watcher{results: make(chan int, size)}
	go w.run(first)
	return w
}

func (w *watcher) run(first []int) {
	for _, number := range first {
		w.send(number)
	}
}

func (w *watcher) send(number int) {
	w.results <- number // want "abandoned-sender"
}

// Batch stops at the first error of several.
func Batch() error {
	infos := []int{1, 2, 3}
	errs := make(chan error)
	go each(infos, errs)
	for range infos {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func each(infos []int, errs chan<- error) {
	for range infos {
		go func() {
			errs <- outside.Err() // want "abandoned-sender"
		}()
	}
}
