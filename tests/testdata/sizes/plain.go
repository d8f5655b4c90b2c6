package sizes

import "example.com/testdata/outside"

// How long a slice of plain values is stays known, however long it is, and whoever goes through it.

func LongSlice() {
	const all = 200
	words := make([]string, all)
	written := make(chan struct{}, all/10)
	go func() {
		for _, word := range words {
			outside.Use(len(word))
			written <- struct{}{}
		}
	}()
	for i := 0; i != all; i++ {
		<-written
	}
}

func LongSliceOneLess() {
	const all = 200
	words := make([]string, all)
	written := make(chan struct{})
	go func() {
		for range words {
			written <- struct{}{} // want "abandoned-sender"
		}
	}()
	for i := 1; i != all; i++ {
		<-written
	}
}

func SizedOutside() { sized(outside.Work()) }

func sized(n int) {
	words := make([]string, n)
	written := make(chan struct{})
	go func() {
		for range words {
			written <- struct{}{}
		}
	}()
	for i := 0; i < n; i++ {
		<-written
	}
}

func LongArray() {
	var words [100]string
	written := make(chan struct{})
	go func() {
		for _, word := range words {
			outside.Use(len(word))
			written <- struct{}{}
		}
	}()
	for i := 0; i < 100; i++ {
		<-written
	}
}

func PartOfLongSlice() {
	buffer := make([]byte, 100)
	part := buffer[:outside.Work()&3]
	written := make(chan struct{}, len(part))
	for range part {
		written <- struct{}{}
	}
}
