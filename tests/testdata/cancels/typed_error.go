package cancels

import (
	"context"
	"time"
)

// oracle: none, what a context holds is memory of its parent

type timeError struct{ text string }

func (e *timeError) Error() string { return "no time: " + e.text }

// limited makes a context, or says in an error of its own type why not.
func limited(text string) (context.Context, context.CancelFunc, *timeError) {
	limit, err := time.ParseDuration(text)
	if err != nil {
		return nil, nil, &timeError{text}
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	return ctx, cancel, nil
}

func Limited(text string) *timeError {
	ctx, cancel, failed := limited(text)
	if failed != nil {
		return failed
	}
	defer cancel()
	<-ctx.Done()
	return nil
}

func LimitedAndLost(text string, wait bool) *timeError {
	ctx, cancel, failed := limited(text) // want "lost-cancel"
	if failed != nil {
		return failed
	}
	if !wait {
		return nil
	}
	<-ctx.Done()
	cancel()
	return nil
}
