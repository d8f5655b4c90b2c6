package agreement

import "example.com/testdata/outside"

// Nobody recovers: the process ends, and nobody waits any more.
// oracle: exits, a goroutine panics now and then
func PanicEnds() {
	m := map[string]chan int{"a": make(chan int), "b": make(chan int, 1)}
	go func() {
		if outside.Coin() {
			panic("out")
		}
		for _, c := range m {
			c <- 1
		}
	}()
	<-m["a"]
}
