package globals

import "example.com/testdata/outside"

var (
	fixedHosts = []string{"a", "b", "c"}
	places     = 2
	changing   = []string{"a", "b", "c"}
)

// Nobody changes the list or the number of places: three senders, two places, one receiver.
func FixedSizes() {
	ch := make(chan string, places)
	for _, host := range fixedHosts {
		go func() { ch <- host }()
	}
	<-ch
}

// The list is changed elsewhere, it may be empty.
func ChangingSize() {
	if outside.Coin() {
		changing = nil
	} else {
		changing = []string{"a", "b"}
	}
	ch := make(chan string)
	for _, host := range changing {
		go func(host string) {
			ch <- host // want "abandoned-sender"
		}(host)
	}
	<-ch // want "abandoned-receiver"
}
