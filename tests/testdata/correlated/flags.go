package correlated

import "example.com/testdata/outside"

// Both tests ask the same flag: sent and received, or neither.
func SameFlag() {
	for _, async := range []bool{true, false} {
		sameFlag(async)
		otherFlag(async, !async)
		negatedFlag(async)
	}
}

func sameFlag(async bool) int {
	ch := make(chan int)
	if async {
		go func() {
			ch <- outside.Work()
		}()
	}
	outside.Work()
	if async {
		return <-ch
	}
	return 0
}

// Two flags need not agree.
func otherFlag(send, receive bool) int {
	ch := make(chan int)
	if send {
		go func() {
			ch <- outside.Work() // want "abandoned-sender"
		}()
	}
	if receive {
		return <-ch // want "abandoned-receiver"
	}
	return 0
}

func negatedFlag(sync bool) int {
	ch := make(chan int)
	if !sync {
		go func() {
			ch <- outside.Work()
		}()
	}
	if sync {
		return outside.Work()
	}
	return <-ch
}

// A local variable that is asked twice, and one that changes in between.
func LocalFlag() int {
	ch := make(chan int)
	started := outside.Coin()
	if started {
		go func() {
			ch <- outside.Work()
		}()
	}
	if started {
		return <-ch
	}
	return 0
}

func ChangedFlag() int {
	ch := make(chan int)
	started := outside.Coin()
	if started {
		go func() {
			ch <- outside.Work() // want "abandoned-sender"
		}()
	}
	started = outside.Coin()
	if started {
		return <-ch // want "abandoned-receiver"
	}
	return 0
}

// Set where the goroutine is started.
func SetWhenStarted() int {
	ch := make(chan int)
	started := false
	if outside.Coin() {
		started = true
		go func() {
			ch <- outside.Work()
		}()
	}
	if started {
		return <-ch
	}
	return 0
}
