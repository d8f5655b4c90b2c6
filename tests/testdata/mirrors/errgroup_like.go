package mirrors

import (
	"context"
	"sync"
)

type group struct {
	wg     sync.WaitGroup
	once   sync.Once
	cancel context.CancelFunc
	err    error
}

func withContext(ctx context.Context) (*group, context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	return &group{cancel: cancel}, ctx
}

func (g *group) Go(f func() error) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		if err := f(); err != nil {
			g.once.Do(func() {
				g.err = err
				g.cancel()
			})
		}
	}()
}

func (g *group) Wait() error {
	g.wg.Wait() // want "wait-never-done"
	g.cancel()
	return g.err
}

// The group waits for all, all wait for a receiver that comes after the group: nobody moves.
func GroupFirst() {
	g, ctx := withContext(context.Background())
	out := make(chan string)
	for _, host := range hosts {
		g.Go(func() error {
			body, err := fetchContext(ctx, host)
			if err != nil {
				return err
			}
			out <- body // want "abandoned-sender"
			return nil
		})
	}
	if g.Wait() == nil {
		<-out
	}
}

// The receiver comes first, the group is waited for beside it.
func GroupBeside() {
	g, ctx := withContext(context.Background())
	out := make(chan string)
	for _, host := range hosts {
		g.Go(func() error {
			body, err := fetchContext(ctx, host)
			if err != nil {
				return err
			}
			select {
			case out <- body:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}
	go func() {
		_ = g.Wait()
		close(out)
	}()
	for range out {
	}
}
