package sync

import "unstuck/machine"

type Locker interface {
	Lock()
	Unlock()
}

type Mutex struct{ state int }

func (m *Mutex) Lock()
func (m *Mutex) Unlock()
func (m *Mutex) TryLock() bool

type RWMutex struct{ state int }

func (m *RWMutex) Lock()
func (m *RWMutex) Unlock()
func (m *RWMutex) TryLock() bool
func (m *RWMutex) RLock()
func (m *RWMutex) RUnlock()
func (m *RWMutex) TryRLock() bool

type rlocker struct{ m *RWMutex }

func (l *rlocker) Lock()   { l.m.RLock() }
func (l *rlocker) Unlock() { l.m.RUnlock() }

func (m *RWMutex) RLocker() Locker { return &rlocker{m} }

type WaitGroup struct{ state int }

func (wg *WaitGroup) Add(delta int)
func (wg *WaitGroup) Done()
func (wg *WaitGroup) Wait()

// Goexit in f calls Done. Go does not when f panics, but that ends the process anyway.
func (wg *WaitGroup) Go(f func()) {
	wg.Add(1)
	go func() {
		defer wg.Done()
		f()
	}()
}

type Cond struct {
	L     Locker
	state int
}

func NewCond(l Locker) *Cond { return &Cond{L: l} }

func (c *Cond) Wait()
func (c *Cond) Signal()
func (c *Cond) Broadcast()

type Once struct {
	m    Mutex
	done bool
}

func (o *Once) Do(f func()) {
	if o.done {
		return
	}
	o.m.Lock()
	defer o.m.Unlock()
	if !o.done {
		defer func() { o.done = true }()
		f()
	}
}

func OnceFunc(f func()) func() {
	var once Once
	return func() { once.Do(f) }
}

func OnceValue[T any](f func() T) func() T {
	var once Once
	var result T
	return func() T {
		once.Do(func() { result = f() })
		return result
	}
}

func OnceValues[T1, T2 any](f func() (T1, T2)) func() (T1, T2) {
	var once Once
	var r1 T1
	var r2 T2
	return func() (T1, T2) {
		once.Do(func() { r1, r2 = f() })
		return r1, r2
	}
}

type Pool struct{ New func() any }

func (p *Pool) Get() any {
	if p.New != nil {
		return p.New()
	}
	return nil
}

func (p *Pool) Put(x any)

type Map struct{ entries map[any]any }

func (m *Map) Load(key any) (value any, ok bool) {
	machine.Yield()
	value, ok = m.entries[key]
	return
}

func (m *Map) Store(key, value any) {
	machine.Yield()
	if m.entries == nil {
		m.entries = map[any]any{}
	}
	m.entries[key] = value
}

func (m *Map) LoadOrStore(key, value any) (actual any, loaded bool) {
	machine.Yield()
	if m.entries == nil {
		m.entries = map[any]any{}
	}
	if old, ok := m.entries[key]; ok {
		return old, true
	}
	m.entries[key] = value
	return value, false
}

func (m *Map) LoadAndDelete(key any) (value any, loaded bool) {
	machine.Yield()
	value, loaded = m.entries[key]
	delete(m.entries, key)
	return
}

func (m *Map) Delete(key any) {
	machine.Yield()
	delete(m.entries, key)
}

func (m *Map) Swap(key, value any) (previous any, loaded bool) {
	machine.Yield()
	if m.entries == nil {
		m.entries = map[any]any{}
	}
	previous, loaded = m.entries[key]
	m.entries[key] = value
	return
}

func (m *Map) Range(f func(key, value any) bool) {
	for k, v := range m.entries {
		if !f(k, v) {
			break
		}
	}
}

func (m *Map) Clear() { clear(m.entries) }
