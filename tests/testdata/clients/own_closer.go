package clients

import "example.com/testdata/outside"

// A Mux gives its stream to whoever starts it, and the stream is to be drained.
type Mux struct{ in chan int }

func NewMux() *Mux {
	return &Mux{in: make(chan int)}
}

type MuxStream struct{ out chan int }

func (m *Mux) Start() *MuxStream {
	s := &MuxStream{out: make(chan int)}
	go func() {
		defer close(s.out)
		for n := range m.in {
			s.out <- n
		}
	}()
	return s
}

func (m *Mux) Put(n int) { m.in <- n }

func (m *Mux) Close() { close(m.in) }

func (s *MuxStream) Drain() {
	for n := range s.out {
		outside.Use(n)
	}
}

func MuxRight() {
	m := NewMux()
	s := m.Start()
	go func() {
		m.Put(outside.Work())
		m.Close()
	}()
	s.Drain()
}
