// Package mirror asks three mirrors of a file at once and keeps the answer that comes first.
package mirror

// FastestUnbuffered leaks two goroutines a call: one answer is taken, and nobody is left to take the
// other two.
func FastestUnbuffered() string {
	answers := make(chan string)
	go func() {
		answers <- fetch("berlin.example.com") // want "abandoned-sender"
	}()
	go func() {
		answers <- fetch("lima.example.com") // want "abandoned-sender"
	}()
	go func() {
		answers <- fetch("osaka.example.com") // want "abandoned-sender"
	}()
	return <-answers
}
