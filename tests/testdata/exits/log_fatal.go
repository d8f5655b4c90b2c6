package exits

import (
	"io"
	"log"

	"example.com/testdata/outside"
)

// oracle: exits, log.Fatal ends the process before anybody is stuck

func LogFatal() {
	log.SetOutput(io.Discard)
	ch := make(chan int)
	go func() {
		ch <- outside.Work()
	}()
	if outside.Coin() {
		log.Fatal("no receiver, no process")
	}
	<-ch
}
