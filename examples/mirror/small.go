package mirror

// FastestSmallBuffer has room for one answer and takes one: the third still has nowhere to go.
func FastestSmallBuffer() string {
	answers := make(chan string, 1)
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
