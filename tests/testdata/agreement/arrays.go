package agreement

// An array is copied, what its elements refer to is not.
func ArrayCopy() {
	a := [2]chan int{make(chan int), make(chan int, 1)}
	b := a
	b[0] = b[1]
	go func() {
		a[1] <- 1
	}()
	<-b[0]
	<-a[0] // want "abandoned-receiver"
}
