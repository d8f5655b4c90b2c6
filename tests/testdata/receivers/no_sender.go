package receivers

import "example.com/testdata/outside"

// On an error the goroutine returns without a word.
func SilentOnError() int {
	ch := make(chan int)
	go func() {
		if outside.Err() != nil {
			return
		}
		ch <- outside.Work()
	}()
	return <-ch // want "abandoned-receiver"
}

func ClosesOnError() int {
	ch := make(chan int)
	go func() {
		defer close(ch)
		if outside.Err() != nil {
			return
		}
		ch <- outside.Work()
	}()
	return <-ch
}

func SendsOnError() int {
	ch := make(chan int)
	go func() {
		if outside.Err() != nil {
			ch <- -1
			return
		}
		ch <- outside.Work()
	}()
	return <-ch
}

// Nobody ever sends.
func NobodySends() {
	ready := make(chan struct{})
	go func() {
		<-ready // want "abandoned-receiver"
		outside.Work()
	}()
}

func SomebodyCloses() {
	ready := make(chan struct{})
	go func() {
		<-ready
		outside.Work()
	}()
	outside.Work()
	close(ready)
}
