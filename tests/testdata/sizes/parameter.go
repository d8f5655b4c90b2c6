package sizes

import "example.com/testdata/outside"

func Parameters() {
	for n := 1; n <= 3; n++ {
		sameCount(n)
		oneMore(n)
		twice(n)
		twiceShort(n)
	}
}

func sameCount(n int) {
	ch := make(chan int)
	for range n {
		go func() {
			ch <- outside.Work()
		}()
	}
	for range n {
		<-ch
	}
}

// One sender more than receives.
func oneMore(n int) {
	ch := make(chan int)
	for i := 0; i <= n; i++ {
		go func() {
			ch <- outside.Work() // want "abandoned-sender"
		}()
	}
	for i := 0; i < n; i++ {
		<-ch
	}
}

// Two values from each goroutine.
func twice(n int) {
	ch := make(chan int, n)
	for range n {
		go func() {
			ch <- outside.Work()
			ch <- outside.Work()
		}()
	}
	for range n {
		<-ch
	}
}

func twiceShort(n int) {
	ch := make(chan int, n)
	for range n {
		go func() {
			ch <- outside.Work() // want "abandoned-sender"
			ch <- outside.Work() // want "abandoned-sender"
		}()
	}
}
