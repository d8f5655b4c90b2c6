package waits

import (
	"sync"

	"example.com/testdata/outside"
)

// Deferred calls run last in, first out: the Wait comes before the close that would end it.
func DeferredInWrongOrder() {
	stop := make(chan struct{})
	var wg sync.WaitGroup
	defer close(stop)
	defer wg.Wait()
	wg.Add(1)
	go func() {
		defer wg.Done()
		<-stop // want "abandoned-receiver"
	}()
	outside.Work()
} // want "wait-never-done"

func DeferredInRightOrder() {
	stop := make(chan struct{})
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(stop)
	wg.Add(1)
	go func() {
		defer wg.Done()
		<-stop
	}()
	outside.Work()
}

func DeferredReturn() int {
	stop := make(chan struct{})
	var wg sync.WaitGroup
	defer close(stop)
	defer wg.Wait()
	wg.Add(1)
	go func() {
		defer wg.Done()
		<-stop // want "abandoned-receiver"
	}()
	return outside.Work() // want "wait-never-done"
}
