// Package panics has a goroutine that panics during a test.
package panics

import "testing"

func TestPanics(t *testing.T) {
	done := make(chan bool)
	go func() {
		panic("on purpose")
	}()
	<-done
}
