package mirror

import (
	"math/rand"
	"time"
)

// fetch stands for a request over the network: it takes a while, and nobody knows how long.
func fetch(host string) string {
	time.Sleep(time.Duration(rand.Intn(3)) * time.Millisecond)
	return "from " + host
}
