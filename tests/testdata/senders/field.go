package senders

import "example.com/testdata/outside"

type task struct {
	result chan int
	err    chan error
}

func (t *task) run() {
	if err := outside.Err(); err != nil {
		t.err <- err // want "abandoned-sender"
		return
	}
	t.result <- outside.Work()
}

// Only results are waited for; and the waiting side gives up on nothing.
func FieldForgotten() int {
	t := &task{result: make(chan int, 1), err: make(chan error)}
	go t.run()
	select {
	case v := <-t.result:
		return v
	default:
		return 0
	}
}

type job struct {
	result chan int
	err    chan error
}

func (j *job) run() {
	if err := outside.Err(); err != nil {
		j.err <- err
		return
	}
	j.result <- outside.Work()
}

func FieldRight() int {
	j := &job{result: make(chan int), err: make(chan error)}
	go j.run()
	select {
	case v := <-j.result:
		return v
	case <-j.err:
		return -1
	}
}
