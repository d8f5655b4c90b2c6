package clients

import "example.com/testdata/outside"

type sampler struct {
	in chan int
}

// Nothing ends the goroutine of a sampler.
func newSampler() *sampler {
	s := &sampler{in: make(chan int)}
	go func() {
		for v := range s.in { // want "never-closed"
			outside.Use(v)
		}
	}()
	return s
}

func (s *sampler) add(v int) {
	s.in <- v
}

func SamplerPerCall() {
	s := newSampler()
	s.add(1)
}
