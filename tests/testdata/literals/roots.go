package literals

import (
	"context"
	"sync"
	"time"

	"example.com/testdata/outside"
)

// Function literals that leave the function they stand in: whoever gets them calls them later.

type command struct {
	name string
	run  func(args []string) error
}

var commands []*command

func register(c *command) { commands = append(commands, c) }

// In a field of what a function returns.
func fetchCommand(limit time.Duration) *command {
	return &command{
		name: "fetch",
		run: func(args []string) error {
			done := make(chan error)
			go func() {
				time.Sleep(2 * limit)
				done <- outside.Err() // want "abandoned-sender"
			}()
			select {
			case err := <-done:
				return err
			case <-time.After(limit):
				return nil
			}
		},
	}
}

func fetchCommandCured(limit time.Duration) *command {
	return &command{
		name: "fetch",
		run: func(args []string) error {
			done := make(chan error, 1)
			go func() {
				time.Sleep(2 * limit)
				done <- outside.Err()
			}()
			select {
			case err := <-done:
				return err
			case <-time.After(limit):
				return nil
			}
		},
	}
}

func CommandLiteral() {
	register(fetchCommand(time.Millisecond))
	register(fetchCommandCured(time.Millisecond))
	for _, each := range commands {
		outside.Use(each.run(nil))
	}
}

// Returned, with what it captures from around it.
func limited(ask func() int) func(ctx context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		answer := make(chan int)
		go func() {
			answer <- ask() // want "abandoned-sender"
		}()
		select {
		case n := <-answer:
			return n, nil
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

func LiteralReturned() {
	ask := limited(func() int {
		time.Sleep(time.Millisecond)
		return outside.Work()
	})
	for range 3 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Microsecond)
		n, err := ask(ctx)
		outside.Use(n)
		outside.Use(err)
		cancel()
	}
}

type hooks struct {
	mu     sync.Mutex
	counts map[string]int
	onStop func(name string) bool
}

// Stored in a field; returns with the lock held where there is nothing to count.
func (h *hooks) install() {
	h.onStop = func(name string) bool {
		h.mu.Lock() // want "lock-never-released"
		if h.counts[name] == 0 {
			return false
		}
		h.counts[name]--
		h.mu.Unlock()
		return true
	}
}

func LiteralStored() {
	h := &hooks{counts: map[string]int{"a": 1}}
	h.install()
	for range 3 {
		outside.Use(h.onStop("a"))
	}
}

// What it captures belongs to those around it: they receive, and count it down.
func collector(n int) (func(value int), func() int) {
	values := make(chan int)
	var group sync.WaitGroup
	group.Add(n)
	sum := 0
	done := make(chan struct{})
	go func() {
		for value := range values {
			sum += value
			group.Done()
		}
		close(done)
	}()
	add := func(value int) {
		started := make(chan struct{})
		go func() {
			close(started)
			values <- value
		}()
		<-started
	}
	return add, func() int {
		group.Wait()
		close(values)
		<-done
		return sum
	}
}

func CapturedRight() {
	add, total := collector(3)
	for range 3 {
		add(outside.Work())
	}
	outside.Use(total())
}

// Called here and nowhere else.
func CalledHere() {
	results := make(chan int)
	ask := func() {
		one := make(chan int)
		go func() { one <- outside.Work() }()
		results <- <-one
	}
	go ask()
	outside.Use(<-results)
}

// What package-level variables start with.
var probes = map[string]func() int{
	"slow": func() int {
		answer := make(chan int)
		go func() {
			time.Sleep(time.Millisecond)
			answer <- outside.Work() // want "abandoned-sender"
		}()
		select {
		case n := <-answer:
			return n
		default:
			return 0
		}
	},
	"cured": func() int {
		answer := make(chan int, 1)
		go func() { answer <- outside.Work() }()
		select {
		case n := <-answer:
			return n
		default:
			return 0
		}
	},
}

func LiteralsOfVariables() {
	outside.Use(probes["slow"]())
	outside.Use(probes["cured"]())
}
