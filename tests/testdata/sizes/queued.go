package sizes

import (
	"time"

	"example.com/testdata/outside"
)

// Who is alone in taking finds what len tells.
func QueuedRight() {
	queue, done := make(chan int, 2), make(chan bool)
	go func() {
		if len(queue) > 0 {
			<-queue
		}
		done <- true
	}()
	if outside.Coin() {
		queue <- 1
	}
	<-done
}

func QueuedDrainRight() {
	queue := make(chan int, 3)
	for range 3 {
		if outside.Coin() {
			queue <- 1
		}
	}
	for len(queue) > 0 {
		<-queue
	}
}

func QueuedRoomRight() {
	queue := make(chan int, 2)
	go func() {
		for cap(queue)-len(queue) > 0 {
			queue <- 1
		}
	}()
}

func QueuedRoom() {
	queue := make(chan int, 2)
	go func() {
		for cap(queue)-len(queue) >= 0 {
			queue <- 1 // want "abandoned-sender"
		}
	}()
}

// Both see the one value, and only one gets it.
func QueuedForTwo() {
	queue := make(chan int, 1)
	queue <- 1
	for range 2 {
		go func() {
			if len(queue) > 0 {
				time.Sleep(time.Millisecond) // the other one looks, too
				<-queue                      // want "abandoned-receiver"
			}
		}()
	}
}

// Who can only send takes nothing away.
func QueuedGivenRight() chan<- int {
	queue := make(chan int, 1)
	go func() {
		queue <- 1
		if len(queue) == cap(queue) {
			<-queue
		}
	}()
	return queue
}
