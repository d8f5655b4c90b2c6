package receivers

import "example.com/testdata/outside"

type event struct {
	n    int
	done chan struct{}
}

// The loop confirms each event, except those that it skips.
func NotConfirmed() {
	events := make(chan event)
	go func() {
		for e := range events { // want "never-closed"
			if outside.Coin() {
				continue
			}
			close(e.done)
		}
	}()
	defer close(events)
	for n := range 3 {
		e := event{n, make(chan struct{})}
		events <- e
		<-e.done // want "abandoned-receiver"
	}
}

type fact struct {
	n    int
	done chan struct{}
}

func Confirmed() {
	facts := make(chan fact)
	go func() {
		for f := range facts {
			if outside.Coin() {
				outside.Work()
			}
			close(f.done)
		}
	}()
	defer close(facts)
	for n := range 3 {
		f := fact{n, make(chan struct{})}
		facts <- f
		<-f.done
	}
}
