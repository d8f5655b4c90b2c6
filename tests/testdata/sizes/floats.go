package sizes

import "example.com/testdata/outside"

// A capacity may be written as a floating-point constant.
func FloatCapacity() {
	todo := make(chan int, 1e1)
	for i := range 10 {
		todo <- i
	}
	close(todo)
	for n := range todo {
		outside.Use(n)
	}
}

// There is room for three.
func FloatCapacityTooSmall() {
	todo := make(chan int, 3e0)
	go func() {
		for i := range 4 {
			todo <- i // want "abandoned-sender"
		}
	}()
	outside.Work()
}
