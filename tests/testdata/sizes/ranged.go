package sizes

import (
	"net/url"

	"example.com/testdata/outside"
)

// Each loop over a map that nobody changes meets the same values.
func RangedTwiceRight() {
	values, _ := url.ParseQuery("a=1&a=2&b=3")
	results := make(chan int)
	for _, each := range values {
		for range each {
			go func() { results <- outside.Work() }()
		}
	}
	for _, each := range values {
		for range each {
			<-results
		}
	}
}

func RangedTwice() {
	values, _ := url.ParseQuery("a=1&a=2&b=3")
	results := make(chan int)
	for _, each := range values {
		for range each {
			go func() {
				results <- outside.Work() // want "abandoned-sender"
			}()
		}
	}
	for _, each := range values {
		if len(each) > 1 {
			<-results
		}
	}
}

// What is kept by the keys of a map is found by them again.
func KeptByKeyRight() {
	values, _ := url.ParseQuery("a=1&a=2&b=3")
	results := map[string]chan int{}
	for name := range values {
		result := make(chan int)
		results[name] = result
		go func() { result <- outside.Work() }()
	}
	for name := range values {
		<-results[name]
	}
}

func KeptByKey() {
	values, _ := url.ParseQuery("a=1&a=2&b=3")
	results := map[string]chan int{}
	for name := range values {
		result := make(chan int)
		results[name] = result
		go func() {
			result <- outside.Work() // want "abandoned-sender"
		}()
	}
	for name := range values {
		if len(values[name]) > 1 {
			<-results[name]
		}
	}
}

type job struct {
	name  string
	quick bool
}

func Jobs() {
	jobs := map[int]job{1: {"a", true}, 2: {"b", false}, 3: {"c", true}}
	chosenRight(jobs)
	chosen(jobs)
}

func chosenRight(jobs map[int]job) {
	results := make(chan int)
	for _, each := range jobs {
		if each.quick {
			go func() { results <- outside.Work() }()
		}
	}
	for _, each := range jobs {
		if each.quick {
			<-results
		}
	}
}

func chosen(jobs map[int]job) {
	results := make(chan int)
	for _, each := range jobs {
		if each.quick {
			go func() {
				results <- outside.Work() // want "abandoned-sender"
			}()
		}
	}
	for _, each := range jobs {
		if each.quick && each.name != "a" {
			<-results
		}
	}
}

type suite struct{ floor, number int }

func Rooms() {
	rooms := map[suite]bool{{1, 1}: true, {1, 2}: true}
	byRoomRight(rooms)
	byRoom(rooms)
}

func byRoomRight(rooms map[suite]bool) {
	results := map[suite]chan int{}
	for each := range rooms {
		result := make(chan int)
		results[each] = result
		go func() { result <- outside.Work() }()
	}
	for each := range rooms {
		<-results[each]
	}
}

func byRoom(rooms map[suite]bool) {
	results := map[suite]chan int{}
	for each := range rooms {
		result := make(chan int)
		results[each] = result
		go func() {
			result <- outside.Work() // want "abandoned-sender"
		}()
	}
	for each := range rooms {
		<-results[each]
		break
	}
}
