package cancels

import (
	"context"
	"sync"
)

// oracle: none, what a context holds is memory of its parent

type registry struct {
	mu      sync.Mutex
	running map[string]func(error)
	unread  map[string]context.CancelFunc
	closed  map[string]context.CancelFunc
}

// open hands out a cancel function under a type of its own.
func open(ctx context.Context) (context.Context, func(error)) {
	sub, cancel := context.WithCancelCause(ctx)
	return sub, cancel
}

func (r *registry) Watch(ctx context.Context, id string, work func(context.Context)) {
	sub, cancel := open(context.Background())
	r.mu.Lock()
	r.running[id] = cancel
	r.mu.Unlock()
	go work(sub)
	go func() {
		<-ctx.Done()
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.running, id) // want "lost-cancel: cancel is deleted from the map running and not called"
	}()
}

func (r *registry) WatchAndCancel(ctx context.Context, id string, work func(context.Context)) {
	sub, cancel := open(context.Background())
	r.mu.Lock()
	r.running[id] = cancel
	r.mu.Unlock()
	go work(sub)
	go func() {
		<-ctx.Done()
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.running, id)
		cancel(context.Cause(ctx))
	}()
}

func (r *registry) Do(ctx context.Context, id string, work func(context.Context)) {
	sub, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r.running[id] = cancel
	defer delete(r.running, id)
	work(sub)
}

func (r *registry) DoInOrder(ctx context.Context, id string, work func(context.Context) bool) {
	sub, cancel := context.WithCancelCause(ctx)
	r.running[id] = cancel
	if !work(sub) {
		delete(r.running, id) // want "lost-cancel"
		return
	}
	delete(r.running, id)
	cancel(nil)
}

func (r *registry) CloseAll(err error) {
	for _, cancel := range r.running {
		cancel(err)
	}
}

func (r *registry) NobodyCalls(ctx context.Context, id string) context.Context {
	sub, cancel := context.WithCancel(ctx) // want "lost-cancel: cancel goes into the map unread, and no code of the package calls what that holds"
	r.unread[id] = cancel
	return sub
}

func (r *registry) Forget(id string) { delete(r.unread, id) }

func (r *registry) SomebodyCalls(ctx context.Context, id string) context.Context {
	sub, cancel := context.WithCancel(ctx)
	r.closed[id] = cancel
	return sub
}

func (r *registry) Close(id string) {
	if cancel, ok := r.closed[id]; ok {
		delete(r.closed, id)
		cancel()
	}
}

func FromHelperOfItsOwnType(ctx context.Context, work func(context.Context) error) error {
	sub, end := open(ctx) // want "lost-cancel"
	if err := work(sub); err != nil {
		return err
	}
	end(nil)
	return nil
}
