package contexts

import (
	"context"

	"example.com/testdata/outside"
)

// Done of Background is nil.
func BackgroundDone() {
	ctx := context.Background()
	go func() {
		<-ctx.Done() // want "nil-channel"
		outside.Work()
	}()
}

func BackgroundSelect() {
	serve(context.Background())
	run := context.TODO()
	serve(run)
}

// Nobody sends on jobs and the context never ends.
func serve(ctx context.Context) {
	jobs := make(chan int)
	go func() {
		select { // want "abandoned-select"
		case <-ctx.Done():
		case job := <-jobs:
			outside.Use(job)
		}
	}()
}

func BackgroundValue() {
	ctx := context.WithValue(context.Background(), key{}, 1)
	go func() {
		<-ctx.Done() // want "nil-channel"
	}()
}

type key struct{}

// WithoutCancel cuts the parent's end off.
func WithoutCancel() {
	parent, cancel := context.WithCancel(context.Background())
	defer cancel()
	ctx := context.WithoutCancel(parent)
	go func() {
		<-ctx.Done() // want "nil-channel"
	}()
}
