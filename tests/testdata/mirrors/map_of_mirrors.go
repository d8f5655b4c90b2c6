package mirrors

// Closures in a map: each is started, one is heard.
func MapOfMirrors() {
	out := make(chan string)
	mirrors := map[string]func(){
		"berlin": func() {
			out <- fetch("berlin") // want "abandoned-sender"
		},
		"lima": func() {
			out <- fetch("lima") // want "abandoned-sender"
		},
	}
	for _, mirror := range mirrors {
		go mirror()
	}
	<-out
}

func MapOfMirrorsAll() {
	out := make(chan string)
	mirrors := map[string]func(){
		"berlin": func() { out <- fetch("berlin") },
		"lima":   func() { out <- fetch("lima") },
	}
	for _, mirror := range mirrors {
		go mirror()
	}
	for range mirrors {
		<-out
	}
}

// A slice of closures.
func SliceOfMirrors() {
	out := make(chan string)
	mirrors := []func() string{
		func() string { return fetch("berlin") },
		func() string { return fetch("lima") },
		func() string { return fetch("osaka") },
	}
	for _, mirror := range mirrors {
		go func() {
			out <- mirror() // want "abandoned-sender"
		}()
	}
	<-out
}
