package sizes

import "example.com/testdata/outside"

func Lengths() {
	for _, items := range [][]int{{1}, {1, 2}, {1, 2, 3}} {
		roomForAll(items)
		roomForAllButOne(items)
		roomForAllButOneTaken(items)
		takesAll(items)
		takesAllButOne(items)
		copied(items)
	}
}

func roomForAll(items []int) {
	ch := make(chan int, len(items))
	for range items {
		go func() {
			ch <- outside.Work()
		}()
	}
}

func roomForAllButOne(items []int) {
	ch := make(chan int, len(items)-1)
	for range items {
		go func() {
			ch <- outside.Work() // want "abandoned-sender"
		}()
	}
}

func roomForAllButOneTaken(items []int) int {
	ch := make(chan int, len(items)-1)
	for range items {
		go func() {
			ch <- outside.Work()
		}()
	}
	return <-ch
}

func takesAll(items []int) (sum int) {
	ch := make(chan int)
	for _, item := range items {
		go func() {
			ch <- item * outside.Work()
		}()
	}
	for i := 0; i < len(items); i++ {
		sum += <-ch
	}
	return sum
}

func takesAllButOne(items []int) (sum int) {
	ch := make(chan int)
	for _, item := range items {
		go func() {
			ch <- item * outside.Work() // want "abandoned-sender"
		}()
	}
	for i := 1; i < len(items); i++ {
		sum += <-ch
	}
	return sum
}

// The length goes through a variable.
func copied(items []int) {
	n := len(items)
	ch := make(chan int, n)
	for i := 0; i < n; i++ {
		go func() {
			ch <- outside.Work()
		}()
	}
}
