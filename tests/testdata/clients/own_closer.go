package clients

import (
	"sync"

	"example.com/testdata/outside"
)

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

// A Sheet gives a channel to send its rows on; the client closes it, and then the sheet.
type Sheet struct {
	rows  sync.WaitGroup
	err   error
	flush func() error
}

func NewSheet() *Sheet {
	return &Sheet{flush: outside.Err}
}

func (s *Sheet) Rows() (chan<- int, error) {
	if s.err = outside.Err(); s.err != nil {
		return nil, s.err
	}
	rows := make(chan int, 10)
	s.rows.Add(1)
	go func() {
		defer s.rows.Done()
		for row := range rows {
			outside.Use(row)
		}
	}()
	return rows, nil
}

func (s *Sheet) Close() error {
	s.rows.Wait()
	if s.err != nil {
		return s.err
	}
	return s.flush()
}

func SheetRight() {
	s := NewSheet()
	rows, err := s.Rows()
	if err != nil {
		return
	}
	rows <- outside.Work()
	close(rows)
	s.Close()
}
