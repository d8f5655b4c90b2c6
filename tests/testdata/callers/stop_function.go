package callers

import "example.com/testdata/outside"

// The caller gets a function that stops the goroutine, and does not call it.
func StopNotCalled() {
	stop := watch()
	_ = stop
	outside.Work()
}

func watch() (stop func()) {
	done := make(chan struct{})
	go func() {
		<-done // want "abandoned-receiver"
		outside.Work()
	}()
	return func() { close(done) }
}

func StopCalled() {
	stop := watchOther()
	defer stop()
	outside.Work()
}

func watchOther() (stop func()) {
	done := make(chan struct{})
	go func() {
		<-done
		outside.Work()
	}()
	return func() { close(done) }
}

// Called on one path only.
func StopOnOnePath() error {
	stop := watchThird()
	if err := outside.Err(); err != nil {
		return err
	}
	stop()
	return nil
}

func watchThird() (stop func()) {
	done := make(chan struct{})
	go func() {
		<-done // want "abandoned-receiver"
		outside.Work()
	}()
	return func() { close(done) }
}
