package sizes

import "sync"

type ring struct{ write, read, size int }

func (r *ring) Len() int {
	if r.write >= r.read {
		return r.write - r.read
	}
	return r.write - r.read + r.size
}

func (r *ring) Size() int { return r.size }

func (r *ring) room() int { return r.write - r.read }

type packets struct {
	mu sync.Mutex
	in ring
}

// A length is not negative: where it is not zero the loop runs, and the lock is given back.
func (p *packets) handle() {
	p.mu.Lock()
	n := p.in.Len()
	if n == 0 {
		p.mu.Unlock()
		return
	}
	for i := 0; i < n; i++ {
		if i > 0 {
			p.mu.Lock()
		}
		p.mu.Unlock()
	}
}

// Nor is a size that a field says.
func (p *packets) drop() {
	p.mu.Lock()
	n := p.in.Size()
	if n == 0 {
		p.mu.Unlock()
		return
	}
	if n > 0 {
		p.mu.Unlock()
	}
}

// A difference can be.
func (p *packets) fill() {
	p.mu.Lock() // want "lock-never-released"
	n := p.in.room()
	if n == 0 {
		p.mu.Unlock()
		return
	}
	for i := 0; i < n; i++ {
		if i > 0 {
			p.mu.Lock()
		}
		p.mu.Unlock()
	}
}

func Handled() {
	p := &packets{in: ring{write: 3, read: 1, size: 8}}
	p.handle()
	p.handle()
	p.drop()
	p.drop()
}

func Filled() {
	p := &packets{in: ring{write: 1, read: 3, size: 8}}
	p.fill()
	p.fill()
}
