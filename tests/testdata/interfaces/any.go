package interfaces

import "example.com/testdata/outside"

// A channel inside an interface value.
func AnyChannel() {
	ch := make(chan int)
	var box any = ch
	go func() {
		if c, ok := box.(chan int); ok {
			c <- outside.Work() // want "abandoned-sender"
		}
	}()
}

func AnyChannelRight() {
	ch := make(chan int)
	var box any = ch
	go func() {
		switch c := box.(type) {
		case chan int:
			c <- outside.Work()
		}
	}()
	<-ch
}
