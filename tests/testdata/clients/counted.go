package clients

import "example.com/testdata/outside"

type batches struct {
	in chan int
}

func newBatches() *batches {
	return &batches{in: make(chan int)}
}

// Takes two values, one by one: a value is no call to stop.
func (b *batches) start() {
	go func() {
		for range 2 {
			b.next()
		}
	}()
}

func (b *batches) next() {
	outside.Use(<-b.in)
}

func (b *batches) put() {
	b.in <- outside.Work()
}

func BatchesRight() {
	b := newBatches()
	b.start()
	b.put()
	b.put()
}
