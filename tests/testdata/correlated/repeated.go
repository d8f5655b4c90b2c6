package correlated

import (
	"context"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// What a function of the library says of plain values it says again.
func AskOfText(text string) {
	answer := make(chan int)
	go func() {
		if strings.Index(text, "=") > 0 {
			answer <- 1
		}
	}()
	if strings.Index(text, "=") > 0 {
		<-answer
	}
}

func OfText() {
	AskOfText("a=b")
	AskOfText("b")
}

// Of two values that both came from outside.
func AskOfTwo(text, prefix string) {
	answer := make(chan int)
	if strings.TrimPrefix(text, prefix) != text {
		go func() { answer <- 1 }()
	}
	if strings.TrimPrefix(text, prefix) != text {
		<-answer
	}
}

func OfTwo() {
	AskOfTwo("a=b", "a")
	AskOfTwo("a=b", "b")
}

// Whether an error comes with the answer.
func AskForError(text string) {
	answer := make(chan int)
	go func() {
		if _, err := strconv.Atoi(text); err == nil {
			answer <- 1
		}
	}()
	if _, err := strconv.Atoi(text); err == nil {
		<-answer
	}
}

func ForError() {
	AskForError("1")
	AskForError("one")
}

var digits = regexp.MustCompile("[0-9]+")

func AskForMatch(text string) {
	answer := make(chan int)
	go func() {
		if digits.MatchString(text) {
			answer <- 1
		}
	}()
	if digits.MatchString(text) {
		<-answer
	}
}

func ForMatch() {
	AskForMatch("1")
	AskForMatch("one")
}

// One answer is asked about by the next question.
func AskInTurn(path string) {
	answer := make(chan int)
	go func() {
		if strings.Count(filepath.Base(path), ".") == 1 {
			answer <- 1
		}
	}()
	if strings.Count(filepath.Base(path), ".") == 1 {
		<-answer
	}
}

func InTurn() {
	AskInTurn("a/b.go")
	AskInTurn("a.go/b")
}

// Each text of a list is asked in two loops.
func AskOfEach(texts []string) {
	answers := make(chan int)
	for _, text := range texts {
		go func() {
			if strings.Count(text, "=") == 1 {
				answers <- 1
			}
		}()
	}
	for _, text := range texts {
		if strings.Count(text, "=") == 1 {
			<-answers
		}
	}
}

func OfEach() { AskOfEach([]string{"a=b", "a", "b=", ""}) }

// Which kind of type it is never changes.
func AskType(of reflect.Type) {
	answer := make(chan int)
	go func() {
		if of.Kind() == reflect.Slice {
			answer <- 1
		}
	}()
	if of.Kind() == reflect.Slice {
		<-answer
	}
}

func OfType() {
	AskType(reflect.TypeOf([]int{}))
	AskType(reflect.TypeOf(""))
}

// Nor does the deadline of a context.
func AskDeadline(ctx context.Context) {
	answer := make(chan int)
	go func() {
		if _, ok := ctx.Deadline(); ok {
			answer <- 1
		}
	}()
	if _, ok := ctx.Deadline(); ok {
		<-answer
	}
}

func OfDeadline() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	AskDeadline(ctx)
	AskDeadline(context.Background())
}

// Of another value it says something else.
func askOfOther(text, other string) {
	answer := make(chan int)
	if strings.Index(text, "=") > 0 {
		go func() {
			answer <- 1 // want "abandoned-sender"
		}()
	}
	if strings.Index(other, "=") > 0 {
		<-answer // want "abandoned-receiver"
	}
}

func OfOther() {
	askOfOther("a=b", "a")
	askOfOther("a", "a=b")
}

// So does another question.
func askElse(text, word string) {
	answer := make(chan int)
	if strings.Index(text, word) == 0 {
		go func() {
			answer <- 1 // want "abandoned-sender"
		}()
	}
	if strings.Count(text, word) == 0 {
		<-answer // want "abandoned-receiver"
	}
}

func Else() {
	askElse("a", "a")
	askElse("b", "a")
}

// The two values the other way round are another question.
func askTurned(text, word string) {
	answer := make(chan int)
	if strings.Index(text, word) >= 0 {
		go func() {
			answer <- 1 // want "abandoned-sender"
		}()
	}
	if strings.Index(word, text) >= 0 {
		<-answer // want "abandoned-receiver"
	}
}

func Turned() {
	askTurned("ab", "a")
	askTurned("a", "ab")
}

// The variable has another value by then.
func askChanged(letter, next rune) {
	answer := make(chan int)
	if unicode.IsPunct(letter) {
		go func() {
			answer <- 1 // want "abandoned-sender"
		}()
	}
	letter = unicode.ToLower(next)
	if unicode.IsPunct(letter) {
		<-answer // want "abandoned-receiver"
	}
}

func Changed() {
	askChanged('.', 'A')
	askChanged('A', '.')
}

// A list that is looked at as a text may be written in between.
func askTextWritten(bytes []byte, next byte) {
	answer := make(chan int)
	if strings.Index(string(bytes), "=") == 0 {
		go func() {
			answer <- 1 // want "abandoned-sender"
		}()
	}
	bytes[0] = next
	if strings.Index(string(bytes), "=") == 0 {
		<-answer // want "abandoned-receiver"
	}
}

func TextWritten() {
	askTextWritten([]byte("="), 'a')
	askTextWritten([]byte("a"), '=')
}

// Another type is of another kind.
func askTypes(one, two reflect.Type) {
	answer := make(chan int)
	if one.Kind() == reflect.Slice {
		go func() {
			answer <- 1 // want "abandoned-sender"
		}()
	}
	if two.Kind() == reflect.Slice {
		<-answer // want "abandoned-receiver"
	}
}

func Types() {
	askTypes(reflect.TypeOf([]int{}), reflect.TypeOf(""))
	askTypes(reflect.TypeOf(""), reflect.TypeOf([]int{}))
}
