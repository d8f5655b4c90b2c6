// Package forms has the same few meetings of goroutines in forms that Go code takes.
package forms

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"example.com/testdata/outside"
)

type options struct {
	buffer  int
	workers int
}

type option func(*options)

func withBuffer(n int) option { return func(o *options) { o.buffer = n } }

func withWorkers(n int) option { return func(o *options) { o.workers = n } }

func runWith(opts ...option) {
	o := options{workers: 3}
	for _, opt := range opts {
		opt(&o)
	}
	out := make(chan int, o.buffer)
	for i := range o.workers {
		go func() { out <- i }()
	}
	<-out
}

// Options give a place to each worker.
func Options() {
	runWith(withBuffer(4), withWorkers(4))
}

func runFew(opts ...option) {
	o := options{workers: 3}
	for _, opt := range opts {
		opt(&o)
	}
	out := make(chan int, o.buffer)
	for i := range o.workers {
		go func(i int) { out <- i }(i) // want "abandoned-sender"
	}
	<-out
}

// Options forget the buffer.
func OptionsFew() {
	runFew(withWorkers(4))
}

// A recursive sort: each half in a goroutine.
func MergeSort() {
	_ = mergeSort([]int{3, 1, 2})
}

func mergeSort(list []int) []int {
	if len(list) < 2 {
		return list
	}
	middle := len(list) / 2
	left := make(chan []int)
	right := make(chan []int)
	go func() { left <- mergeSort(list[:middle]) }()
	go func() { right <- mergeSort(list[middle:]) }()
	return append(<-left, <-right...)
}

type tree struct {
	left, right *tree
	value       int
}

func (t *tree) walk(out chan<- int) {
	if t == nil {
		return
	}
	t.left.walk(out)
	out <- t.value
	t.right.walk(out)
}

func (t *tree) values() <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		t.walk(out)
	}()
	return out
}

// All values of the tree are read.
func TreeWalk() {
	t := &tree{left: &tree{value: 1}, value: 2}
	for v := range t.values() {
		outside.Use(v)
	}
}

type leftTree struct {
	left  *leftTree
	value int
}

func (t *leftTree) walk(out chan<- int) {
	if t == nil {
		return
	}
	t.left.walk(out)
	out <- t.value // want "abandoned-sender"
}

// Two trees are compared up to the first difference.
func SameTrees() {
	a := &leftTree{left: &leftTree{value: 1}, value: 2}
	b := &leftTree{left: &leftTree{value: 3}, value: 2}
	x, y := make(chan int), make(chan int)
	go a.walk(x)
	go b.walk(y)
	for range 2 {
		if <-x != <-y {
			return
		}
	}
}

func ticks(ctx context.Context) iter.Seq[int] {
	return func(yield func(int) bool) {
		out := make(chan int)
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		go func() {
			defer close(out)
			for i := range 3 {
				select {
				case out <- i:
				case <-ctx.Done():
					return
				}
			}
		}()
		for v := range out {
			if !yield(v) {
				return
			}
		}
	}
}

// The iterator cancels its goroutine when the loop is left.
func SeqLeft() {
	for v := range ticks(context.Background()) {
		if v == 1 {
			break
		}
	}
}

func frailTicks() iter.Seq[int] {
	return func(yield func(int) bool) {
		out := make(chan int)
		go func() {
			defer close(out)
			for i := range 3 {
				out <- i // want "abandoned-sender"
			}
		}()
		for v := range out {
			if !yield(v) {
				return
			}
		}
	}
}

func SeqLeftFrail() {
	for v := range frailTicks() {
		if v == 1 {
			break
		}
	}
}

// Read to its end it leaves nobody.
func SeqWhole() {
	sum := 0
	for v := range wholeTicks() {
		sum += v
	}
	outside.Use(slices.Collect(wholeTicks()))
}

func wholeTicks() iter.Seq[int] {
	return func(yield func(int) bool) {
		out := make(chan int, 3)
		go func() {
			defer close(out)
			for i := range 3 {
				out <- i
			}
		}()
		for v := range out {
			if !yield(v) {
				return
			}
		}
	}
}

// A lazy value: the goroutine starts with the first question.
func Lazy() {
	get := sync.OnceValue(func() int {
		ch := make(chan int)
		go func() { ch <- outside.Work() }()
		return <-ch
	})
	outside.Use(get() + get())
}

type cell[T any] struct {
	ready chan struct{}
	value T
	err   error
	set   atomic.Bool
}

func newCell[T any]() *cell[T] { return &cell[T]{ready: make(chan struct{})} }

func (c *cell[T]) put(v T, err error) {
	if c.set.CompareAndSwap(false, true) {
		c.value, c.err = v, err
		close(c.ready)
	}
}

func (c *cell[T]) get(ctx context.Context) (T, error) {
	select {
	case <-c.ready:
		return c.value, c.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// Futures that are always set.
func Futures() {
	c := newCell[int]()
	for range 2 {
		go func() { c.put(outside.Work(), outside.Err()) }()
	}
	v, err := c.get(context.Background())
	outside.Use(v)
	outside.Use(err)
}

// A goto instead of a loop.
func Goto() {
	ch := make(chan int)
	go func() {
		i := 0
	again:
		ch <- i
		i++
		if i < 3 {
			goto again
		}
		close(ch)
	}()
	for {
		_, ok := <-ch
		if !ok {
			break
		}
	}
}

// The labelled continue leaves the select, not the loop.
func Labels() {
	ch := make(chan int)
	quit := make(chan struct{})
	go func() {
		for i := range 3 {
			ch <- i
		}
		close(quit)
	}()
loop:
	for {
		select {
		case v := <-ch:
			if v == 1 {
				continue loop
			}
			outside.Use(v)
		case <-quit:
			break loop
		}
	}
}

// Functions travel through a channel to the goroutine that runs them.
func Funcs() {
	funcs := make(chan func())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for f := range funcs {
			f()
		}
	}()
	result := make(chan int, 1)
	funcs <- func() { result <- outside.Work() }
	outside.Use(<-result)
	close(funcs)
	<-done
}

// A function in the loop waits for another function in the loop.
func FuncsInside() {
	funcs := make(chan func())
	go func() {
		for f := range funcs {
			f()
		}
	}()
	funcs <- func() {
		done := make(chan struct{})
		funcs <- func() { close(done) } // want "abandoned-sender"
		<-done
	}
}

// The error is joined from all.
func JoinErrors() {
	var wg sync.WaitGroup
	errs := make([]error, 3)
	for i := range errs {
		wg.Go(func() { errs[i] = outside.Err() })
	}
	wg.Wait()
	outside.Use(errors.Join(errs...))
}

// Retry until it works or the time is over.
func Retry() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	_ = retry(ctx, outside.Err)
}

func retry(ctx context.Context, try func() error) error {
	for {
		result := make(chan error, 1)
		go func() { result <- try() }()
		select {
		case err := <-result:
			if err == nil {
				return nil
			}
		case <-ctx.Done():
			return ctx.Err()
		}
		select {
		case <-time.After(time.Microsecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// A switch on the mode: each mode that sends has a receiver.
func Modes() {
	for _, mode := range []string{"none", "one", "two"} {
		useMode(mode)
	}
}

func useMode(mode string) {
	ch := make(chan int)
	n := 0
	switch mode {
	case "one":
		n = 1
	case "two":
		n = 2
	}
	for range n {
		go func() { ch <- 1 }()
	}
	switch {
	case mode == "one":
		<-ch
	case mode == "two":
		<-ch
		<-ch
	}
}
