package correlated

import "sync"

// What a map that nobody writes says of a key it says again.
func AskInMap(keys []string, skipped map[string]bool) {
	answers := make(chan string)
	for _, key := range keys {
		if !skipped[key] {
			go func() { answers <- key }()
		}
	}
	for _, key := range keys {
		if skipped[key] {
			continue
		}
		<-answers
	}
}

func InMap() {
	AskInMap([]string{"one", "two", "three"}, map[string]bool{"two": true})
	AskInMap([]string{"one"}, nil)
}

func AskForOption(options map[string]string) {
	answer := make(chan int)
	if _, found := options["async"]; found {
		go func() { answer <- 1 }()
	}
	if _, found := options["async"]; found {
		<-answer
	}
}

func ForOption() {
	AskForOption(map[string]string{"async": "yes"})
	AskForOption(nil)
}

// Of another key it says something else.
func AskForTwo(options map[string]string) {
	answer := make(chan int)
	if options["async"] != "" {
		go func() {
			answer <- 1 // want "abandoned-sender"
		}()
	}
	if options["wait"] != "" {
		<-answer // want "abandoned-receiver"
	}
}

func ForTwo() {
	AskForTwo(map[string]string{"async": "yes"})
	AskForTwo(map[string]string{"wait": "yes"})
}

// So it does when an entry was written in between.
func AskWritten(options map[string]bool, name string, now bool) {
	answer := make(chan int)
	if options[name] {
		go func() {
			answer <- 1 // want "abandoned-sender"
		}()
	}
	options["async"] = now
	if options[name] {
		<-answer // want "abandoned-receiver"
	}
}

func WrittenInMap() {
	AskWritten(map[string]bool{"async": true}, "async", false)
	AskWritten(map[string]bool{}, "async", true)
}

type Table struct {
	mu    sync.RWMutex
	known map[string]int
}

// Where a lock was given back somebody else may have written it.
func (t *Table) Learn(name string) int {
	answer := make(chan int)
	t.mu.RLock()
	value, found := t.known[name]
	t.mu.RUnlock()
	if found {
		return value
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if value, found := t.known[name]; found {
		go func() {
			answer <- 1 // want "abandoned-sender"
		}()
		return value
	}
	t.known[name] = len(name)
	return len(name)
}

// Learned asks for a name until two ask at the same time; the first look of both finds nothing.
func Learned() {
	for range 2000 {
		table := &Table{known: map[string]int{}}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() { table.Learn("x") })
		}
		wg.Wait()
	}
}
