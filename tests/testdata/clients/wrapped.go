package clients

// A desk is made by newDesk, and served from NewDesk on.
type desk struct {
	asks chan *ask
	gone chan struct{}
}

type ask struct{ answer chan int }

func newDesk() *desk { return &desk{asks: make(chan *ask, 4), gone: make(chan struct{})} }

// NewDesk gives one that is served.
func NewDesk() *desk {
	d := newDesk()
	go d.serve()
	return d
}

func (d *desk) serve() {
	defer close(d.gone)
	for a := range d.asks {
		if a == nil {
			return
		}
		a.answer <- 1
	}
}

// Watch starts a goroutine, too, and none that answers.
func (d *desk) Watch() {
	go func() { <-d.gone }()
}

// Ask waits for the answer.
func (d *desk) Ask() int {
	a := &ask{answer: make(chan int, 1)}
	d.asks <- a
	select {
	case n := <-a.answer:
		return n
	case <-d.gone:
		return 0
	}
}

// Close ends it.
func (d *desk) Close() {
	d.asks <- nil
	<-d.gone
}

// AskAtDesk watches a desk, asks and closes it.
func AskAtDesk() {
	d := NewDesk()
	d.Watch()
	d.Ask()
	d.Close()
}

// A booth is made bare by its callers: nobody serves it unless they do.
type booth struct {
	asks chan *ask
	gone chan struct{}
}

func newBooth() *booth { return &booth{asks: make(chan *ask, 4), gone: make(chan struct{})} }

// Watch starts a goroutine, and none that answers.
func (b *booth) Watch() {
	go func() {
		<-b.gone // want "abandoned-receiver"
	}()
}

// Close forgets to say so.
func (b *booth) Close() {
	close(b.asks)
}

// WatchBooth leaves the watcher behind.
func WatchBooth() {
	b := newBooth()
	b.Watch()
	b.Close()
}
