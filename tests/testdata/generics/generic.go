package generics

import "example.com/testdata/outside"

func send[T any](ch chan<- T, v T) {
	ch <- v // want "abandoned-sender"
}

// Two senders of different types, one receive each is missing.
func GenericFunction() {
	numbers, words := make(chan int), make(chan string)
	go send(numbers, 1)
	go send(words, "a")
	if outside.Coin() {
		<-numbers
	}
	<-words
}

func first[T any](fs ...func() T) T {
	ch := make(chan T, len(fs))
	for _, f := range fs {
		go func() {
			ch <- f()
		}()
	}
	return <-ch
}

func GenericFirst() {
	outside.Use(first(outside.Work, outside.Work))
}

type Queue[T any] struct {
	items chan T
}

func NewQueue[T any]() *Queue[T] {
	return &Queue[T]{items: make(chan T)}
}

func (q *Queue[T]) Put(v T) {
	q.items <- v
}

func (q *Queue[T]) Close() {
	close(q.items)
}

func (q *Queue[T]) Each(f func(T)) {
	for item := range q.items {
		f(item)
	}
}

func GenericType() {
	q := NewQueue[int]()
	defer q.Close()
	go q.Each(func(n int) { outside.Use(n) })
	q.Put(1)
	q.Put(2)
}

type Pile[T any] struct {
	items chan T
}

func (p *Pile[T]) Each(f func(T)) {
	for item := range p.items { // want "never-closed"
		f(item)
	}
}

func GenericTypeNotClosed() {
	p := &Pile[int]{items: make(chan int)}
	go p.Each(func(n int) { outside.Use(n) })
	p.items <- 1
}
