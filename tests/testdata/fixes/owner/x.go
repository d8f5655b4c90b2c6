// Package owner is about values that have a goroutine inside until they are closed.
package owner

import (
	"context"

	"example.com/testdata/outside"
)

type watch struct {
	ctx    context.Context
	cancel context.CancelFunc
}

func newWatch(parent context.Context) *watch {
	ctx, cancel := context.WithCancel(parent)
	w := &watch{ctx, cancel}
	go w.run()
	return w
}

func (w *watch) run() {
	<-w.ctx.Done() // want "abandoned-receiver"
	outside.Work()
}

// Stop ends it.
func (w *watch) Stop() {
	w.cancel()
}

// Forgotten makes one and never stops it.
func Forgotten() {
	w := newWatch(context.Background())
	outside.Use(w.ctx.Err())
}

type rows struct {
	cancel context.CancelFunc
}

func (r *rows) open(ctx context.Context) {
	ctx, r.cancel = context.WithCancel(ctx)
	go r.await(ctx)
}

func (r *rows) await(ctx context.Context) {
	<-ctx.Done() // want "abandoned-receiver"
	r.close(ctx.Err())
}

func (r *rows) close(err error) {
	r.cancel()
	outside.Use(err)
}

// WithError is closed with the error that there was, if any.
func WithError() {
	r := new(rows)
	r.open(context.Background())
}
