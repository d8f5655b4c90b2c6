package libraries

import (
	"bytes"
	"container/heap"
	"container/list"
	"context"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"maps"
	"slices"
	"sort"
	"sync"
)

// The encoder writes to the pipe that it was made with.
func Encoded() {
	r, w := io.Pipe()
	go func() {
		w.CloseWithError(json.NewEncoder(w).Encode(1))
	}()
	var room [8]byte
	r.Read(room[:])
	r.Close()
}

// The decoder reads from it.
func Decoded() error {
	r, w := io.Pipe()
	go func() {
		io.WriteString(w, "1 ")
		w.Close()
	}()
	defer r.Close()
	var n int
	return json.NewDecoder(r).Decode(&n)
}

// A logger keeps its writer.
func Logged() {
	r, w := io.Pipe()
	to := log.New(w, "", 0)
	go func() { to.Print("x") }()
	var room [8]byte
	r.Read(room[:])
	r.Close()
}

// So does a structured one, by way of its handler.
func LoggedText() {
	r, w := io.Pipe()
	to := slog.New(slog.NewTextHandler(w, nil))
	go func() { to.Info("x") }()
	var room [100]byte
	r.Read(room[:])
	r.Close()
}

// And a writer of records.
func Records() {
	r, w := io.Pipe()
	go func() {
		to := csv.NewWriter(w)
		to.Write([]string{"x"})
		to.Flush()
	}()
	var room [8]byte
	r.Read(room[:])
	r.Close()
}

// A buffer is written to the pipe.
func Buffered() {
	r, w := io.Pipe()
	go func() { bytes.NewBufferString("x").WriteTo(w) }()
	var room [8]byte
	r.Read(room[:])
	r.Close()
}

// A buffer is read from it.
func ReadAll() {
	r, w := io.Pipe()
	go func() {
		io.WriteString(w, "x")
		w.Close()
	}()
	var all bytes.Buffer
	all.ReadFrom(r)
}

type waiters struct {
	mu   sync.Mutex
	open bool
	list list.List
}

func (w *waiters) wait() {
	w.mu.Lock()
	if w.open {
		w.mu.Unlock()
		return
	}
	ready := make(chan struct{})
	w.list.PushBack(ready)
	w.mu.Unlock()
	<-ready
}

func (w *waiters) release() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open = true
	for e := w.list.Front(); e != nil; e = e.Next() {
		close(e.Value.(chan struct{}))
	}
}

// A list keeps what is pushed.
func Listed() {
	w := &waiters{}
	go w.wait()
	w.release()
}

// The copy of a slice has the same channels.
func Cloned() {
	ready := []chan int{make(chan int), make(chan int)}
	all := slices.Clone(ready)
	go func() {
		for _, ch := range all {
			close(ch)
		}
	}()
	<-ready[1]
}

// The copy of a map has them, too.
func ClonedMap() {
	ready := map[string]chan int{"a": make(chan int)}
	all := maps.Clone(ready)
	go func() { close(all["a"]) }()
	<-ready["a"]
}

type key struct{}

// Who has a context has its values.
func Valued() {
	ready := make(chan int)
	ctx := context.WithValue(context.Background(), key{}, ready)
	go func() { close(ctx.Value(key{}).(chan int)) }()
	<-ready
}

type queue []chan int

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return cap(q[i]) < cap(q[j]) }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(chan int)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// The heap pushes what it is given.
func Heaped() {
	q := &queue{}
	ready := make(chan int)
	heap.Push(q, ready)
	go func() { close(heap.Pop(q).(chan int)) }()
	<-ready
}

// print is a writer that hands on.
type print func(text []byte) (int, error)

func (p print) Write(text []byte) (int, error) { return p(text) }

func handing(to chan string) print {
	return func(text []byte) (int, error) {
		to <- string(text) // want "abandoned-sender"
		return len(text), nil
	}
}

// A logger calls its writer when something is logged, and not before.
func LoggedTo() {
	lines := make(chan string)
	to := log.New(handing(lines), "", 0)
	go to.Print("x")
	<-lines
}

func LoggedToOther() {
	lines := make(chan string)
	to := log.New(io.Discard, "", 0)
	to.SetOutput(handing(lines))
	go to.Print("x")
	<-lines
}

// So does an encoder.
func EncodedTo() {
	lines := make(chan string)
	go json.NewEncoder(handing(lines)).Encode(1)
	<-lines
}

// What a flag's value goes to is called when flags are parsed.
func FlagOf() {
	values := make(chan string)
	flags := flag.NewFlagSet("x", flag.ContinueOnError)
	flags.Func("v", "value", func(text string) error {
		values <- text
		return nil
	})
	go flags.Parse([]string{"-v", "1"})
	<-values
}

// Who prints calls the writer at once.
func PrintedTo() {
	lines := make(chan string)
	fmt.Fprint(handing(lines), "x")
}

// Sorting keeps nothing.
func Sorted() {
	chans := []chan int{make(chan int), make(chan int)}
	sort.Slice(chans, func(i, j int) bool { return cap(chans[i]) < cap(chans[j]) })
	<-chans[0] // want "abandoned-receiver"
}

// Nor does printing.
func Printed() {
	ch := make(chan int)
	fmt.Println(ch)
	slog.Info("made", "channel", ch)
	<-ch // want "abandoned-receiver"
}

// Only what a context hands out is handed out.
func ValuedByName() {
	ch := make(chan int)
	ctx := context.WithValue(context.Background(), key{}, "name")
	if ctx.Value(key{}) != nil {
		<-ch // want "abandoned-receiver"
	}
}
