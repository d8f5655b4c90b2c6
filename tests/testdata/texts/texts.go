// Package texts prints values whose String or Error method waits for somebody.
package texts

import (
	"fmt"
	"io"
	"log"
	"sync"

	"example.com/testdata/outside"
)

func init() {
	log.SetOutput(nowhere{}) // package log formats nothing for io.Discard
}

type nowhere struct{}

func (nowhere) Write(text []byte) (int, error) { return len(text), nil }

// A teller has its text from another goroutine.
type teller struct{ texts chan string }

func (t teller) String() string {
	return <-t.texts // want "abandoned-receiver"
}

// A failure tells that it was looked at.
type failure struct{ seen chan bool }

func (f *failure) Error() string {
	f.seen <- true // want "abandoned-sender"
	return "failure"
}

func PrintRight() string {
	t := teller{make(chan string)}
	go func() { t.texts <- "a" }()
	return fmt.Sprint(t)
}

func Print() {
	t := teller{make(chan string)}
	go func() { outside.Use(fmt.Sprint(t)) }()
}

func LogLaterRight() {
	t := teller{make(chan string)}
	defer log.Println("text", t)
	go func() { t.texts <- "a" }()
}

func WrapRight() error {
	f := &failure{make(chan bool)}
	go func() { <-f.seen }()
	return fmt.Errorf("%d times: %w", 2, f)
}

func Wrap() {
	f := &failure{make(chan bool)}
	go func() { outside.Use(fmt.Errorf("%d times: %w", 2, f)) }()
}

// No verb but those for text asks for it.
func AddressRight() string {
	f := &failure{make(chan bool)}
	return fmt.Sprintf("%p %T %#v %s", f, f, f, "text")
}

func Address() {
	f := &failure{make(chan bool)}
	go func() {
		<-f.seen // want "abandoned-receiver"
	}()
	outside.Use(fmt.Sprintf("%p", f))
}

// A width is an operand, too.
func WideRight() string {
	f := &failure{make(chan bool)}
	go func() { <-f.seen }()
	return fmt.Sprintf("%*d %v%%", 5, 1, f)
}

// Nobody knows the format: it may ask or not.
func FormatRight() {
	f := &failure{make(chan bool, 1)}
	format := []string{"%v", "%p"}[outside.Work()%2]
	outside.Use(fmt.Sprintf(format, f))
}

// A nil pointer is not asked, and the method of a pointer is none of the value's.
func NotAskedRight() {
	var f *failure
	fmt.Fprint(io.Discard, f)
	log.Print(f)
	log.Print(failure{})
}

type locked struct {
	mu   sync.Mutex
	name string
}

func (l *locked) String() string {
	l.mu.Lock() // want "lock-never-released"
	defer l.mu.Unlock()
	return l.name
}

func Held() {
	l := &locked{name: "a"}
	go func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		log.Printf("have %s", l)
	}()
}

func HeldRight() {
	l := &locked{name: "a"}
	l.mu.Lock()
	log.Printf("have %s", l.name)
	l.mu.Unlock()
	fmt.Fprintln(io.Discard, l)
	log.Print(l)
}

// A method that comes from an embedded field.
type outer struct {
	*locked
	number int
}

func PromotedRight() {
	o := outer{&locked{name: "a"}, 1}
	log.Print(o)
}
