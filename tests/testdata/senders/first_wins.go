package senders

import "example.com/testdata/outside"

func FirstWins() {
	hosts := []string{"a", "b", "c"}
	fastest(hosts)
	fastestBuffered(hosts)
	fastestDefault(hosts)
	fastestAll(hosts)
}

func fastest(hosts []string) string {
	ch := make(chan string)
	for _, host := range hosts {
		go func() {
			ch <- ask(host) // want "abandoned-sender"
		}()
	}
	return <-ch
}

func fastestBuffered(hosts []string) string {
	ch := make(chan string, len(hosts))
	for _, host := range hosts {
		go func() {
			ch <- ask(host)
		}()
	}
	return <-ch
}

func fastestDefault(hosts []string) string {
	ch := make(chan string, 1)
	for _, host := range hosts {
		go func() {
			select {
			case ch <- ask(host):
			default:
			}
		}()
	}
	return <-ch
}

func fastestAll(hosts []string) (last string) {
	ch := make(chan string)
	for _, host := range hosts {
		go func() {
			ch <- ask(host)
		}()
	}
	for range hosts {
		last = <-ch
	}
	return last
}

func ask(host string) string {
	outside.Work()
	return "hello from " + host
}
