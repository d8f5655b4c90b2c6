// oracle: none, a poller is awake now and then, so the runtime never marks it
package main

import (
	"time"

	"example.com/testdata/outside"
)

// Each round starts more of them, and nothing says how many rounds there are.
func main() {
	for outside.Coin() {
		for range 2 {
			go func() {
				for {
					outside.Work()
					time.Sleep(time.Second) // want "abandoned-poller"
				}
			}()
		}
		time.Sleep(time.Millisecond)
	}
}
