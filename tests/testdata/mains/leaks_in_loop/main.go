package main

import (
	"time"

	"example.com/testdata/outside"
)

// Each round leaves a goroutine while main goes on.
func main() {
	for range 5 {
		ch := make(chan int)
		go func() {
			ch <- outside.Work() // want "abandoned-sender"
		}()
		if outside.Coin() {
			<-ch
		}
		time.Sleep(10 * time.Millisecond)
	}
}
