package callbacks

type tree struct {
	left, right *tree
	value       int
}

func (t *tree) walk(to chan<- int) {
	if t == nil {
		return
	}
	t.left.walk(to)
	to <- t.value
	t.right.walk(to)
}

func (t *tree) values() <-chan int {
	to := make(chan int)
	go func() {
		defer close(to)
		t.walk(to)
	}()
	return to
}

// The calls further down are not followed; could they close the channel, nobody would send on it any more.
func SameTrees() bool {
	a, b := (&tree{value: 1}).values(), (&tree{value: 2}).values()
	same := true
	for {
		x, more := <-a
		y, also := <-b
		if x != y || more != also {
			same = false
		}
		if !more && !also {
			return same
		}
	}
}

func (t *tree) walkOn(to chan<- int) {
	if t == nil {
		return
	}
	t.left.walkOn(to)
	to <- t.value // want "abandoned-sender"
	t.right.walkOn(to)
}

func (t *tree) valuesOn() <-chan int {
	to := make(chan int)
	go func() {
		defer close(to)
		t.walkOn(to)
	}()
	return to
}

// It returns at the first difference.
func SameTreesAtOnce() bool {
	a, b := (&tree{value: 1, right: &tree{value: 3}}).valuesOn(), (&tree{value: 2, right: &tree{value: 3}}).valuesOn()
	for {
		x, more := <-a
		y, also := <-b
		if x != y || more != also {
			return false
		}
		if !more {
			return true
		}
	}
}
