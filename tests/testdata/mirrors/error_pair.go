package mirrors

import (
	"context"
	"errors"
	"time"
)

type answer struct {
	body string
	err  error
}

// Errors are skipped, the first good answer is returned: the others have nobody.
func ErrorPair() {
	_, _ = firstGood(context.Background())
}

func firstGood(ctx context.Context) (string, error) {
	ch := make(chan answer)
	for i := range hosts {
		go ask(ctx, hosts[i], ch)
	}
	var errs []error
	for range hosts {
		a := <-ch
		if a.err == nil {
			return a.body, nil
		}
		errs = append(errs, a.err)
	}
	return "", errors.Join(errs...)
}

func ask(ctx context.Context, host string, out chan<- answer) {
	body, err := fetchContext(ctx, host)
	out <- answer{body, err} // want "abandoned-sender"
}

// The context ends with the call, and the send watches it.
func ErrorPairWatched() {
	_, _ = firstGoodWatched(context.Background())
}

func firstGoodWatched(parent context.Context) (string, error) {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	ch := make(chan answer)
	for i := range hosts {
		go askWatched(ctx, hosts[i], ch)
	}
	var errs []error
	for range hosts {
		select {
		case a := <-ch:
			if a.err == nil {
				return a.body, nil
			}
			errs = append(errs, a.err)
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	return "", errors.Join(errs...)
}

func askWatched(ctx context.Context, host string, out chan<- answer) {
	body, err := fetchContext(ctx, host)
	select {
	case out <- answer{body, err}:
	case <-ctx.Done():
	}
}

// The time-out ends the wait of the caller, not that of the mirror.
func ErrorPairTimeout() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	_, _ = oneGood(ctx)
}

func oneGood(ctx context.Context) (string, error) {
	ch := make(chan answer)
	go func() {
		time.Sleep(2 * time.Millisecond)
		body, err := fetchContext(ctx, hosts[0])
		ch <- answer{body: body, err: err} // want "abandoned-sender"
	}()
	select {
	case a := <-ch:
		return a.body, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
