// oracle: none, it runs for ever
package main

import (
	"context"

	"example.com/testdata/outside"
)

// Main keeps the process alive: nothing can come from this channel.
func main() {
	ctx := context.Background()
	go func() {
		for {
			outside.Work()
		}
	}()
	<-ctx.Done()
}
