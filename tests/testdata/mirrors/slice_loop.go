package mirrors

// The mirrors come from a slice, the answer from whichever is first.
func SliceLoop() {
	_ = fastestOf(hosts)
}

func fastestOf(hosts []string) string {
	answers := make(chan string)
	for _, host := range hosts {
		go func() {
			answers <- fetch(host) // want "abandoned-sender"
		}()
	}
	return <-answers
}

// One place less than mirrors is enough: one answer is taken.
func SliceLoopRoom() {
	_ = fastestWithRoom(hosts)
}

func fastestWithRoom(hosts []string) string {
	answers := make(chan string, len(hosts)-1)
	for _, host := range hosts {
		go func() {
			answers <- fetch(host)
		}()
	}
	return <-answers
}

// Two places less are not.
func SliceLoopTight() {
	_ = fastestTight(hosts)
}

func fastestTight(hosts []string) string {
	answers := make(chan string, len(hosts)-2)
	for _, host := range hosts {
		go func() {
			answers <- fetch(host) // want "abandoned-sender"
		}()
	}
	return <-answers
}
