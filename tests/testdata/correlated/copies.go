package correlated

import (
	"time"

	"example.com/testdata/outside"
)

// What a method with a value receiver says of a struct that nobody writes stays the same.
type mode struct {
	async bool
	inner limits
}

type limits struct{ most int }

func (m mode) later() bool { return m.async }

func (l limits) some() bool { return l.most > 0 }

func modes() []mode {
	return []mode{{async: outside.Coin(), inner: limits{outside.Work()}}, {async: outside.Coin()}}
}

func AskTwice(m mode) {
	answer := make(chan int)
	if m.later() {
		go func() { answer <- 1 }()
	}
	if m.later() {
		<-answer
	}
}

func AskedTwice() {
	for _, m := range modes() {
		AskTwice(m)
	}
}

func AskInside(m mode) {
	answer := make(chan int)
	go func() {
		if m.inner.some() {
			answer <- 1
		}
	}()
	if m.inner.some() {
		<-answer
	}
}

func AskedInside() {
	for _, m := range modes() {
		AskInside(m)
	}
}

// Each element is asked in two loops.
func AskInLoops(all []mode) {
	answers := make(chan int)
	for _, m := range all {
		go func() {
			if m.later() {
				answers <- 1
			}
		}()
	}
	for _, m := range all {
		if m.later() {
			<-answers
		}
	}
}

func InLoops() { AskInLoops(modes()) }

// Of two structs each has its own answer.
func askedOfTwo(one, two mode) {
	answer := make(chan int)
	if one.later() {
		go func() {
			answer <- 1 // want "abandoned-sender"
		}()
	}
	if two.later() {
		<-answer
	}
}

func AskedOfTwo() {
	askedOfTwo(mode{async: true}, mode{})
}

// What is written in between changes the answer.
func written(m mode) {
	answer := make(chan int)
	if m.later() {
		go func() {
			answer <- 1 // want "abandoned-sender"
		}()
	}
	m.async = false
	if m.later() {
		<-answer
	}
}

func Written() { written(mode{async: true}) }

type Visit struct{ at time.Time }

// A point in time is the zero one or not.
func (v *Visit) Wait() {
	answer := make(chan int)
	go func() {
		if !v.at.IsZero() {
			answer <- 1
		}
	}()
	if !v.at.IsZero() {
		<-answer
	}
}

func Points() {
	(&Visit{}).Wait()
	(&Visit{time.Now()}).Wait()
}

// The zero one is, now is not.
func KnownPoints() {
	var never time.Time
	answer := make(chan int)
	if !never.IsZero() {
		<-answer
	}
	if now := time.Now(); now.IsZero() {
		<-answer
	}
}

// Another one is another one.
func otherPoint(one, two time.Time) {
	answer := make(chan int)
	go func() {
		if !one.IsZero() {
			answer <- 1 // want "abandoned-sender"
		}
	}()
	if !two.IsZero() {
		<-answer
	}
}

func OtherPoint() { otherPoint(time.Now(), time.Time{}) }
