package libraries

import "reflect"

func forward(in <-chan int, out any) {
	if reflect.TypeOf(out).Kind() != reflect.Chan {
		panic("no channel")
	}
	go func() {
		to := reflect.ValueOf(out)
		for x := range in {
			to.Send(reflect.ValueOf(x))
		}
		to.Close()
	}()
}

// Who has the reflected channel sends on it and closes it.
func ReflectedSend() {
	in, out := make(chan int, 1), make(chan int)
	forward(in, out)
	in <- 1
	close(in)
	<-out
	<-out
}

// A type keeps nothing of the value it is the type of.
func TypeOnly() {
	ch := make(chan int)
	if reflect.TypeOf(ch).Kind() == reflect.Chan && reflect.DeepEqual(ch, ch) {
		<-ch // want "abandoned-receiver"
	}
}
