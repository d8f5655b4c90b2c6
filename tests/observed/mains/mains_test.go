// Package mains has a TestMain that starts things before the tests and stops them after.
package mains

import (
	"os"
	"testing"
)

var work = make(chan int)

func TestMain(m *testing.M) {
	quit := make(chan bool)
	stopped := make(chan bool)
	go func() {
		<-quit
		close(stopped)
	}()
	go func() {
		for range work {
		}
	}()
	code := m.Run()
	close(quit)
	<-stopped
	os.Exit(code)
}

func TestUses(t *testing.T) {
	work <- 1
}

func TestLeaksBesides(t *testing.T) {
	requests := make(chan int)
	go func() {
		<-requests // leaks TestLeaksBesides
	}()
}
