package contexts

import (
	"context"

	"example.com/testdata/outside"
)

// The cancel function is thrown away.
func CancelDropped() {
	ctx, _ := context.WithCancel(context.Background())
	go func() {
		<-ctx.Done() // want "abandoned-receiver"
		outside.Work()
	}()
}

func CancelDeferred() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		<-ctx.Done()
		outside.Work()
	}()
	outside.Work()
}

// Cancelled on one path only.
func CancelOnOnePath() error {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-ctx.Done() // want "abandoned-receiver"
		outside.Work()
	}()
	if err := outside.Err(); err != nil {
		return err
	}
	cancel()
	return nil
}

// The end of the parent ends the child.
func CancelParent() {
	parent, cancel := context.WithCancel(context.Background())
	defer cancel()
	child, stop := context.WithCancel(parent)
	_ = stop
	go func() {
		<-child.Done()
		outside.Work()
	}()
}

// The end of the child does not end the parent.
func CancelChild() {
	parent, stop := context.WithCancel(context.Background())
	_ = stop
	child, cancel := context.WithCancel(parent)
	defer cancel()
	go func() {
		<-parent.Done() // want "abandoned-receiver"
		outside.Use(child)
	}()
}
