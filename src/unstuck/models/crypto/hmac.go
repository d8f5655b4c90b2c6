package hmac

import "hash"

func New(h func() hash.Hash, key []byte) hash.Hash { return new(hash.Taking) }
