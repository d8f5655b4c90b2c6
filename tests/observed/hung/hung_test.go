// Package hung has a test that never comes back.
package hung

import "testing"

func TestFine(t *testing.T) {}

func TestHangs(t *testing.T) {
	answers := make(chan int)
	asked := make(chan bool)
	go func() {
		asked <- true // leaks TestHangs
	}()
	<-answers // hangs TestHangs
}
