package holders

import (
	"context"
	"database/sql"
	"iter"
	"os"
)

// oracle: none, it needs a data base

// Store closes one of the two things that it opened.
type Store struct {
	base *sql.DB
	logs *os.File
}

func OpenStore(name string) (*Store, error) {
	base, err := sql.Open("made up", name) // want "unreleased-holder: Store"
	if err != nil {
		return nil, err
	}
	logs, err := os.Create(name)
	if err != nil {
		base.Close()
		return nil, err
	}
	return &Store{base: base, logs: logs}, nil
}

func (s *Store) Ask(ctx context.Context) error { return s.base.PingContext(ctx) }

func (s *Store) Close() error { return s.logs.Close() }

// Reader puts what it opens into its fields itself.
type Reader struct {
	reading *sql.DB
	pull    func() (int, bool)
	unpull  func()
	done    bool
}

func (r *Reader) Start(name string, seq iter.Seq[int]) (err error) {
	r.reading, err = sql.Open("made up", name) // want "unreleased-holder: Reader"
	r.pull, r.unpull = iter.Pull(seq)          // want "unreleased-holder: Reader"
	return err
}

func (r *Reader) Next() (int, bool) {
	if r.reading == nil {
		return 0, false
	}
	return r.pull()
}

func (r *Reader) Stop() { r.done = true }

// Careful releases its field.
type Careful struct{ pool *sql.DB }

func NewCareful(name string) (*Careful, error) {
	pool, err := sql.Open("made up", name)
	if err != nil {
		return nil, err
	}
	return &Careful{pool: pool}, nil
}

func (c *Careful) Close() error {
	if c.pool == nil {
		return nil
	}
	return c.pool.Close()
}

// ForGood has nothing that ends it.
type ForGood struct{ lasting *sql.DB }

func NewForGood(name string) (*ForGood, error) {
	lasting, err := sql.Open("made up", name)
	if err != nil {
		return nil, err
	}
	return &ForGood{lasting: lasting}, nil
}

func (f *ForGood) Ask(ctx context.Context) error { return f.lasting.PingContext(ctx) }

// Lender gives its field to others.
type Lender struct {
	lent *sql.DB
	open bool
}

func NewLender(name string) (*Lender, error) {
	lent, err := sql.Open("made up", name)
	if err != nil {
		return nil, err
	}
	return &Lender{lent: lent, open: true}, nil
}

func (l *Lender) Base() *sql.DB { return l.lent }

func (l *Lender) Close() { l.open = false }

// Shared is stored in two places.
type Shared struct{ first, second *sql.DB }

func NewShared(name string) (*Shared, error) {
	both, err := sql.Open("made up", name)
	if err != nil {
		return nil, err
	}
	return &Shared{first: both, second: both}, nil
}

func (s *Shared) Close() error { return s.first.Close() }

// Asker is made for one call: who opened the database closes it.
type Asker struct {
	asking *sql.DB
	asked  int
}

func AskOnce(name string) error {
	base, err := sql.Open("made up", name)
	if err != nil {
		return err
	}
	defer base.Close()
	a := &Asker{asking: base}
	defer a.Close()
	return a.asking.Ping()
}

func (a *Asker) Close() error {
	a.asked = 0
	return nil
}
