// Package places is about semaphores of which some path keeps a place.
package places

import "example.com/testdata/outside"

// Limited does two things at a time, and keeps the place of what fails.
func Limited() {
	places := make(chan struct{}, 2)
	errs := make(chan error, 5)
	for range 5 {
		places <- struct{}{} // want "abandoned-sender"
		go func() {
			if err := outside.Err(); err != nil {
				errs <- err
				return
			}
			outside.Work()
			<-places
			errs <- nil
		}()
	}
	for range 5 {
		outside.Use(<-errs)
	}
}

type fetcher struct {
	tokens chan struct{}
}

// fetch gives its token back where it succeeds.
func (f *fetcher) fetch() error {
	f.tokens <- struct{}{} // want "abandoned-sender"
	if err := outside.Err(); err != nil {
		return err
	}
	<-f.tokens
	return nil
}

// Fetched fetches until it worked three times.
func Fetched() {
	f := &fetcher{tokens: make(chan struct{}, 1)}
	for range 3 {
		outside.Use(f.fetch())
	}
}
