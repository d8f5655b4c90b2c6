package producers

// ElevenReceivers mixes up the arrow: ten goroutines and the caller all receive, nobody sends.
func ElevenReceivers() int {
	ch := make(chan int)
	for i := 0; i < 10; i++ {
		go func() {
			<-ch // want "abandoned-receiver"
		}()
	}
	return <-ch // want "abandoned-receiver: .*(nobody|nothing|no goroutine|never).* sen"
}

// ElevenReceiversBuffered is the "cure" that cures nothing: a buffer that nobody fills stays empty.
func ElevenReceiversBuffered() int {
	ch := make(chan int, 10)
	for i := 0; i < 10; i++ {
		go func() {
			<-ch // want "abandoned-receiver"
		}()
	}
	return <-ch // want "abandoned-receiver: .*(nobody|nothing|no goroutine|never).* sen"
}
