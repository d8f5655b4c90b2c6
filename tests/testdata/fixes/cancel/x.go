// Package cancel is about contexts that nobody cancels.
//
// oracle: none, what a context holds is memory of its parent
package cancel

import (
	"context"
	"time"

	"example.com/testdata/outside"
)

// Dropped has no name for the cancel function.
func Dropped() {
	ctx, _ := context.WithTimeout(context.Background(), time.Hour) // want "lost-cancel"
	outside.Use(ctx.Err())
}

// Sometimes cancels only when all went well.
func Sometimes() {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-ctx.Done() // want "abandoned-receiver"
	}()
	if outside.Coin() {
		return
	}
	cancel()
}

type conn struct {
	ctx    context.Context
	cancel context.CancelFunc
}

// Field keeps the cancel function in a value that nobody keeps.
func Field() {
	c := new(conn)
	c.ctx, c.cancel = context.WithCancel(context.Background())
	go func() {
		<-c.ctx.Done() // want "abandoned-receiver"
	}()
}

type streams struct {
	open map[string]context.CancelFunc
}

// run has a stream until its work is over.
func (s *streams) run(name string, work func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	s.open[name] = cancel
	if work(ctx) != nil {
		delete(s.open, name) // want "lost-cancel"
	}
}

func (s *streams) closeAll() {
	for _, cancel := range s.open {
		cancel()
	}
}

// begin hands out a cancel function under a type of its own.
func begin(parent context.Context) (context.Context, func(error)) {
	ctx, cancel := context.WithCancelCause(parent)
	return ctx, cancel
}

// Ended is told why, but not on every path.
func Ended(parent context.Context, work func(context.Context) error) error {
	ctx, end := begin(parent) // want "lost-cancel"
	if err := work(ctx); err != nil {
		return err
	}
	end(nil)
	return nil
}
