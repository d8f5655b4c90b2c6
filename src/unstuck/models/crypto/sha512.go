package sha512

import "hash"

func New() hash.Hash    { return new(hash.Taking) }
func New384() hash.Hash { return new(hash.Taking) }
