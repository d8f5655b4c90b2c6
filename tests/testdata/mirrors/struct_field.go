package mirrors

import "sync"

type race struct {
	mu      sync.Mutex
	runners int
	results chan string
}

func newRace(size int) *race {
	return &race{results: make(chan string, size)}
}

func (r *race) run(host string) {
	r.mu.Lock()
	r.runners++
	r.mu.Unlock()
	go r.runner(host)
}

func (r *race) runner(host string) {
	r.results <- fetch(host) // want "abandoned-sender"
}

func (r *race) first() string { return <-r.results }

// The race has no places, two of three runners stay.
func StructField() {
	r := newRace(0)
	for _, host := range hosts {
		r.run(host)
	}
	_ = r.first()
}

type fairRace struct {
	results chan string
}

func (r fairRace) run(host string) {
	go func() { r.results <- fetch(host) }()
}

func StructFieldRoom() {
	r := fairRace{results: make(chan string, len(hosts))}
	for _, host := range hosts {
		r.run(host)
	}
	<-r.results
}
