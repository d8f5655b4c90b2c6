package correlated

import (
	"sync"

	"example.com/testdata/outside"
)

type peer struct {
	mu   sync.Mutex
	name string
}

type route struct {
	owner *peer
	name  string
}

// Whether a route is one's own does not change between lock and unlock.
func (p *peer) announce(routes []*route) {
	for _, each := range routes {
		if each.owner != nil && each.owner != p {
			each.owner.mu.Lock()
		}
		outside.Use(each.name)
		if each.owner != nil && each.owner != p {
			each.owner.mu.Unlock()
		}
	}
}

func PointersRight() {
	mine, other := &peer{name: "mine"}, &peer{name: "other"}
	mine.mu.Lock()
	defer mine.mu.Unlock()
	mine.announce([]*route{{owner: mine}, {owner: other}, {owner: other}, {}})
}
