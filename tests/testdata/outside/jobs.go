// Jobs that run side by side.
//
// oracle: none, it is what programs of other folders call

package outside

import (
	"context"
	"sync"
)

// EachJob runs job for each number below jobs, side by side, and waits for all. After the first error the
// context of the others ends, and that error is returned.
func EachJob(ctx context.Context, jobs int, job func(ctx context.Context, number int) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var group sync.WaitGroup
	var once sync.Once
	var first error
	for number := range jobs {
		group.Add(1)
		go func() {
			defer group.Done()
			if err := job(ctx, number); err != nil {
				once.Do(func() { first = err })
				cancel()
			}
		}()
	}
	group.Wait()
	return first
}

// Take receives.
func Take(from <-chan int) error {
	<-from
	return nil
}

// Visit calls the function with a few numbers, at once.
func Visit(each func(number int) error) error {
	for number := range 4 {
		if err := each(number); err != nil {
			return err
		}
	}
	return nil
}

// Late calls the function on a goroutine of its own.
func Late(each func(number int) error) {
	go each(1)
}
