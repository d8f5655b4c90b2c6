package receivers

import "example.com/testdata/outside"

type holder struct {
	ch chan int
}

func (h holder) channel() chan int {
	return h.ch
}

// The receive stands inside a larger expression, over several lines.
func InExpression() int {
	h := holder{make(chan int)}
	return 1 +
		outside.Work() +
		<-h.channel() // want "abandoned-receiver"
}

func InExpressionRight() int {
	h := holder{make(chan int, 1)}
	h.ch <- 1
	return 1 +
		outside.Work() +
		<-h.channel()
}

// A receive in the condition of an if.
func InCondition() bool {
	ok := make(chan bool)
	if <-ok { // want "abandoned-receiver"
		return true
	}
	return false
}

// A receive as an argument.
func AsArgument() {
	ch := make(chan int)
	outside.Use(
		<-ch, // want "abandoned-receiver"
	)
}
