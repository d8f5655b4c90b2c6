package bytes

import "io"

// A buffer has room for all that is written to it: a write never fails, and only the end of what it reads from
// ends a ReadFrom. The rest of the package is known by its types.

type Buffer struct{ size int }

func (b *Buffer) Write(p []byte) (n int, err error)       { return len(p), nil }
func (b *Buffer) WriteString(s string) (n int, err error) { return len(s), nil }
func (b *Buffer) WriteByte(c byte) error                  { return nil }
func (b *Buffer) WriteRune(r rune) (n int, err error)     { return 1, nil }

func (b *Buffer) ReadFrom(r io.Reader) (n int64, err error) {
	room := make([]byte, 512)
	for {
		_, err := r.Read(room)
		if err != nil {
			return 0, err
		}
	}
}

func (b *Buffer) WriteTo(w io.Writer) (n int64, err error) {
	_, err = w.Write(make([]byte, 512))
	return 0, err
}

func (b *Buffer) Available() int
func (b *Buffer) AvailableBuffer() []byte
func (b *Buffer) Bytes() []byte
func (b *Buffer) Cap() int
func (b *Buffer) Grow(n int)
func (b *Buffer) Len() int
func (b *Buffer) Next(n int) []byte
func (b *Buffer) Peek(n int) ([]byte, error)
func (b *Buffer) Read(p []byte) (n int, err error)
func (b *Buffer) ReadByte() (byte, error)
func (b *Buffer) ReadBytes(delim byte) (line []byte, err error)
func (b *Buffer) ReadRune() (r rune, size int, err error)
func (b *Buffer) ReadString(delim byte) (line string, err error)
func (b *Buffer) Reset()
func (b *Buffer) String() string
func (b *Buffer) Truncate(n int)
func (b *Buffer) UnreadByte() error
func (b *Buffer) UnreadRune() error

func NewBuffer(buf []byte) *Buffer     { return new(Buffer) }
func NewBufferString(s string) *Buffer { return new(Buffer) }
