package globals

import (
	"sync"

	"example.com/testdata/outside"
)

// Events has listeners that this package does not know: nothing is said about it.
var Events = make(chan int)

var mu sync.Mutex

func Publish() {
	go func() {
		Events <- outside.Work() // parked "reachable from a global, anybody may receive"
	}()
}

// The lock is global and always given back.
func Locked() {
	mu.Lock()
	defer mu.Unlock()
	outside.Work()
}

var results = make(chan int)

// A private channel with both its sides in the package.
func Exchange() {
	go func() {
		results <- outside.Work()
	}()
	<-results
}
