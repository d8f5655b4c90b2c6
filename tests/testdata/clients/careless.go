package clients

import "example.com/testdata/outside"

// Careless is like Service, but who submits while it closes is left behind.
type Careless struct {
	jobs chan int
	quit chan struct{}
}

func NewCareless() *Careless {
	c := &Careless{jobs: make(chan int), quit: make(chan struct{})}
	go c.loop()
	return c
}

func (c *Careless) loop() {
	for {
		select {
		case job := <-c.jobs:
			outside.Use(job)
		case <-c.quit:
			return
		}
	}
}

func (c *Careless) Submit(job int) {
	c.jobs <- job // want "abandoned-sender"
}

func (c *Careless) Close() {
	close(c.quit)
}

func CarelessClosedMeanwhile() {
	c := NewCareless()
	go c.Submit(1)
	c.Close()
}
