package mirrors

// The rest is taken by a goroutine in the background.
func Drained() {
	out := make(chan string)
	for _, host := range hosts {
		go func() { out <- fetch(host) }()
	}
	<-out
	go func() {
		for range len(hosts) - 1 {
			<-out
		}
	}()
}

// It takes one too few.
func DrainedShort() {
	out := make(chan string)
	for _, host := range hosts {
		go func() {
			out <- fetch(host) // want "abandoned-sender"
		}()
	}
	<-out
	go func() {
		for range len(hosts) - 2 {
			<-out
		}
	}()
}

// It takes one too many.
func DrainedLong() {
	out := make(chan string)
	for _, host := range hosts {
		go func() { out <- fetch(host) }()
	}
	<-out
	go func() {
		for range hosts {
			<-out // want "abandoned-receiver"
		}
	}()
}

// The loop in the background waits for a close that never comes.
func DrainedRange() {
	out := make(chan string)
	for _, host := range hosts {
		go func() { out <- fetch(host) }()
	}
	<-out
	go func() {
		for range out { // want "never-closed"
		}
	}()
}
