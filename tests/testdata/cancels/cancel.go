package cancels

import (
	"context"
	"errors"
	"sync"
	"time"
)

// oracle: none, what a context holds is memory of its parent

func Dropped(ctx context.Context, work func(context.Context) error) error {
	ctx, _ = context.WithTimeout(ctx, time.Hour) // want "lost-cancel"
	return work(ctx)
}

func Deferred(ctx context.Context, work func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, time.Hour)
	defer cancel()
	return work(ctx)
}

func NotOnEachWay(ctx context.Context, work func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx) // want "lost-cancel"
	if err := work(ctx); err != nil {
		return err
	}
	cancel()
	return nil
}

func OnEachWay(ctx context.Context, work func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	if err := work(ctx); err != nil {
		cancel()
		return err
	}
	cancel()
	return nil
}

func OnlyLookedAt(ctx context.Context, work func(context.Context)) {
	ctx, cancel := context.WithCancelCause(ctx) // want "lost-cancel"
	if cancel != nil {
		work(ctx)
	}
}

func Overwritten(ctx context.Context, work func(context.Context)) {
	one, cancel := context.WithCancel(ctx) // want "lost-cancel"
	work(one)
	two, cancel := context.WithCancel(ctx)
	defer cancel()
	work(two)
}

func EachRound(ctx context.Context, jobs []func(context.Context) error) {
	for _, job := range jobs {
		sub, cancel := context.WithTimeout(ctx, time.Minute) // want "lost-cancel"
		if job(sub) != nil {
			continue
		}
		cancel()
	}
}

func Returned(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	return ctx, cancel
}

func ReturnedInLiteral(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	return ctx, func() { cancel() }
}

func FromHelper(ctx context.Context, work func(context.Context) error) error {
	ctx, cancel := Returned(ctx) // want "lost-cancel"
	if err := work(ctx); err != nil {
		return err
	}
	cancel()
	return nil
}

type service struct {
	cancel context.CancelFunc
	lost   context.CancelFunc
}

func (s *service) Start(ctx context.Context, run func(context.Context)) {
	ctx, s.cancel = context.WithCancel(ctx)
	go run(ctx)
}

func (s *service) Stop() {
	s.cancel()
}

func (s *service) StartLost(ctx context.Context, run func(context.Context)) {
	ctx, s.lost = context.WithCancel(ctx) // want "lost-cancel"
	go run(ctx)
}

// The goroutine cancels when it is told to, and it ends with the context.
func Joined(ctx context.Context, stop <-chan struct{}) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx
}

// It ends without.
func JoinedWrong(ctx context.Context, stop <-chan struct{}, work func() error) context.Context {
	ctx, cancel := context.WithCancel(ctx) // want "lost-cancel"
	go func() {
		if work() != nil {
			return
		}
		<-stop
		cancel()
	}()
	return ctx
}

func Correlated(ctx context.Context, limit time.Duration, work func(context.Context) error) error {
	var cancel context.CancelFunc
	if limit > 0 {
		ctx, cancel = context.WithTimeout(ctx, limit)
	}
	err := work(ctx)
	if cancel != nil {
		cancel()
	}
	return err
}

func AfterPanic(ctx context.Context, work func(context.Context) bool) {
	ctx, cancel := context.WithCancel(ctx)
	if !work(ctx) {
		panic(errors.New("no work"))
	}
	cancel()
}

func call(cancel func()) {
	cancel()
}

func look(cancel func()) bool {
	return cancel != nil
}

func InHelper(ctx context.Context, work func(context.Context)) {
	ctx, cancel := context.WithCancel(ctx)
	defer call(cancel)
	work(ctx)
}

func InHelperWrong(ctx context.Context, work func(context.Context)) {
	ctx, cancel := context.WithCancel(ctx) // want "lost-cancel"
	defer look(cancel)
	work(ctx)
}

func ByTimer(ctx context.Context, work func(context.Context)) {
	ctx, cancel := context.WithCancel(ctx)
	time.AfterFunc(time.Second, cancel)
	work(ctx)
}

func InSwitch(ctx context.Context, kind int, work func(context.Context)) {
	ctx, cancel := context.WithCancel(ctx) // want "lost-cancel"
	switch kind {
	case 0:
		work(ctx)
		cancel()
	case 1:
		work(ctx)
	default:
		cancel()
	}
}

type running struct {
	mu      sync.Mutex
	cancels map[string]context.CancelFunc
}

func (r *running) find(id string) (cancel context.CancelFunc, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	cancel, ok = r.cancels[id]
	return cancel, ok
}

func (r *running) begin(id string) (cancel context.CancelFunc, ok bool) {
	_, cancel = context.WithCancel(context.Background())
	return cancel, id != ""
}

// Found cancels what somebody else made, and has to.
func Found(r *running, ids []string) {
	for _, id := range ids {
		cancel, ok := r.find(id)
		if ok {
			cancel()
		}
	}
}

func Begun(r *running, ids []string) {
	for _, id := range ids {
		cancel, ok := r.begin(id) // want "lost-cancel"
		if ok {
			cancel()
		}
	}
}
