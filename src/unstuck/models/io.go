package io

import (
	"errors"

	"unstuck/machine"
)

// What follows are the helpers through which code reads and writes by way of interfaces; the rest of the
// package is known by its types.

func ReadAtLeast(r Reader, buf []byte, min int) (n int, err error) {
	for n < min && err == nil {
		var nn int
		nn, err = r.Read(buf[n:])
		n += nn
	}
	return
}

func ReadFull(r Reader, buf []byte) (n int, err error) {
	return r.Read(buf)
}

func ReadAll(r Reader) ([]byte, error) {
	b := make([]byte, 512)
	for {
		_, err := r.Read(b)
		if err != nil {
			return b, err
		}
	}
}

func Copy(dst Writer, src Reader) (written int64, err error) {
	buf := make([]byte, 512)
	for {
		_, err := src.Read(buf)
		if err != nil {
			return 0, err
		}
		_, err = dst.Write(buf)
		if err != nil {
			return 0, err
		}
	}
}

func CopyN(dst Writer, src Reader, n int64) (written int64, err error) {
	return Copy(dst, src)
}

func CopyBuffer(dst Writer, src Reader, buf []byte) (written int64, err error) {
	return Copy(dst, src)
}

func WriteString(w Writer, s string) (n int, err error) {
	return w.Write([]byte(s))
}

// Writing to Discard never fails.
var Discard Writer = discard{}

type discard struct{}

func (discard) Write(p []byte) (int, error)       { return len(p), nil }
func (discard) WriteString(s string) (int, error) { return len(s), nil }

// A pipe: a Write waits for a Read, which takes all of it; the end of either side ends both.
type pipe struct {
	writing chan struct{}
	data    chan struct{}
	done    chan struct{}
	ended   bool
}

type PipeReader struct{ pipe *pipe }

type PipeWriter struct{ pipe *pipe }

func Pipe() (*PipeReader, *PipeWriter) {
	p := &pipe{writing: make(chan struct{}, 1), data: make(chan struct{}), done: make(chan struct{})}
	return &PipeReader{p}, &PipeWriter{p}
}

func (p *pipe) end() {
	machine.Yield()
	if !p.ended {
		p.ended = true
		close(p.done)
	}
}

func (r *PipeReader) Read(data []byte) (n int, err error) {
	select {
	case <-r.pipe.done:
		return 0, pipeError()
	default:
	}
	select {
	case <-r.pipe.data:
		return some(), nil
	case <-r.pipe.done:
		return 0, pipeError()
	}
}

func (w *PipeWriter) Write(data []byte) (n int, err error) {
	select {
	case <-w.pipe.done:
		return 0, pipeError()
	default:
	}
	w.pipe.writing <- struct{}{}
	defer func() { <-w.pipe.writing }()
	select {
	case w.pipe.data <- struct{}{}:
		return len(data), nil
	case <-w.pipe.done:
		return 0, pipeError()
	}
}

func (r *PipeReader) Close() error {
	r.pipe.end()
	return nil
}

func (r *PipeReader) CloseWithError(err error) error {
	r.pipe.end()
	return nil
}

func (w *PipeWriter) Close() error {
	w.pipe.end()
	return nil
}

func (w *PipeWriter) CloseWithError(err error) error {
	w.pipe.end()
	return nil
}

func some() int

func pipeError() error { return errors.New("io: read/write on closed pipe") }
