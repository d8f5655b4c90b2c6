package patterns

import "example.com/testdata/outside"

type conn struct{ id int }

type pool struct {
	free chan *conn
}

func newPool(n int) *pool {
	p := &pool{make(chan *conn, n)}
	for i := range n {
		p.free <- &conn{i}
	}
	return p
}

func (p *pool) get() *conn {
	return <-p.free // want "abandoned-receiver"
}

func (p *pool) put(c *conn) {
	p.free <- c
}

func (p *pool) use() error {
	c := p.get()
	if err := outside.Err(); err != nil {
		return err
	}
	p.put(c)
	return nil
}

// A connection that is not put back on an error is missing later.
func PoolRunsDry() {
	p := newPool(2)
	for range 4 {
		if err := p.use(); err != nil {
			continue
		}
	}
}

type reserve struct {
	free chan *conn
}

func newReserve(n int) *reserve {
	r := &reserve{make(chan *conn, n)}
	for i := range n {
		r.free <- &conn{i}
	}
	return r
}

func (r *reserve) use() error {
	c := <-r.free
	defer func() { r.free <- c }()
	return outside.Err()
}

func PoolGivenBack() {
	r := newReserve(2)
	for range 4 {
		if err := r.use(); err != nil {
			continue
		}
	}
}
