// Package captured sends captured variables: the runtime's leak profile never marks such a goroutine.
package captured

import (
	"testing"
	"time"
)

func TestFirst(t *testing.T) {
	answers := make(chan string)
	for _, mirror := range []string{"north", "south", "east"} {
		go func() {
			answers <- mirror // leaks TestFirst
		}()
	}
	if <-answers == "" {
		t.Error("no answer")
	}
}

func TestTwoPlaces(t *testing.T) {
	left, right := make(chan string), make(chan string)
	name := t.Name()
	go func() {
		left <- name // leaks TestTwoPlaces
	}()
	go func() {
		right <- name // leaks TestTwoPlaces
	}()
}

var kept chan string

// Somebody may still come for what the variable holds.
func TestKept(t *testing.T) {
	answers := make(chan string)
	kept = answers
	name := t.Name()
	go func() {
		answers <- name // lingers TestKept
	}()
}

// The other goroutine takes the answer one day.
func TestLate(t *testing.T) {
	answers := make(chan string)
	name := t.Name()
	go func() {
		answers <- name // lingers TestLate
	}()
	go func() {
		time.Sleep(time.Hour) // lingers TestLate
		<-answers
	}()
}

func TestCured(t *testing.T) {
	answers := make(chan string, 1)
	name := t.Name()
	go func() {
		answers <- name
	}()
}
