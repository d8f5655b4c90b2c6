// oracle: none, the notes are about sizes that no caller gives
package sizes

import (
	"sync"

	"example.com/testdata/outside"
)

type shards struct {
	needed  int
	readers []int
	known   map[int]bool
}

// It has as many readers as are needed, and more: the type knows, this method does not say.
func (s *shards) read() {
	triggers := make(chan bool, len(s.readers))
	for range s.needed {
		triggers <- true // note "abandoned-sender"
	}
	close(triggers)
	for range triggers {
		outside.Work()
	}
}

// Each reader goes in once.
func (s *shards) scan() {
	todo := make(chan int, len(s.readers))
	for _, each := range s.readers {
		if !s.known[each] {
			todo <- each
		}
	}
	for _, each := range s.readers {
		if s.known[each] {
			todo <- each
		}
	}
	close(todo)
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		for each := range todo {
			outside.Use(each)
		}
	}()
	wg.Wait()
}

func FilledRight() {
	s := &shards{needed: 2, readers: []int{1, 2, 3}, known: map[int]bool{2: true}}
	s.read()
	s.scan()
}

// The trigger for a further read comes from the last one, and there is at least one.
func (s *shards) readOn() {
	triggers := make(chan bool, len(s.readers))
	for range s.needed {
		triggers <- true // note "abandoned-sender"
	}
	next := 0
	var wg sync.WaitGroup
	for again := range triggers { // note "never-closed"
		if next == len(s.readers) {
			break
		}
		if !again {
			break
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			triggers <- outside.Coin()
		}()
		next++
	}
	wg.Wait()
}

func ReadOnRight() {
	s := &shards{needed: 1, readers: []int{1, 2, 3, 4, 5, 6, 7, 8, 9}}
	s.readOn()
}
