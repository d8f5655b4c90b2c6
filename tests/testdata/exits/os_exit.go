package exits

import (
	"os"

	"example.com/testdata/outside"
)

// oracle: exits, os.Exit ends the process before anybody is stuck

func OsExit() {
	ch := make(chan int)
	go func() {
		ch <- outside.Work()
	}()
	if outside.Err() != nil {
		fail()
	}
	<-ch
}

func fail() {
	os.Exit(1)
}
