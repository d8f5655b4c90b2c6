package libraries

import "runtime"

type resource struct{ room [64]byte }

// The runtime keeps a finalizer, and runs it once nobody has the object.
func Finalized() {
	done := make(chan bool, 1)
	r := new(resource)
	runtime.SetFinalizer(r, func(*resource) { done <- true })
	runtime.KeepAlive(r)
	runtime.GC()
	<-done
}

// A cleanup is kept and run like a finalizer.
func CleanedUp() {
	done := make(chan int, 1)
	r := new(resource)
	runtime.AddCleanup(r, func(code int) { done <- code }, 7)
	runtime.KeepAlive(r)
	runtime.GC()
	<-done
}

// Nobody sends: what is kept alive is not given to anybody.
func KeptAlive() {
	ch := make(chan int)
	runtime.KeepAlive(ch)
	<-ch // want "abandoned-receiver"
}
