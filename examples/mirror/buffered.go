package mirror

// FastestBuffered has room for every answer: the slower mirrors put theirs down and go.
func FastestBuffered() string {
	answers := make(chan string, 3)
	go func() {
		answers <- fetch("berlin.example.com")
	}()
	go func() {
		answers <- fetch("lima.example.com")
	}()
	go func() {
		answers <- fetch("osaka.example.com")
	}()
	return <-answers
}
