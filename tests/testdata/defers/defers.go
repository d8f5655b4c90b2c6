package defers

import (
	"context"
	"errors"
	"net/http"
	"os"
	"time"
)

// oracle: none, what is held is released in the end

func Sizes(names []string) (total int64, err error) {
	for _, name := range names {
		file, err := os.Open(name)
		if err != nil {
			return 0, err
		}
		defer file.Close() // want "defer-in-loop"
		info, err := file.Stat()
		if err != nil {
			return 0, err
		}
		total += info.Size()
	}
	return total, nil
}

func SizesInLiteral(names []string) (total int64) {
	for _, name := range names {
		func() {
			file, err := os.Open(name)
			if err != nil {
				return
			}
			defer file.Close()
			if info, err := file.Stat(); err == nil {
				total += info.Size()
			}
		}()
	}
	return total
}

// The loop ends behind the defer.
func FirstOf(names []string) (*os.FileInfo, error) {
	for _, name := range names {
		file, err := os.Open(name)
		if err != nil {
			continue
		}
		defer file.Close()
		info, err := file.Stat()
		return &info, err
	}
	return nil, errors.New("none")
}

func Timeouts(ctx context.Context, jobs []func(context.Context)) {
	for _, job := range jobs {
		sub, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel() // want "defer-in-loop"
		job(sub)
	}
}

func Bodies(urls []string) (lengths []int64) {
	for _, url := range urls {
		response, err := http.Get(url)
		if err != nil {
			continue
		}
		defer response.Body.Close() // want "defer-in-loop"
		lengths = append(lengths, response.ContentLength)
	}
	return lengths
}

// All are needed until the end.
func Together(names []string, join func([]*os.File)) error {
	var files []*os.File
	for _, name := range names {
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		defer file.Close()
		files = append(files, file)
	}
	join(files)
	return nil
}

// They were opened elsewhere.
func CloseAll(files []*os.File, use func()) {
	for _, file := range files {
		defer file.Close()
	}
	use()
}

// Two rounds.
func Few(get func(string) (*os.File, error)) {
	for _, name := range []string{"one", "two"} {
		if file, err := get(name); err == nil {
			defer file.Close()
		}
	}
}

func Goroutines(names []string, use func(*os.File)) {
	for _, name := range names {
		go func() {
			file, err := os.Open(name)
			if err != nil {
				return
			}
			defer file.Close()
			use(file)
		}()
	}
}
