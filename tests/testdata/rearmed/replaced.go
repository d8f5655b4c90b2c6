package rearmed

import "time"

// A timer whose channel is the program's own: what AfterFunc runs sends on it, and Stop does not look at it.
func own(d time.Duration) *time.Timer {
	ticks := make(chan time.Time, 1)
	t := time.AfterFunc(d, func() { ticks <- time.Now() })
	t.C = ticks
	return t
}

func Replaced() {
	t := own(time.Millisecond)
	if !t.Stop() {
		<-t.C
	}
	t.Reset(time.Millisecond)
	<-t.C
}
