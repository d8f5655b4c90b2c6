package mirrors

// The channel is given to the caller, who takes one answer.
func HandedOut() {
	answers := all(hosts)
	_ = <-answers
}

func all(hosts []string) <-chan string {
	answers := make(chan string)
	for _, host := range hosts {
		go func() {
			answers <- fetch(host) // want "abandoned-sender"
		}()
	}
	return answers
}

func HandedOutAll() {
	answers, n := everything(hosts)
	for range n {
		<-answers
	}
}

func everything(hosts []string) (<-chan string, int) {
	answers := make(chan string)
	for _, host := range hosts {
		go func() { answers <- fetch(host) }()
	}
	return answers, len(hosts)
}

type search struct {
	answers <-chan string
	cancel  func()
}

// The caller forgets to call cancel.
func HandedOutCancel() {
	s := start(hosts)
	<-s.answers
}

func start(hosts []string) search {
	answers, quit := make(chan string), make(chan struct{})
	for _, host := range hosts {
		go func() {
			select { // want "abandoned-select"
			case answers <- fetch(host):
			case <-quit:
			}
		}()
	}
	return search{answers: answers, cancel: func() { close(quit) }}
}

func HandedOutCancelled() {
	s := startAgain(hosts)
	defer s.cancel()
	<-s.answers
}

func startAgain(hosts []string) search {
	answers, quit := make(chan string), make(chan struct{})
	for _, host := range hosts {
		go func() {
			select {
			case answers <- fetch(host):
			case <-quit:
			}
		}()
	}
	return search{answers: answers, cancel: func() { close(quit) }}
}
