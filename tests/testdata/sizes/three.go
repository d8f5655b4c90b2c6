package sizes

import "example.com/testdata/outside"

// Of a few values one is taken and one has room.
func Three() {
	for n := 1; n <= 3; n++ {
		firstError(make([]string, n))
		firstOfAll(make([]string, n))
		firstErrorOfAll(make([]string, n))
	}
}

// The buffer takes one value and the caller another: it takes three to be left over.
func firstError(names []string) int {
	failed := make(chan int, 1)
	for range names {
		go func() {
			failed <- outside.Work() // want "abandoned-sender"
		}()
	}
	return <-failed
}

func firstOfAll(names []string) int {
	values := make(chan int, 1)
	go func() {
		for range names {
			values <- outside.Work() // want "abandoned-sender"
		}
		close(values)
	}()
	return <-values
}

// There is room for all.
func firstErrorOfAll(names []string) int {
	failed := make(chan int, len(names)+1)
	for range names {
		go func() {
			failed <- outside.Work()
		}()
	}
	failed <- 0
	return <-failed
}
