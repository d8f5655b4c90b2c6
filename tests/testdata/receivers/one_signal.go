package receivers

import "example.com/testdata/outside"

// One stop value for two listeners.
func OneStopForTwo() {
	stop := make(chan struct{})
	for range 2 {
		go func() {
			<-stop // want "abandoned-receiver"
			outside.Work()
		}()
	}
	stop <- struct{}{}
}

func CloseForTwo() {
	stop := make(chan struct{})
	for range 2 {
		go func() {
			<-stop
			outside.Work()
		}()
	}
	close(stop)
}

func TwoStopsForTwo() {
	stop := make(chan struct{})
	for range 2 {
		go func() {
			<-stop
			outside.Work()
		}()
	}
	stop <- struct{}{}
	stop <- struct{}{}
}
