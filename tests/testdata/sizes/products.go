package sizes

import (
	"sync"

	"example.com/testdata/outside"
)

type load struct {
	connections, calls int
	names              []string
}

// Both factors are counted to.
func (l *load) Run() {
	var wg sync.WaitGroup
	wg.Add(l.connections * l.calls)
	for range l.connections {
		for range l.calls {
			go func() {
				defer wg.Done()
				outside.Work()
			}()
		}
	}
	wg.Wait()
}

// One for each of the two lists.
func (l *load) Join(others []string) {
	results := make(chan int, len(l.names)+len(others))
	for range l.names {
		go func() { results <- outside.Work() }()
	}
	for range others {
		go func() { results <- outside.Work() }()
	}
}

// One too few for each connection.
func (l *load) RunShort() {
	var wg sync.WaitGroup
	wg.Add(l.connections * l.calls)
	for range l.connections {
		for range l.calls - 1 {
			go func() {
				defer wg.Done()
				outside.Work()
			}()
		}
	}
	wg.Wait() // want "wait-never-done"
}

func ProductRight() {
	l := &load{connections: 2, calls: 3, names: []string{"a"}}
	l.Run()
	l.Join([]string{"b", "c"})
}

func Product() {
	l := &load{connections: 2, calls: 3}
	l.RunShort()
}
