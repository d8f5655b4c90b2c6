package senders

import (
	"time"

	"example.com/testdata/outside"
)

type query struct {
	n     int
	reply chan int
}

// The client gives up, the server answers all the same and is stuck; the queries behind it too.
func ReplyAbandoned() {
	queries := make(chan query)
	go func() {
		for q := range queries {
			if outside.Coin() {
				time.Sleep(2 * time.Millisecond)
			}
			q.reply <- q.n + 1 // want "abandoned-sender"
		}
	}()
	defer close(queries)
	q := query{n: 1, reply: make(chan int)}
	queries <- q
	select {
	case <-q.reply:
	case <-time.After(time.Millisecond):
	}
}

type question struct {
	n     int
	reply chan int
}

func ReplyBuffered() {
	questions := make(chan question)
	go func() {
		for q := range questions {
			if outside.Coin() {
				time.Sleep(2 * time.Millisecond)
			}
			q.reply <- q.n + 1
		}
	}()
	defer close(questions)
	q := question{n: 1, reply: make(chan int, 1)}
	questions <- q
	select {
	case <-q.reply:
	case <-time.After(time.Millisecond):
	}
}
