package semaphore

import "context"

// A place in slots is one unit. Whoever wants several waits for them alone (turn), as the first in the queue does; who
// wants more than there are waits for ever, here with the places that it got.
type Weighted struct {
	slots chan struct{}
	turn  chan struct{}
}

func NewWeighted(n int64) *Weighted {
	return &Weighted{slots: make(chan struct{}, n), turn: make(chan struct{}, 1)}
}

func (s *Weighted) Acquire(ctx context.Context, n int64) error {
	if n == 1 {
		select {
		case s.slots <- struct{}{}:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	for i := int64(0); i < n; i++ {
		select {
		case s.slots <- struct{}{}:
		case <-ctx.Done():
			for ; i > 0; i-- {
				<-s.slots
			}
			<-s.turn
			return ctx.Err()
		}
	}
	<-s.turn
	return nil
}

func (s *Weighted) TryAcquire(n int64) bool {
	for i := int64(0); i < n; i++ {
		select {
		case s.slots <- struct{}{}:
		default:
			for ; i > 0; i-- {
				<-s.slots
			}
			return false
		}
	}
	return true
}

func (s *Weighted) Release(n int64) {
	for i := int64(0); i < n; i++ {
		select {
		case <-s.slots:
		default:
			panic("semaphore: released more than held")
		}
	}
}
