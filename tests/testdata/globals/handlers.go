package globals

// A table of functions, some of them literals: how many there are is known, not what they do.
var handlers = map[string]func(chan<- int){
	"a": func(to chan<- int) { to <- 1 },
	"b": handle,
}

func handle(to chan<- int) {
	to <- 2 // want "abandoned-sender"
}

var kept = []func(chan<- int){handle, handle}

func Handlers() {
	ch := make(chan int, 2)
	for _, each := range handlers {
		each(ch)
	}
	<-ch
}

func HandlersAtOnce() {
	ch := make(chan int)
	for _, each := range handlers {
		go each(ch)
	}
	for range handlers {
		<-ch
	}
}

// These are known: two send and one receives.
func KeptHandlers() {
	ch := make(chan int)
	for _, each := range kept {
		go func() {
			each(ch)
		}()
	}
	<-ch
}
