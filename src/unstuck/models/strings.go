package strings

// A builder takes all that is written to it. The rest of the package is known by its types.

type Builder struct{ size int }

func (b *Builder) Write(p []byte) (int, error)       { return len(p), nil }
func (b *Builder) WriteString(s string) (int, error) { return len(s), nil }
func (b *Builder) WriteByte(c byte) error            { return nil }
func (b *Builder) WriteRune(r rune) (int, error)     { return 1, nil }

func (b *Builder) Cap() int
func (b *Builder) Grow(n int)
func (b *Builder) Len() int
func (b *Builder) Reset()
func (b *Builder) String() string
