package selects

import "example.com/testdata/outside"

// A closed input is switched off with nil. When both are off, nobody leaves the loop.
func NilOutForever() {
	a, b := make(chan int), make(chan int)
	go func() {
		a, b := a, b
		for {
			select { // want "abandoned-select|nil-channel"
			case v, ok := <-a:
				if !ok {
					a = nil
					continue
				}
				outside.Use(v)
			case v, ok := <-b:
				if !ok {
					b = nil
					continue
				}
				outside.Use(v)
			}
		}
	}()
	a <- 1
	close(a)
	close(b)
}

func NilOutUntilBoth() {
	a, b := make(chan int), make(chan int)
	go func() {
		a, b := a, b
		for a != nil || b != nil {
			select {
			case v, ok := <-a:
				if !ok {
					a = nil
					continue
				}
				outside.Use(v)
			case v, ok := <-b:
				if !ok {
					b = nil
					continue
				}
				outside.Use(v)
			}
		}
	}()
	a <- 1
	close(a)
	close(b)
}

// The output is switched on only while there is something to send.
func NilOutput() (sum int) {
	in, out := make(chan int), make(chan int)
	go func() {
		defer close(out)
		var pending []int
		source := in
		for source != nil || len(pending) > 0 {
			var sink chan int
			var first int
			if len(pending) > 0 {
				sink, first = out, pending[0]
			}
			select {
			case v, ok := <-source:
				if !ok {
					source = nil
					continue
				}
				pending = append(pending, v)
			case sink <- first:
				pending = pending[1:]
			}
		}
	}()
	in <- 1
	in <- 2
	close(in)
	for v := range out {
		sum += v
	}
	return sum
}
