package sizes

import (
	"sync"

	"example.com/testdata/outside"
)

type limited struct {
	sem chan struct{}
	wg  sync.WaitGroup
}

func (l *limited) Go(f func()) {
	l.sem <- struct{}{}
	l.wg.Add(1)
	go func() {
		defer func() {
			<-l.sem
			l.wg.Done()
		}()
		f()
	}()
}

// A limit that is not known lets at least one through.
func UseAll(limit int, names []string) {
	l := &limited{sem: make(chan struct{}, limit)}
	for _, name := range names {
		l.Go(func() { outside.Use(name) })
	}
	l.wg.Wait()
}

func LimitRight() {
	UseAll(2, []string{"a", "b", "c"})
}

const none = 0

func Limit() {
	sem := make(chan struct{}, none)
	for range 3 {
		sem <- struct{}{} // want "abandoned-sender"
		go func() {
			outside.Work()
			<-sem
		}()
	}
}
