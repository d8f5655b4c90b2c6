package correlated

import "example.com/testdata/outside"

// On an error nothing was started and nothing is waited for.
func ErrorPath() error {
	ch := make(chan int)
	err := outside.Err()
	if err == nil {
		go func() {
			ch <- outside.Work()
		}()
	}
	if err != nil {
		return err
	}
	<-ch
	return nil
}

// A second error on the way leaves what the first test started.
func SecondError() error {
	ch := make(chan int)
	err := outside.Err()
	if err == nil {
		go func() {
			ch <- outside.Work() // want "abandoned-sender"
		}()
		err = outside.Err()
	}
	if err != nil {
		return err
	}
	<-ch
	return nil
}
