package timers23

import "time"

// oracle: none, where the explorer has a witness its own tests count

func ReceiveAfterStop() {
	timer := time.NewTimer(time.Minute)
	timer.Stop()
	<-timer.C // want "stopped-timer-wait"
}

func ResetAfterStop() {
	timer := time.NewTimer(time.Minute)
	timer.Stop()
	timer.Reset(time.Second)
	<-timer.C
}

// Stop does not end the range.
func RangeStopped(work func(), beat func()) {
	ticker := time.NewTicker(time.Second)
	go func() {
		for range ticker.C { // want "stopped-timer-wait"
			beat()
		}
	}()
	work()
	ticker.Stop()
}

func SelectLeft(work func(), beat func()) {
	ticker := time.NewTicker(time.Second)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-ticker.C:
				beat()
			case <-done:
				return
			}
		}
	}()
	work()
	ticker.Stop()
	close(done)
}

// The loop goes on behind its own Stop.
func GoesOn(done <-chan struct{}, beat func()) {
	ticker := time.NewTicker(time.Second)
	for {
		select {
		case <-done:
			ticker.Stop()
		case <-ticker.C: // want "stopped-timer-wait"
			beat()
		}
	}
}

type checker struct {
	ticker *time.Ticker
}

func (c *checker) Run(check func()) {
	c.ticker = time.NewTicker(time.Second)
	for range c.ticker.C { // want "stopped-timer-wait"
		check()
	}
}

func (c *checker) Stop() {
	c.ticker.Stop()
}

// Paused and set again.
func Pauses(pause, resume <-chan struct{}, beat func()) {
	ticker := time.NewTicker(time.Second)
	for {
		select {
		case <-pause:
			ticker.Stop()
		case <-resume:
			ticker.Reset(time.Second)
		case <-ticker.C:
			beat()
		}
	}
}
