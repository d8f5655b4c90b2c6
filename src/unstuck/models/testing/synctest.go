package synctest

import "testing"

// A bubble is the function itself: it fails when goroutines are left in it, so what is stuck in it is told like any
// other. Wait lets the others go on, but how far is not known.

func Test(t *testing.T, f func(*testing.T)) {
	t.Run("bubble", f)
}

func Run(f func()) {
	f()
}

func Wait()
