// oracle: none, it runs for ever
package main

import (
	"time"

	"example.com/testdata/outside"
)

// A program whose work is done by so many goroutines that main starts, and by one for each of a list: they are there as
// long as the process.
func main() {
	for range 4 {
		go func() {
			for {
				outside.Work()
				time.Sleep(time.Second) // note "abandoned-poller"
			}
		}()
	}
	for number := 0; number < outside.Work(); number++ {
		go func() {
			for {
				outside.Use(number)
				time.Sleep(time.Second) // note "abandoned-poller"
			}
		}()
	}
	for _, name := range []string{"first", "second"} {
		go func() {
			for {
				outside.Use(name)
				time.Sleep(time.Second) // note "abandoned-poller"
			}
		}()
	}
	time.Sleep(time.Hour)
}
