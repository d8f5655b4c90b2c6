package libraries

import (
	"bytes"
	"io"
	"strings"

	"example.com/testdata/outside"
)

// parts reads what somebody sends.
type parts struct{ from chan string }

func (p parts) Read(room []byte) (int, error) {
	part, ok := <-p.from
	if !ok {
		return 0, io.EOF
	}
	return copy(room, part), nil
}

func twoParts() parts {
	p := parts{make(chan string)}
	go func() {
		p.from <- "a"
		p.from <- "b" // want "abandoned-sender"
		close(p.from)
	}()
	return p
}

func twoPartsOfAPipe() io.Reader {
	r, w := io.Pipe()
	go func() {
		io.WriteString(w, "a")
		io.WriteString(w, "b")
		w.Close()
	}()
	return r
}

// Nothing that is written to a buffer fails, so all is read.
func CopiedToBuffer() string {
	var all bytes.Buffer
	io.Copy(&all, twoPartsOfAPipe())
	return all.String()
}

func CopiedToBuilder() string {
	var all strings.Builder
	io.Copy(&all, twoPartsOfAPipe())
	return all.String()
}

// Nor does what is thrown away.
func Discarded() {
	io.Copy(io.Discard, twoPartsOfAPipe())
}

func ReadFromPipe() {
	new(bytes.Buffer).ReadFrom(twoPartsOfAPipe())
}

type failing struct{}

func (failing) Write(data []byte) (int, error) { return len(data), outside.Err() }

// What can fail may leave the rest unread.
func CopiedToFailing() {
	io.Copy(failing{}, twoParts())
}
