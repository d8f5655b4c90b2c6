package selects

import "example.com/testdata/outside"

// break leaves the select, not the loop: after the stop value the worker waits again.
func BreakLeavesSelect() {
	in, stop := make(chan int), make(chan struct{})
	go func() {
		for {
			select { // want "abandoned-select"
			case v := <-in:
				outside.Use(v)
			case <-stop:
				break
			}
		}
	}()
	in <- 1
	stop <- struct{}{}
}

func BreakLabel() {
	in, stop := make(chan int), make(chan struct{})
	go func() {
	loop:
		for {
			select {
			case v := <-in:
				outside.Use(v)
			case <-stop:
				break loop
			}
		}
		outside.Work()
	}()
	in <- 1
	stop <- struct{}{}
}

func GotoOut() {
	in, stop := make(chan int), make(chan struct{})
	go func() {
		for {
			select {
			case v := <-in:
				outside.Use(v)
				continue
			case <-stop:
				goto out
			}
		}
	out:
		outside.Work()
	}()
	in <- 1
	stop <- struct{}{}
}
