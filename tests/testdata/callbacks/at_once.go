package callbacks

import (
	"io/fs"
	"path/filepath"

	"example.com/testdata/outside"
)

// Walking calls its function on the walker's own goroutine; who asked for the names takes one at most.
func Walker() {
	names := make(chan string)
	go func() {
		defer close(names)
		filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
			names <- path // want "abandoned-sender"
			return err
		})
	}()
	if outside.Coin() {
		<-names
	}
}

func WalkerRight() {
	names := make(chan string)
	go func() {
		defer close(names)
		filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
			names <- path
			return err
		})
	}()
	for range names {
		outside.Work()
	}
}
