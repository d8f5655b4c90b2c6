package callbacks

import (
	"context"
	"time"

	"example.com/testdata/outside"
)

type answer struct {
	number int
	err    error
}

// The jobs that others run can only send on the channel, so nobody receives once the caller has gone.
func firstBadAnswer(ctx context.Context, jobs int) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := make(chan answer)
	go func() {
		err := outside.EachJob(ctx, jobs, func(ctx context.Context, number int) error {
			err := outside.Err()
			select {
			case <-ctx.Done():
			case answers <- answer{number, err}:
			}
			return err
		})
		if err != nil {
			answers <- answer{-1, err} // want "abandoned-sender"
		}
		close(answers)
	}()
	for each := range answers {
		if each.err != nil {
			return each.err
		}
	}
	return nil
}

func BadAnswers() {
	for range 20 {
		firstBadAnswer(context.Background(), 3)
	}
}

// The last error gives way to the context, too.
func firstBadAnswerCured(ctx context.Context, jobs int) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := make(chan answer)
	go func() {
		defer close(answers)
		err := outside.EachJob(ctx, jobs, func(ctx context.Context, number int) error {
			err := outside.Err()
			select {
			case <-ctx.Done():
			case answers <- answer{number, err}:
			}
			return err
		})
		if err != nil {
			select {
			case <-ctx.Done():
			case answers <- answer{-1, err}:
			}
		}
	}()
	for each := range answers {
		if each.err != nil {
			return each.err
		}
	}
	return nil
}

func BadAnswersCured() {
	for range 20 {
		firstBadAnswerCured(context.Background(), 3)
	}
}

// The timer's function takes what is left over: code that has it can receive.
func lateDrain() {
	results := make(chan int)
	go func() {
		results <- outside.Work()
	}()
	drain := func() { <-results }
	if outside.Coin() {
		drain()
		return
	}
	outside.EachJob(context.Background(), 1, func(context.Context, int) error {
		drain()
		return nil
	})
}

func LateDrain() {
	for range 5 {
		lateDrain()
	}
	time.Sleep(time.Millisecond)
}

type reports struct{ out chan int }

// What the literal hands on to code of others counts in every way.
func handedOn() {
	one := reports{make(chan int)}
	go func() { one.out <- outside.Work() }()
	outside.EachJob(context.Background(), 1, func(context.Context, int) error {
		outside.Use(one.out)
		return outside.Take(one.out)
	})
}

func HandedOn() { handedOn() }
