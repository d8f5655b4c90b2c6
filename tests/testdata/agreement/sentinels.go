package agreement

import (
	"context"

	"example.com/testdata/outside"
)

// An error that another package declares is not nil.
func Sentinel() {
	c, err := asked(outside.Coin())
	if err != nil {
		return
	}
	<-c
}

func asked(fail bool) (chan int, error) {
	if fail {
		return nil, context.Canceled
	}
	c := make(chan int)
	go func() {
		c <- 1
	}()
	return c, nil
}
