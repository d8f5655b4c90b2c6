package libraries

import (
	"iter"
	"maps"
	"slices"
)

func received(from <-chan int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for n := range from {
			if !yield(n) {
				return
			}
		}
	}
}

func three() <-chan int {
	numbers := make(chan int)
	go func() {
		defer close(numbers)
		for n := range 3 {
			numbers <- n
		}
	}()
	return numbers
}

// Whoever collects a sequence goes through all of it.
func Collected() []int {
	return slices.Collect(received(three()))
}

func Appended() []int {
	return slices.AppendSeq([]int{0}, received(three()))
}

func SortedWhole() []int {
	return slices.Sorted(received(three()))
}

func SortedBy() []int {
	return slices.SortedFunc(received(three()), func(a, b int) int { return b - a })
}

func CollectedMap() map[int]bool {
	return maps.Collect(func(yield func(int, bool) bool) {
		for n := range three() {
			if !yield(n, true) {
				return
			}
		}
	})
}

// A loop may leave it.
func FirstOf() int {
	numbers := make(chan int)
	go func() {
		defer close(numbers)
		for n := range 3 {
			numbers <- n // want "abandoned-sender"
		}
	}()
	for n := range received(numbers) {
		return n
	}
	return 0
}
