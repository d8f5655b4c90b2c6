// Package numbers has meetings of goroutines whose counts are computed.
package numbers

import (
	"sync"

	"example.com/testdata/outside"
)

const (
	few = iota + 2
	more
)

// Twice as many places as needed.
func Double() {
	n := 3
	ch := make(chan int, 2*n)
	for i := 0; i < n; i++ {
		go func() { ch <- i }()
	}
}

// Half as many.
func HalfPlaces() {
	n := 4
	ch := make(chan int, n/2)
	for i := 0; i < n; i++ {
		go func() {
			ch <- i * 2 // want "abandoned-sender"
		}()
	}
	<-ch
}

// Every second round starts one.
func EverySecond() {
	ch := make(chan int)
	for i := 0; i < 6; i++ {
		if i%2 == 0 {
			go func() { ch <- i }()
		}
	}
	for i := 0; i < 6/2; i++ {
		<-ch
	}
}

// Every second round starts one, every third takes one.
func EveryThird() {
	ch := make(chan int)
	for i := 0; i < 6; i += 2 {
		go func() {
			ch <- i + 1 // want "abandoned-sender"
		}()
	}
	for i := 0; i < 6; i += 3 {
		<-ch
	}
}

// Counting down.
func Down() {
	ch := make(chan int)
	for i := few; i > 0; i-- {
		go func() { ch <- i }()
	}
	for i := few; i >= 1; i-- {
		<-ch
	}
}

func DownShort() {
	ch := make(chan int)
	for i := more; i > 0; i-- {
		go func() {
			ch <- -i // want "abandoned-sender"
		}()
	}
	for i := more; i > 1; i-- {
		<-ch
	}
}

// Two lists, one channel for both.
func TwoLists() {
	twoLists([]string{"a"}, []string{"b", "c"})
}

func twoLists(a, b []string) {
	ch := make(chan string, len(a)+len(b))
	for _, list := range [][]string{a, b} {
		for _, s := range list {
			go func() { ch <- s }()
		}
	}
	<-ch
}

// The channel has places for the longer list only.
func LongerList() {
	longerList([]string{"a", "b"}, []string{"c", "d"})
}

func longerList(a, b []string) {
	ch := make(chan string, max(len(a), len(b)))
	for _, s := range a {
		go func() {
			outside.Work()
			ch <- s + "!" // want "abandoned-sender"
		}()
	}
	for _, s := range b {
		go func() {
			ch <- s + "?" // want "abandoned-sender"
		}()
	}
	<-ch
}

// Any number of items, a place for each.
func Each(items []int) {
	ch := make(chan int, len(items))
	for _, item := range items {
		go func() { ch <- item }()
	}
	for range items {
		outside.Use(<-ch)
	}
}

// The empty list has no first answer.
func FirstOfAny() {
	firstOfAny(nil)
	firstOfAny([]int{1})
}

func firstOfAny(items []int) int {
	ch := make(chan int, len(items))
	for _, item := range items {
		go func() { ch <- item }()
	}
	return <-ch // want "abandoned-receiver"
}

func FirstOfSome() {
	firstOfSome(nil)
	firstOfSome([]int{1, 2})
}

func firstOfSome(items []int) int {
	if len(items) == 0 {
		return 0
	}
	ch := make(chan int, len(items))
	for _, item := range items {
		go func() { ch <- item }()
	}
	return <-ch
}

// Items are skipped, but counted.
func Skipped() {
	skipped([]int{1, -1, 2})
}

func skipped(items []int) {
	ch := make(chan int)
	for _, item := range items {
		if item < 0 {
			continue
		}
		go func() { ch <- item }()
	}
	for range items {
		outside.Use(<-ch) // want "abandoned-receiver"
	}
}

func Counted() {
	counted([]int{1, -1, 2})
}

func counted(items []int) {
	ch := make(chan int)
	started := 0
	for _, item := range items {
		if item < 0 {
			continue
		}
		started++
		go func() { ch <- item }()
	}
	for ; started > 0; started-- {
		outside.Use(<-ch)
	}
}

// The loop is left at the first error, those that were started are counted.
func LeftLoop() {
	ch := make(chan int)
	n := 0
	for range 3 {
		if outside.Err() != nil {
			break
		}
		n++
		go func() { ch <- outside.Work() }()
	}
	for range n {
		<-ch
	}
}

func LeftLoopUncounted() {
	ch := make(chan int)
	for range 3 {
		if outside.Err() != nil {
			break
		}
		go func() { ch <- outside.Work() }()
	}
	for range 3 {
		<-ch // want "abandoned-receiver"
	}
}

// An array of channels, one for each worker.
func Array() {
	var chans [3]chan int
	for i := range chans {
		chans[i] = make(chan int)
		go func() { chans[i] <- i }()
	}
	for _, ch := range chans {
		<-ch
	}
}

func ArrayShort() {
	var chans [3]chan int
	for i := range chans {
		chans[i] = make(chan int)
		go func() {
			chans[i] <- i + 1 // want "abandoned-sender"
		}()
	}
	for _, ch := range chans[1:] {
		<-ch
	}
}

// The third channel was never made.
func ArrayNil() {
	var chans [3]chan int
	for i := range 2 {
		chans[i] = make(chan int)
	}
	var wg sync.WaitGroup
	for i := range chans {
		wg.Add(1)
		go func() {
			defer wg.Done()
			chans[i] <- i // want "nil-channel"
		}()
	}
	<-chans[0]
	<-chans[1]
	wg.Wait() // want "wait-never-done"
}

// Chunks of a list: the last one may be smaller.
func Chunks() {
	chunks([]int{1, 2, 3, 4, 5}, 2)
}

func chunks(items []int, size int) {
	n := (len(items) + size - 1) / size
	ch := make(chan []int, n)
	for i := 0; i < len(items); i += size {
		end := min(i+size, len(items))
		go func(part []int) { ch <- part }(items[i:end])
	}
	for range n {
		outside.Use(<-ch)
	}
}

func ChunksWhole() {
	chunksWhole([]int{1, 2, 3, 4, 5}, 2)
}

// The rest is forgotten in the count.
func chunksWhole(items []int, size int) {
	n := len(items) / size
	ch := make(chan []int)
	for i := 0; i < len(items); i += size {
		end := min(i+size, len(items))
		go func(part []int) {
			ch <- part[:1] // want "abandoned-sender"
		}(items[i:end])
	}
	for range n {
		outside.Use(<-ch)
	}
}

// The capacity is asked again.
func Cap() {
	ch := make(chan int, 3)
	for i := range cap(ch) {
		go func() { ch <- i }()
	}
}

func CapOver() {
	ch := make(chan int, 3)
	for i := range cap(ch) + 1 {
		go func() {
			ch <- i * 3 // want "abandoned-sender"
		}()
	}
}

// A matrix of starts.
func Matrix() {
	rows, cols := 2, 3
	ch := make(chan int, rows)
	for r := 0; r < rows; r++ {
		for c := 0; c < cols; c++ {
			go func() {
				ch <- r * c // want "abandoned-sender"
			}()
		}
	}
	for range rows * cols / 2 {
		<-ch
	}
}
