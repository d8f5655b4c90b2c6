package contexts

import (
	"context"
	"time"
)

// A context type of the program's own ends when its channel is closed.
type generation struct{ done chan struct{} }

type lasting struct{ of *generation }

func (l lasting) Done() <-chan struct{}       { return l.of.done }
func (l lasting) Err() error                  { return context.Canceled }
func (l lasting) Deadline() (time.Time, bool) { return time.Time{}, false }
func (l lasting) Value(any) any               { return nil }

func (g *generation) start(work func(ctx context.Context)) { go work(lasting{g}) }

func OwnContext() {
	gen := generation{done: make(chan struct{})}
	close(gen.done)
	ended := make(chan int)
	gen.start(func(ctx context.Context) {
		<-ctx.Done()
		ended <- 1
	})
	<-ended
}

func BelowOwnContext() {
	gen := generation{done: make(chan struct{})}
	ended := make(chan int)
	gen.start(func(ctx context.Context) {
		below, cancel := context.WithCancel(ctx)
		defer cancel()
		<-below.Done()
		ended <- 1
	})
	close(gen.done)
	<-ended
}

func OwnContextTwice() {
	gen := generation{done: make(chan struct{})}
	close(gen.done)
	ended := make(chan int)
	for range 2 {
		gen.start(func(ctx context.Context) {
			<-ctx.Done()
			ended <- 1 // want "abandoned-sender"
		})
	}
	<-ended
}
