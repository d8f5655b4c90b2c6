package sizes

import (
	"net/url"

	"example.com/testdata/outside"
)

// A map of unknown size has as many entries in each loop as len tells.
func MapBufferRight() {
	values, _ := url.ParseQuery("a=1&b=2&c=3")
	results := make(chan int, len(values))
	for range values {
		go func() {
			results <- outside.Work()
		}()
	}
	if len(values) > 1 {
		<-results
	}
}

func MapBuffer() {
	values, _ := url.ParseQuery("a=1&b=2&c=3")
	results := make(chan int, len(values)-2)
	for range values {
		go func() {
			results <- outside.Work() // want "abandoned-sender"
		}()
	}
	if len(values) > 1 {
		<-results
	}
}

func MapTwiceRight() {
	values, _ := url.ParseQuery("a=1&b=2&c=3")
	results := make(chan int)
	for range values {
		go func() {
			results <- outside.Work()
		}()
	}
	for range values {
		<-results
	}
}

// Deleting while the workers are started leaves nothing to count them by.
func MapEmptied() {
	values, _ := url.ParseQuery("a=1&b=2&c=3")
	results := make(chan int)
	for key := range values {
		delete(values, key)
		go func() {
			results <- outside.Work() // want "abandoned-sender"
		}()
	}
	for range len(values) {
		<-results
	}
}

// Only len looks at this map.
func MapCountedRight() {
	seen := map[int]bool{}
	seen[outside.Work()] = true
	result := make(chan int)
	go func() {
		result <- outside.Work()
	}()
	if len(seen) == 1 {
		<-result
	}
}

func MapCounted() {
	seen := map[int]bool{}
	result := make(chan int)
	go func() {
		result <- outside.Work() // want "abandoned-sender"
	}()
	if len(seen) == 1 {
		<-result
	}
}
