package fnv

import "hash"

func New32() hash.Hash32  { return new(hash.Taking) }
func New32a() hash.Hash32 { return new(hash.Taking) }
func New64() hash.Hash64  { return new(hash.Taking) }
func New64a() hash.Hash64 { return new(hash.Taking) }
