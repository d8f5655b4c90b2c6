package exits

// oracle: exits, the goroutine beside the waiting one panics

// The process ends, whoever waits.
func PanicsBeside() {
	ch := make(chan int)
	go func() {
		defer func() {}()
		panic("out of order")
	}()
	<-ch
}
