package agreement

// recover counts where it is called: not when it is deferred itself, but when a deferred function defers it.
func DeferredRecover() {
	c := make(chan int)
	go func() {
		defer func() {
			if recover() != nil {
				c <- 1 // want "abandoned-sender"
			}
		}()
		defer recover()
		panic("out")
	}()
	go func() {
		defer func() {
			if recover() != nil {
				c <- 1
			}
		}()
		defer func() {
			defer recover()
		}()
		panic("out")
	}()
}
