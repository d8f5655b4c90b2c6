package patterns

type tree struct {
	left  *tree
	value int
	right *tree
}

func leaf(v int) *tree {
	return &tree{value: v}
}

func walk(t *tree, ch chan<- int) {
	if t == nil {
		return
	}
	walk(t.left, ch)
	ch <- t.value + 1 // want "abandoned-sender"
	walk(t.right, ch)
}

func walkAll(t *tree) <-chan int {
	ch := make(chan int)
	go func() {
		defer close(ch)
		walk(t, ch)
	}()
	return ch
}

// Compares two trees and stops at the first difference: both walks stay behind.
func SameTree() bool {
	a, b := &tree{leaf(1), 2, leaf(3)}, &tree{leaf(0), 2, leaf(3)}
	x, y := walkAll(a), walkAll(b)
	for {
		v, ok := <-x
		w, okToo := <-y
		if ok != okToo || v != w {
			return false
		}
		if !ok {
			return true
		}
	}
}

func visit(t *tree, ch chan<- int, done <-chan struct{}) bool {
	if t == nil {
		return true
	}
	if !visit(t.left, ch, done) {
		return false
	}
	select {
	case ch <- t.value + 1:
	case <-done:
		return false
	}
	return visit(t.right, ch, done)
}

func VisitTree() int {
	done := make(chan struct{})
	defer close(done)
	ch := make(chan int)
	go func() {
		defer close(ch)
		visit(&tree{leaf(1), 2, leaf(3)}, ch, done)
	}()
	return <-ch
}
