package callbacks

import (
	"sync"

	"example.com/testdata/outside"
)

// What is visited goes to a reader that leaves after the first: the visitor is parked in the function that it
// gave away, and so is who waits for the visitor.
func firstOfAll() int {
	found := make(chan int)
	go func() {
		outside.Visit(func(number int) error {
			found <- number // want "abandoned-sender"
			return nil
		})
	}()
	return <-found
}

func FirstOfAll() {
	for range 5 {
		outside.Use(firstOfAll())
	}
}

// Several visitors, and one who closes behind the last: it never comes to that.
func firstError() error {
	errs := make(chan error)
	go func() {
		defer close(errs)
		var group sync.WaitGroup
		for range 3 {
			group.Add(1)
			go func() {
				defer group.Done()
				err := outside.Visit(func(number int) error {
					if number > 1 {
						errs <- outside.Err() // want "abandoned-sender"
					}
					return nil
				})
				if err != nil {
					errs <- err
				}
			}()
		}
		group.Wait() // want "wait-never-done"
	}()
	return <-errs
}

func FirstError() {
	for range 5 {
		outside.Use(firstError())
	}
}

// The code behind the call receives what the function sends, so it runs later, or else this would not be here.
func Later() {
	found := make(chan int)
	outside.Late(func(number int) error {
		found <- number
		return nil
	})
	outside.Use(<-found)
}

// It starts who receives.
func LaterStarted() {
	found, done := make(chan int), make(chan struct{})
	outside.Late(func(number int) error {
		found <- number
		return nil
	})
	go func() {
		outside.Use(<-found)
		close(done)
	}()
	<-done
}

// It lets those go on who receive.
func LaterReady() {
	found, ready, done := make(chan int), make(chan struct{}), make(chan struct{})
	go func() {
		<-ready
		outside.Use(<-found)
		close(done)
	}()
	outside.Late(func(number int) error {
		found <- number
		return nil
	})
	close(ready)
	<-done
}

// All are taken.
func AllOfThem() {
	found := make(chan int)
	go func() {
		defer close(found)
		outside.Visit(func(number int) error {
			found <- number
			return nil
		})
	}()
	for number := range found {
		outside.Use(number)
	}
}
