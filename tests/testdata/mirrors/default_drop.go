package mirrors

import "sync"

// Nobody waits to send: who is late drops the answer. But who is early drops it, too, and then nobody has one.
func DropEarly() {
	out := make(chan string)
	var wg sync.WaitGroup
	for _, host := range hosts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			select {
			case out <- fetch(host):
			default:
			}
		}()
	}
	wg.Wait()
	<-out // want "abandoned-receiver"
}

// One place keeps the first answer.
func DropLate() {
	out := make(chan string, 1)
	var wg sync.WaitGroup
	for _, host := range hosts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			select {
			case out <- fetch(host):
			default:
			}
		}()
	}
	wg.Wait()
	<-out
}

// The first to come closes the race.
func OnceFirst() {
	var once sync.Once
	done := make(chan struct{})
	var best string
	for _, host := range hosts {
		go func() {
			body := fetch(host)
			once.Do(func() {
				best = body
				close(done)
			})
		}()
	}
	<-done
	_ = best
}
