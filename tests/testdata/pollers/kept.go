// Loops that ask a variable which a function changes that code outside was given.
//
// oracle: parked, a poller is awake now and then, so the runtime never marks it
package pollers

import (
	"sync"
	"time"

	"example.com/testdata/outside"
)

// The function that code outside got runs on a goroutine of its own, sooner or later.
func AsksUntilCalledBack() {
	var mu sync.Mutex
	calls := 0
	outside.Late(func(number int) error {
		mu.Lock()
		defer mu.Unlock()
		calls += number
		return nil
	})
	go func() {
		for {
			mu.Lock()
			enough := calls > 0
			mu.Unlock()
			if enough {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
}

// The same for a list, asked by a function of its own.
func AsksForLengthUntilCalledBack() {
	var mu sync.Mutex
	var numbers []int
	count := func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(numbers)
	}
	outside.Late(func(number int) error {
		mu.Lock()
		defer mu.Unlock()
		numbers = append(numbers, number)
		return nil
	})
	go func() {
		for count() < 1 {
			time.Sleep(time.Millisecond)
		}
	}()
}

// What was given away counts something else.
func AsksForSomethingElse() {
	var mu sync.Mutex
	calls, answers := 0, 0
	outside.Late(func(number int) error {
		mu.Lock()
		defer mu.Unlock()
		calls += number + answers
		return nil
	})
	go func() {
		for {
			mu.Lock()
			enough := answers > 0
			mu.Unlock()
			if enough {
				return
			}
			time.Sleep(time.Millisecond) // want "abandoned-poller"
		}
	}()
}

// Nobody calls the function that would end the loop.
func KeepsTheEndForItself() {
	var mu sync.Mutex
	done := false
	end := func() {
		mu.Lock()
		defer mu.Unlock()
		done = true
	}
	if outside.Work() < 0 {
		end()
	}
	go func() {
		for {
			mu.Lock()
			ended := done
			mu.Unlock()
			if ended {
				return
			}
			time.Sleep(time.Millisecond) // want "abandoned-poller"
		}
	}()
}

// Whoever gets the function ends the loop.
func NewWatcher() (end func()) {
	var mu sync.Mutex
	done := false
	go func() {
		for {
			mu.Lock()
			ended := done
			mu.Unlock()
			if ended {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	return func() {
		mu.Lock()
		defer mu.Unlock()
		done = true
	}
}

// Nor does the function that gets it.
func GivesTheEndToNobody() {
	var mu sync.Mutex
	done := false
	once(func() {
		mu.Lock()
		defer mu.Unlock()
		done = true
	})
	go func() {
		for {
			mu.Lock()
			ended := done
			mu.Unlock()
			if ended {
				return
			}
			time.Sleep(time.Millisecond) // want "abandoned-poller"
		}
	}()
}

func once(end func()) {
	var group sync.WaitGroup
	group.Go(func() {
		if outside.Work() < 0 {
			end()
		}
	})
	group.Wait()
}

type events struct {
	onEnd func()
}

// The function stands in a struct that the caller gets.
func NewEvents() *events {
	var mu sync.Mutex
	var problem error
	end := func() {
		mu.Lock()
		defer mu.Unlock()
		problem = outside.Err()
	}
	made := &events{}
	made.onEnd = end
	go func() {
		for {
			mu.Lock()
			ended := problem != nil
			mu.Unlock()
			if ended {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	return made
}

// In a literal of the struct.
func NewEventsAtOnce() *events {
	var mu sync.Mutex
	done := false
	go func() {
		for {
			mu.Lock()
			ended := done
			mu.Unlock()
			if ended {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	return &events{onEnd: func() {
		mu.Lock()
		defer mu.Unlock()
		done = true
	}}
}

// In a list.
func NewSteps() []func() {
	var mu sync.Mutex
	done := false
	go func() {
		for {
			mu.Lock()
			ended := done
			mu.Unlock()
			if ended {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	return []func(){func() {
		mu.Lock()
		defer mu.Unlock()
		done = true
	}}
}

// In a map, and what is written is written by a function that this one makes.
func NewCommands() map[string]func() {
	var mu sync.Mutex
	done := false
	go func() {
		for {
			mu.Lock()
			ended := done
			mu.Unlock()
			if ended {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	commands := map[string]func(){}
	commands["end"] = func() {
		func() {
			mu.Lock()
			defer mu.Unlock()
			done = true
		}()
	}
	return commands
}

// On a channel; a field of the variable is written.
func NewEnds(ends chan<- func()) {
	var state struct {
		sync.Mutex
		done bool
	}
	ends <- func() {
		state.Lock()
		defer state.Unlock()
		state.done = true
	}
	go func() {
		for {
			state.Lock()
			ended := state.done
			state.Unlock()
			if ended {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
}
