// Package made is about channels that were declared and never made.
package made

import "example.com/testdata/outside"

// Sometimes makes the channel on one path only.
func Sometimes() {
	var answer chan string
	cached := outside.Coin()
	if !cached {
		answer = make(chan string, 1)
	}
	go func() {
		answer <- "answer" // want "nil-channel"
	}()
	if !cached {
		outside.Use(<-answer)
	}
}
