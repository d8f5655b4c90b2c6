package agreement

// A map is visited in any order.
func MapOrder() {
	m := map[string]chan int{"a": make(chan int), "b": make(chan int, 1)}
	c := make(chan int)
	go func() {
		for _, each := range m {
			each <- 1 // want "abandoned-sender"
		}
	}()
	<-m["b"] // want "abandoned-receiver"
	go func() {
		c <- 1 // want "abandoned-sender"
	}()
}
