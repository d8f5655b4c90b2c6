package selects

import "example.com/testdata/outside"

// The worker may have left by itself; then nobody takes the stop value.
func StopsAWorkerThatIsGone() {
	in, quit := make(chan int), make(chan bool)
	go func() {
		for {
			select {
			case v := <-in:
				outside.Use(v)
				if outside.Err() != nil {
					return
				}
			case <-quit:
				return
			}
		}
	}()
	in <- 1
	quit <- true // want "abandoned-sender"
}

func ClosesQuit() {
	in, quit := make(chan int), make(chan bool)
	go func() {
		for {
			select {
			case v := <-in:
				outside.Use(v)
				if outside.Err() != nil {
					return
				}
			case <-quit:
				return
			}
		}
	}()
	in <- 1
	close(quit)
}

func QuitBuffered() {
	in, quit := make(chan int), make(chan bool, 1)
	go func() {
		for {
			select {
			case v := <-in:
				outside.Use(v)
				if outside.Err() != nil {
					return
				}
			case <-quit:
				return
			}
		}
	}()
	in <- 1
	quit <- true
}
