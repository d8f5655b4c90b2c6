package crc32

import "hash"

type Table [256]uint32

func New(tab *Table) hash.Hash32 { return new(hash.Taking) }
func NewIEEE() hash.Hash32       { return new(hash.Taking) }
