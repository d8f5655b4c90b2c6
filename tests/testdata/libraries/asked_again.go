package libraries

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"

	"example.com/testdata/outside"
)

func words() string { return strings.Repeat("a,b c,", outside.Work()) }

// A text has as many fields as before.
func Fields() {
	sizes := make(chan int)
	text := words()
	go func() {
		for _, field := range strings.Fields(text) {
			sizes <- len(field)
		}
	}()
	for range strings.Fields(text) {
		<-sizes
	}
}

func Parts() {
	sizes := make(chan int)
	text := words()
	for _, part := range strings.Split(text, ",") {
		go func() { sizes <- len(part) }()
	}
	for range len(strings.Split(text, ",")) {
		<-sizes
	}
}

// A known text has known parts.
func KnownParts() {
	sizes := make(chan int, 3)
	for _, part := range strings.Split("one,two,three", ",") {
		sizes <- len(part)
	}
}

// Other separators make other parts.
func OtherParts() {
	sizes := make(chan int)
	text := strings.ToLower("A,B,C D")
	if outside.Coin() {
		text = strings.ToLower("A B C,D")
	}
	for _, part := range strings.Split(text, ",") {
		go func() {
			sizes <- len(part) // want "abandoned-sender"
		}()
	}
	for range strings.Split(text, " ") {
		<-sizes // want "abandoned-receiver"
	}
}

// The environment is that of the process.
func Environment() {
	ready := make(chan int)
	go func() {
		if os.Getenv("HOME") != "" {
			close(ready)
		}
	}()
	if os.Getenv("HOME") != "" {
		<-ready
	}
}

// Another variable has another value.
func OtherVariable() {
	ready := make(chan int)
	go func() {
		if os.Getenv("NOT_SET_ANYWHERE") != "" {
			close(ready)
		}
	}()
	if os.Getenv("PATH") != "" {
		<-ready // want "abandoned-receiver"
	}
}

// What is known of a file does not change.
func Folder() {
	info, err := os.Stat(os.TempDir())
	if err != nil {
		return
	}
	inFolder(info)
}

func inFolder(info fs.FileInfo) {
	ready := make(chan int)
	go func() {
		if info.IsDir() {
			close(ready)
		}
	}()
	if info.IsDir() {
		<-ready
	}
}

// Each entry of a folder is another one.
func Entries() {
	entries, err := os.ReadDir(filepath.Join(os.TempDir(), ".."))
	if err != nil || len(entries) < 2 {
		return
	}
	inFolders(entries)
}

func inFolders(entries []os.DirEntry) {
	names := make(chan string)
	go func() {
		for _, entry := range entries {
			if entry.IsDir() {
				names <- entry.Name()
			}
		}
	}()
	for _, entry := range entries {
		if entry.IsDir() {
			<-names
		}
	}
}

type busyError struct{ code int }

func (*busyError) Error() string { return "busy" }

func try() error {
	if outside.Coin() {
		return &busyError{outside.Work()}
	}
	return errors.New(words())
}

// An error is one of a type or not.
func Busy() {
	ready := make(chan int)
	err := outside.Err()
	go func() {
		var busy *busyError
		if errors.As(err, &busy) {
			close(ready)
		}
	}()
	var busy *busyError
	if errors.As(err, &busy) {
		<-ready
	}
}

func Slow() {
	ready := make(chan int)
	err := outside.Err()
	go func() {
		if late, ok := err.(net.Error); ok && late.Timeout() {
			close(ready)
		}
	}()
	if late, ok := err.(net.Error); ok && late.Timeout() {
		<-ready
	}
}

// Another error is another one.
func Busier() {
	ready := make(chan int)
	one, other := try(), error(&busyError{})
	go func() {
		var busy *busyError
		if errors.As(one, &busy) && busy.code < 0 {
			close(ready)
		}
	}()
	var busy *busyError
	if errors.As(other, &busy) {
		<-ready // want "abandoned-receiver"
	}
}
