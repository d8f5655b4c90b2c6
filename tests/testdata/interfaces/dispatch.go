package interfaces

import "example.com/testdata/outside"

type source interface {
	produce(out chan<- int)
}

type honest struct{}

func (honest) produce(out chan<- int) {
	out <- outside.Work()
}

type lazy struct{}

func (lazy) produce(out chan<- int) {}

// One of the two sources never sends.
func Dispatch() {
	for _, s := range []source{honest{}, lazy{}} {
		ask(s)
	}
}

func ask(s source) int {
	ch := make(chan int)
	go s.produce(ch)
	return <-ch // want "abandoned-receiver"
}

type sink interface {
	consume(in <-chan int)
}

type one struct{}

func (one) consume(in <-chan int) {
	<-in
}

type other struct{ n int }

func (o *other) consume(in <-chan int) {
	o.n = <-in
}

// Both sinks take the value.
func DispatchRight() {
	for _, s := range []sink{one{}, &other{}} {
		tell(s)
	}
}

func tell(s sink) {
	ch := make(chan int)
	go s.consume(ch)
	ch <- outside.Work()
}
