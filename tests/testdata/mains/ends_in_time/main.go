package main

import "example.com/testdata/outside"

// When main returns the process ends: nobody is left behind.
func main() {
	ch := make(chan int)
	go func() {
		ch <- outside.Work()
		ch <- outside.Work()
	}()
	<-ch
}
