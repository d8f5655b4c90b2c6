package loops21

// Before Go 1.22 all rounds share one variable: the goroutines send on whatever channel it holds by then.
func SharedVariable() (sum int) {
	chans := []chan int{make(chan int), make(chan int), make(chan int)}
	for _, ch := range chans {
		go func() {
			ch <- len(chans) // want "abandoned-sender"
		}()
	}
	for i := range chans {
		sum += <-chans[i] // want "abandoned-receiver"
	}
	return sum
}

func CopiedVariable() (sum int) {
	chans := []chan int{make(chan int), make(chan int), make(chan int)}
	for _, ch := range chans {
		ch := ch
		go func() {
			ch <- len(chans)
		}()
	}
	for i := range chans {
		sum += <-chans[i]
	}
	return sum
}

func PassedVariable() (sum int) {
	chans := []chan int{make(chan int), make(chan int), make(chan int)}
	for _, ch := range chans {
		go func(ch chan<- int) {
			ch <- len(chans)
		}(ch)
	}
	for i := range chans {
		sum += <-chans[i]
	}
	return sum
}
