package wholes

import (
	"reflect"
	"time"

	"example.com/testdata/outside"
)

func ConstantsRight() {
	done := make(chan int)
	if a, b := (key{1, "a"}), (key{2, "a"}); a == b {
		done <- 1
	}
}

func Constants() {
	done := make(chan int)
	go func() {
		done <- 1 // want "abandoned-sender"
	}()
	if a, b := (key{1, "a"}), (key{2, "a"}); a == b {
		<-done
	}
}

func Compare() {
	for number := range 3 {
		comparedRight(key{number, "a"}, key{1, "a"})
		compared(key{number, "a"}, key{1, "a"})
		switchedRight(key{number, "a"})
		switched(key{number, "a"})
	}
}

func comparedRight(a, b key) {
	done := make(chan int)
	if a == b {
		go func() { done <- 1 }()
	}
	if a == b {
		<-done
	}
}

func compared(a, b key) {
	done := make(chan int)
	go func() {
		done <- 1 // want "abandoned-sender"
	}()
	if a != b {
		<-done
	}
}

func switchedRight(a key) {
	done := make(chan int)
	switch a {
	case key{1, "a"}, key{1, "b"}:
		go func() { done <- 1 }()
	default:
		return
	}
	if a != (key{}) {
		<-done
	}
}

func switched(a key) {
	done := make(chan int)
	switch a {
	case key{1, "a"}, key{2, "a"}:
		go func() {
			done <- 1 // want "abandoned-sender"
		}()
	default:
		return
	}
	if a != (key{1, "a"}) {
		<-done
	}
}

// Two readings of the clock are two values, a copy of one is the same.
func ClockRight() {
	done := make(chan int)
	first, second := time.Now(), time.Now()
	if first != second {
		go func() { done <- 1 }()
	}
	if first != second {
		<-done
	}
	third := second
	if third == (time.Time{}) || third != second || !third.Equal(second) {
		<-done
	}
}

func Clock() {
	done := make(chan int)
	first, second := time.Now(), time.Now()
	go func() {
		done <- 1 // want "abandoned-sender"
	}()
	if first == second {
		<-done
	}
}

// What code outside returns has the same in each field, however often it is asked.
func ReturnedRight() {
	type inner struct{ A, B int }
	field := reflect.TypeFor[inner]().Field(outside.Work() % 2)
	done := make(chan int)
	if field.Anonymous {
		go func() { done <- 1 }()
	}
	if field.Anonymous {
		<-done
	}
}

func Returned() {
	type inner struct{ A, B int }
	field := reflect.TypeFor[inner]().Field(outside.Work() % 2)
	done := make(chan int)
	if !field.Anonymous {
		go func() {
			done <- 1 // want "abandoned-sender"
		}()
	}
	if field.Anonymous {
		close(done)
	}
}
