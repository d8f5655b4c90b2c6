package libraries

import (
	"crypto/sha256"
	"flag"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"example.com/testdata/outside"
)

// What a process is asked about itself stays the same.
func Processors() {
	numbers := make(chan int)
	for n := range runtime.NumCPU() {
		go func() { numbers <- n }()
	}
	for range runtime.NumCPU() {
		<-numbers
	}
}

func Parallel() {
	numbers := make(chan int)
	go func() {
		for n := range runtime.GOMAXPROCS(0) {
			numbers <- n
		}
	}()
	for range runtime.GOMAXPROCS(0) {
		<-numbers
	}
}

func FlagArguments() {
	sizes := make(chan int)
	go func() {
		for _, arg := range flag.Args() {
			sizes <- len(arg)
		}
	}()
	for range flag.NArg() {
		<-sizes
	}
}

func Arguments() {
	sizes := make(chan int)
	go func() {
		for _, arg := range os.Args[1:] {
			sizes <- len(arg)
		}
	}()
	for range os.Args[1:] {
		<-sizes
	}
}

func others(names []string) {
	sizes := make(chan int)
	go func() {
		for _, name := range names[1:] {
			sizes <- len(name)
		}
	}()
	for range names[1:] {
		<-sizes
	}
}

// All but the first of some names are as many as before.
func Others() {
	others(strings.Fields(strings.Repeat("x ", 1+outside.Work())))
}

// So are the bytes of a text.
func Bytes() {
	text := strings.Repeat("x", outside.Work())
	bytes := make(chan byte)
	go func() {
		for i := 0; i < len(text); i++ {
			bytes <- text[i]
		}
	}()
	for range len(text) {
		<-bytes
	}
}

// What is made of one text is the same each time.
func Trimmed() {
	ready := make(chan int)
	name := strings.Repeat("x", outside.Work())
	go func() {
		if strings.TrimSpace(name) == "" || filepath.Ext(name) == ".go" {
			close(ready)
		}
	}()
	if strings.TrimSpace(name) == "" {
		<-ready
	}
}

// A hash takes all that is written to it.
func Hashed() {
	hash := sha256.New()
	io.Copy(hash, twoPartsOfAPipe())
	hash.Sum(nil)
}

// All are one more than the others.
func OneMore() {
	names := strings.Fields(strings.Repeat("x ", 1+outside.Work()))
	sizes := make(chan int)
	go func() {
		for _, name := range names {
			sizes <- len(name) // want "abandoned-sender"
		}
	}()
	for range names[1:] {
		<-sizes
	}
}

// Two texts are not the same.
func TwoTexts() {
	ready := make(chan int)
	one, other := strings.Repeat("x", outside.Work()), strings.Repeat("x", outside.Work())
	go func() {
		if strings.TrimSpace(one) == "" {
			close(ready)
		}
	}()
	if strings.TrimSpace(other) == "" {
		<-ready // want "abandoned-receiver"
	}
}

// One processor less leaves one over.
func OneLess() {
	numbers := make(chan int)
	for range runtime.NumCPU() {
		go func() {
			numbers <- 1 // want "abandoned-sender"
		}()
	}
	for range runtime.NumCPU() - 1 {
		<-numbers
	}
}
