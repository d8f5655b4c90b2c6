package main

import "example.com/testdata/outside"

// main waits for a goroutine that returned without a word.
func main() {
	done := make(chan bool)
	go func() {
		if outside.Err() != nil {
			return
		}
		done <- true
	}()
	<-done // want "abandoned-receiver"
}
