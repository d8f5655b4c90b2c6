package escapes

import "example.com/testdata/outside"

type notice struct{ done chan struct{} }

func (n *notice) Close() { close(n.done) }

func (n *notice) closed() <-chan struct{} { return n.done }

type closer interface{ Close() }

type stream struct {
	closer closer
	size   int
}

type pump struct {
	streams chan *stream
	seen    []int
	last    *stream
}

func (p *pump) run() {
	for each := range p.streams {
		outside.Use(each.size)
		each.closer.Close()
	}
}

func (p *pump) attach(s *stream) { p.streams <- s }

func (p *pump) keep(s *stream) {
	wrapped := &struct{ inner *stream }{s}
	p.last = wrapped.inner
}

func (p *pump) note(s *stream) { p.seen = append(p.seen, s.size) }

// The goroutine that gets the stream closes it; it was started before.
func (p *pump) serve() {
	n := &notice{make(chan struct{})}
	p.attach(&stream{n, outside.Work()})
	<-n.closed()
}

func (p *pump) serveKept() {
	n := &notice{make(chan struct{})}
	p.keep(&stream{n, outside.Work()})
	<-n.closed()
}

// Nobody else has the stream.
func (p *pump) serveNoted() {
	n := &notice{make(chan struct{})}
	p.note(&stream{n, outside.Work()})
	<-n.closed() // want "abandoned-receiver"
}

func PassedOnRight() {
	p := &pump{streams: make(chan *stream)}
	go p.run()
	p.serve()
	close(p.streams)
}

func Noted() {
	p := new(pump)
	p.serveNoted()
}
