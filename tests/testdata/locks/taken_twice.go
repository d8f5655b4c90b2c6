package locks

import "sync"

// View is read through a lock, or is a copy that needs none.
type View interface {
	Enter()
	Leave()
	Len() int
}

type table struct {
	mu   sync.RWMutex
	rows []int
}

func (t *table) Enter()   { t.mu.RLock() }
func (t *table) Leave()   { t.mu.RUnlock() }
func (t *table) Len() int { return len(t.rows) }

func (t *table) Append(row int) {
	t.mu.Lock()
	t.rows = append(t.rows, row)
	t.mu.Unlock()
}

type snapshot struct{ rows []int }

func (s *snapshot) Enter()   {}
func (s *snapshot) Leave()   {}
func (s *snapshot) Len() int { return len(s.rows) }

func (t *table) copied() View {
	t.Enter()
	defer t.Leave()
	return &snapshot{rows: t.rows}
}

func (t *table) shared() View { return t }

// Reader holds a view that it has entered; End leaves it.
type Reader struct{ view View }

// Read enters the view for its caller. To copy one takes the same lock for a moment, which says nothing.
func (t *table) Read(copied bool) *Reader {
	var view View
	if copied {
		view = t.copied()
	} else {
		view = t.shared()
	}
	view.Enter()
	return &Reader{view}
}

// End gives it back.
func (r *Reader) End() { r.view.Leave() }

func ReadsThroughLock() {
	t := &table{}
	for _, copied := range []bool{false, true} {
		r := t.Read(copied)
		r.View().Len()
		r.End()
	}
	t.Append(1)
}

// View is what is read.
func (r *Reader) View() View { return r.view }
