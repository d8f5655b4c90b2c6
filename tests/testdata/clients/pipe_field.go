package clients

import (
	"io"

	"example.com/testdata/outside"
)

// Holds an end of a pipe that somebody else made.
type forwarder struct {
	to *io.PipeWriter
}

func (f *forwarder) Forward(data []byte) {
	if f.to != nil {
		f.to.Write(data) // want "abandoned-select"
	}
}

func ForwardRight() {
	from, to := io.Pipe()
	f := &forwarder{to}
	done := make(chan struct{})
	go func() {
		defer close(done)
		io.ReadAll(from)
	}()
	f.Forward([]byte("a"))
	f.to.Close()
	<-done
}

func Forward() {
	from, to := io.Pipe()
	f := &forwarder{to}
	if outside.Coin() {
		go io.ReadAll(from)
	}
	f.Forward([]byte("a"))
	f.to.Close()
}
