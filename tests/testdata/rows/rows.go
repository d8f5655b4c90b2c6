// Package rows is judged by the rows of its unstuck.toml.
package rows

import "errors"

// oracle: none, the things are made up

type (
	Pool    struct{ free []*Conn }
	Conn    struct{ open bool }
	Session struct{ open bool }
	Lease   struct{ Session *Session }
	Cell    struct{ begun bool }
)

func (p *Pool) Get() (*Conn, error) {
	if len(p.free) == 0 {
		return nil, errors.New("empty")
	}
	return p.free[0], nil
}

func (p *Pool) Put(c *Conn) { c.open = false }
func (c *Conn) Free()       { c.open = false }
func (c *Conn) Ask() error  { return nil }
func (s *Session) End()     { s.open = false }
func (c *Cell) Begin()      { c.begun = true }
func (c *Cell) End()        { c.begun = false }
func (c *Cell) Use() bool   { return c.begun }

func grant() *Lease { return &Lease{&Session{true}} }

func NotOnEachWay(p *Pool) error {
	c, err := p.Get() // want "unreleased-holder: c holds a connection of the pool, and Free is not called on every path"
	if err != nil {
		return err
	}
	if err := c.Ask(); err != nil {
		return err
	}
	c.Free()
	return nil
}

func Deferred(p *Pool) error {
	c, err := p.Get()
	if err != nil {
		return err
	}
	defer c.Free()
	return c.Ask()
}

func PutBack(p *Pool) error {
	c, err := p.Get()
	if err != nil {
		return err
	}
	err = c.Ask()
	p.Put(c)
	return err
}

func PutBackAtTheEnd(p *Pool) error {
	c, err := p.Get()
	if err != nil {
		return err
	}
	defer func() { p.Put(c) }()
	return c.Ask()
}

func AnyCallThatGivesOne(open bool) bool {
	lease := grant() // want "unreleased-holder: lease holds a lease"
	if !open {
		return false
	}
	lease.Session.End()
	return true
}

func EndsIt() bool {
	lease := grant()
	defer lease.Session.End()
	return lease.Session.open
}

func TheReceiver() bool {
	cell := &Cell{}
	cell.Begin() // note "unreleased-holder: cell holds a place in the table of cells"
	return cell.Use()
}

func TheReceiverEnded() bool {
	cell := &Cell{}
	cell.Begin()
	defer cell.End()
	return cell.Use()
}

func (c *Conn) freeIfOpen() {
	if c.open {
		c.Free()
	}
}

func FreedByMethod(p *Pool) error {
	c, err := p.Get()
	if err != nil {
		return err
	}
	defer c.freeIfOpen()
	return c.Ask()
}

func NewIsNoCall(p *Pool) bool {
	lease := new(Lease)
	*lease = *grant() // granted to the one that copies it
	return lease.Session == nil
}
