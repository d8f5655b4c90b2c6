// Package lingering leaves goroutines that something can still wake.
package lingering

import (
	"testing"
	"time"
)

var events = make(chan int)

func TestGlobal(t *testing.T) {
	go func() {
		<-events // lingers TestGlobal
	}()
}

func TestSleeper(t *testing.T) {
	go func() {
		for {
			time.Sleep(time.Hour) // lingers TestSleeper
		}
	}()
}

func TestEndsSoon(t *testing.T) {
	go time.Sleep(20 * time.Millisecond)
}
