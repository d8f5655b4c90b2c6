// Package wholes compares structs, and has them as keys of maps.
package wholes

import "example.com/testdata/outside"

type key struct {
	number int
	name   string
}

type nested struct {
	key  key
	flag bool
}

func KeysRight() {
	results := map[key]chan int{}
	results[key{1, "a"}] = make(chan int)
	results[key{2, "a"}] = make(chan int)
	for _, result := range results {
		go func() { result <- outside.Work() }()
	}
	<-results[key{1, "a"}]
	<-results[key{2, "a"}]
}

func Keys() {
	results := map[key]chan int{}
	results[key{1, "a"}] = make(chan int)
	results[key{2, "a"}] = make(chan int)
	for _, result := range results {
		go func() {
			result <- outside.Work() // want "abandoned-sender"
		}()
	}
	<-results[key{1, "a"}]
}

func LiteralRight() {
	results := map[key]chan int{{1, "a"}: make(chan int), {1, "b"}: make(chan int)}
	for _, result := range results {
		go func() { result <- outside.Work() }()
	}
	for range results {
		<-results[key{1, "a"}]
		<-results[key{1, "b"}]
		break
	}
}

func CountedRight() {
	seen := map[nested]bool{}
	seen[nested{key{1, "a"}, true}] = true
	seen[nested{key{1, "b"}, true}] = true
	seen[nested{key{1, "b"}, true}] = false
	results := make(chan int)
	for range 2 {
		go func() { results <- outside.Work() }()
	}
	for range len(seen) {
		<-results
	}
}

func Counted() {
	seen := map[nested]bool{}
	seen[nested{key{1, "a"}, true}] = true
	seen[nested{key{1, "a"}, true}] = false
	results := make(chan int)
	for range 2 {
		go func() {
			results <- outside.Work() // want "abandoned-sender"
		}()
	}
	for range len(seen) {
		<-results
	}
}

func DeletedRight() {
	results := map[key]chan int{{1, "a"}: make(chan int), {2, "a"}: make(chan int)}
	delete(results, key{1, "a"})
	for _, result := range results {
		go func() { result <- outside.Work() }()
	}
	<-results[key{2, "a"}]
}

func PutBackRight() {
	results := map[key]chan int{}
	for number := range 3 {
		results[key{number, "a"}] = make(chan int)
	}
	for number := range 3 {
		go func() { results[key{number, "a"}] <- outside.Work() }()
	}
	for number := range 3 {
		<-results[key{number, "a"}]
	}
}
