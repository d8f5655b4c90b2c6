// oracle: none, tests are run by go test

package tests

import (
	"testing"

	"example.com/testdata/outside"
)

type fakeIndex struct {
	answers chan int
	size    int
}

// No test of the package lets it answer, and none asks it.
func (i *fakeIndex) Get() int {
	return <-i.answers // note "abandoned-receiver"
}

func TestFakeIndex(t *testing.T) {
	i := &fakeIndex{answers: make(chan int, 1), size: outside.Work()}
	outside.Use(i.size)
}

// What a helper makes itself is told like anything else.
func startIdle() {
	quit := make(chan int)
	go func() {
		<-quit // want "abandoned-receiver"
	}()
}

func TestIdle(t *testing.T) {
	startIdle()
}
