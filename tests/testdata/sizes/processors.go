package sizes

import (
	"runtime"

	"example.com/testdata/outside"
)

// There is at least one processor, and so a place for the first.
func ProcessorsRight() {
	places := make(chan struct{}, 2*runtime.GOMAXPROCS(0))
	places <- struct{}{}
	go func() {
		outside.Work()
		<-places
	}()
}

func Processors() {
	count := runtime.NumCPU()
	places := make(chan struct{}, count)
	for range count + 1 {
		places <- struct{}{} // note "abandoned-sender"
	}
}
