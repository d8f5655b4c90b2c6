package md5

import "hash"

func New() hash.Hash { return new(hash.Taking) }
