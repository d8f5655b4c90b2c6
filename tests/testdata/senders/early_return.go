package senders

import "example.com/testdata/outside"

func EarlyReturn() error {
	ch := make(chan int)
	go func() {
		ch <- outside.Work() // want "abandoned-sender"
	}()
	if err := outside.Err(); err != nil {
		return err
	}
	outside.Use(<-ch)
	return nil
}

func EarlyReturnBuffered() error {
	ch := make(chan int, 1)
	go func() {
		ch <- outside.Work()
	}()
	if err := outside.Err(); err != nil {
		return err
	}
	outside.Use(<-ch)
	return nil
}

func EarlyReturnChecksFirst() error {
	if err := outside.Err(); err != nil {
		return err
	}
	ch := make(chan int)
	go func() {
		ch <- outside.Work()
	}()
	outside.Use(<-ch)
	return nil
}

func EarlyReturnDeferredReceive() error {
	ch := make(chan int)
	go func() {
		ch <- outside.Work()
	}()
	defer func() { <-ch }()
	if err := outside.Err(); err != nil {
		return err
	}
	return nil
}
