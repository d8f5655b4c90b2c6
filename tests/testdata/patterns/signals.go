package patterns

import (
	"os"
	"os/signal"
)

// The operating system may send at any time.
func Signals() {
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, os.Interrupt)
	go func() {
		<-ch // parked "os/signal holds the channel"
	}()
}
