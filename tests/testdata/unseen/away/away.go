// Package away is in a module of its own that ../go.mod does not name: go run finds it, check does not.
package away

// Idle makes the module one of those that the oracle builds.
func Idle() {}

// Queue holds jobs; its zero value is empty.
type Queue[T any] struct{ items []T }

// NewQueue gives an empty queue.
func NewQueue[T any]() *Queue[T] { return &Queue[T]{} }

// Len tells how many it holds.
func (q *Queue[T]) Len() int { return len(q.items) }

// Push adds one.
func (q *Queue[T]) Push(item T) { q.items = append(q.items, item) }

// Pop takes the first one.
func (q *Queue[T]) Pop() T {
	item := q.items[0]
	q.items = q.items[1:]
	return item
}

// Fetch fails at times.
func Fetch(n int) (int, error) { return n, nil }

// Door is open or shut.
type Door struct{ shut bool }

// Enter fails where it is shut.
func (d *Door) Enter() error {
	if d.shut {
		return errShut
	}
	return nil
}

type shutError struct{}

func (shutError) Error() string { return "shut" }

var errShut = shutError{}

// NewDoor gives a door that is shut.
func NewDoor() *Door { return &Door{shut: true} }
