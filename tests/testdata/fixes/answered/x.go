// Package answered is about requests that a path leaves without an answer.
package answered

import "example.com/testdata/outside"

type request struct {
	key   string
	reply chan string
}

type store struct {
	requests chan request
	values   map[string]string
}

func (s *store) serve() {
	for r := range s.requests { // want "never-closed"
		if value, ok := s.values[r.key]; ok {
			r.reply <- value
		}
	}
}

func (s *store) get(key string) string {
	r := request{key, make(chan string)}
	s.requests <- r
	return <-r.reply // want "abandoned-receiver"
}

// Stored asks for what may not be there.
func Stored() {
	s := &store{requests: make(chan request), values: map[string]string{"a": "b"}}
	go s.serve()
	defer close(s.requests)
	key := "a"
	if outside.Coin() {
		key = "c"
	}
	outside.Use(s.get(key))
}

type question struct {
	number int
	answer chan int
}

func answer(questions <-chan *question) {
	for q := range questions { // want "never-closed"
		err := outside.Err()
		if err != nil {
			outside.Use(err) // only told here
			continue
		}
		q.answer <- q.number * 2
	}
}

// Asked asks one question.
func Asked() {
	questions := make(chan *question)
	defer close(questions)
	go answer(questions)
	q := &question{number: 21, answer: make(chan int)}
	questions <- q
	outside.Use(<-q.answer) // want "abandoned-receiver"
}

func flushed(flushes <-chan chan error) {
	for reply := range flushes {
		if outside.Coin() {
			return
		}
		reply <- outside.Err()
	}
}

// Flushed asks through a channel of channels.
func Flushed() {
	flushes := make(chan chan error, 1)
	defer close(flushes)
	go flushed(flushes)
	reply := make(chan error)
	flushes <- reply
	outside.Use(<-reply) // want "abandoned-receiver"
}
