package hash

import "io"

// Writing to a hash never fails.

type Hash interface {
	io.Writer
	Sum(b []byte) []byte
	Reset()
	Size() int
	BlockSize() int
}

type Hash32 interface {
	Hash
	Sum32() uint32
}

type Hash64 interface {
	Hash
	Sum64() uint64
}

type Taking struct{ size int }

func (t *Taking) Write(p []byte) (n int, err error) { return len(p), nil }
func (t *Taking) Sum(b []byte) []byte
func (t *Taking) Reset()
func (t *Taking) Size() int
func (t *Taking) BlockSize() int
func (t *Taking) Sum32() uint32
func (t *Taking) Sum64() uint64
