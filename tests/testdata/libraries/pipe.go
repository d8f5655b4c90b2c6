package libraries

import (
	"io"

	"example.com/testdata/outside"
)

// The reader leaves without closing its end.
func PipeReaderLeaves() {
	r, w := io.Pipe()
	go func() {
		defer w.Close()
		w.Write([]byte("some")) // want "abandoned-select"
	}()
	if outside.Err() != nil {
		return
	}
	io.ReadAll(r)
}

func PipeReaderCloses() {
	r, w := io.Pipe()
	defer r.Close()
	go func() {
		defer w.Close()
		w.Write([]byte("some"))
	}()
	if outside.Err() != nil {
		return
	}
	io.ReadAll(r)
}

// The writer forgets to close its end, and the reader waits for more.
func PipeNotClosed() {
	r, w := io.Pipe()
	go func() {
		io.ReadAll(r) // want "abandoned-select"
	}()
	io.WriteString(w, "some")
}

func PipeClosed() {
	r, w := io.Pipe()
	go func() {
		io.ReadAll(r)
	}()
	io.WriteString(w, "some")
	w.CloseWithError(outside.Err())
}

// Both ends in one goroutine.
func PipeAlone() {
	r, w := io.Pipe()
	w.Write([]byte("some")) // want "abandoned-select"
	io.ReadAll(r)
}

// A pipe from elsewhere: its other end is, too.
func PipeGiven() {
	r, w := io.Pipe()
	go drain(r)
	fill(w)
}

func fill(w *io.PipeWriter) {
	defer w.Close()
	w.Write([]byte("some"))
}

func drain(r *io.PipeReader) {
	io.ReadAll(r)
}
