package mirrors

import "time"

// Two channels, one select: the slower of the two stays.
func SelectTwo() {
	east, west := make(chan string), make(chan string)
	go func() {
		east <- fetch("east") // want "abandoned-sender"
	}()
	go func() {
		west <- fetch("west") // want "abandoned-sender"
	}()
	select {
	case <-east:
	case <-west:
	}
}

func SelectTwoRoom() {
	east, west := make(chan string, 1), make(chan string, 1)
	go func() { east <- fetch("east") }()
	go func() { west <- fetch("west") }()
	select {
	case <-east:
	case <-west:
	}
}

// The second try starts only when the first is late, and one of them is heard.
func Hedged() {
	out := make(chan string)
	go func() {
		out <- fetch("primary") // want "abandoned-sender"
	}()
	select {
	case <-out:
		return
	case <-time.After(time.Millisecond):
	}
	go func() {
		out <- fetch("backup") // want "abandoned-sender"
	}()
	<-out
}

// Whoever is late is told that the race is over.
func HedgedDone() {
	out := make(chan string)
	over := make(chan struct{})
	defer close(over)
	try := func(host string) {
		body := fetch(host)
		select {
		case out <- body:
		case <-over:
		}
	}
	go try("primary")
	select {
	case <-out:
		return
	case <-time.After(time.Millisecond):
	}
	go try("backup")
	<-out
}
