package exits

import "example.com/testdata/outside"

// oracle: exits, a panic that nobody recovers ends the process

func Panic() {
	ch := make(chan int)
	go func() {
		ch <- outside.Work()
	}()
	if outside.Coin() {
		panic("nobody recovers")
	}
	<-ch
}
