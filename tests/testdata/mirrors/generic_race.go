package mirrors

// First runs all and returns what comes first.
func first[T any](runs ...func() T) T {
	out := make(chan T)
	for _, run := range runs {
		go func() { out <- run() }() // want "abandoned-sender"
	}
	return <-out
}

func GenericRace() {
	_ = first(
		func() string { return fetch("a") },
		func() string { return fetch("b") },
	)
}

func firstRoom[T any](runs ...func() T) T {
	out := make(chan T, len(runs))
	for _, run := range runs {
		go func() { out <- run() }()
	}
	return <-out
}

func GenericRaceRoom() {
	_ = firstRoom(
		func() string { return fetch("a") },
		func() string { return fetch("b") },
		func() string { return fetch("c") },
	)
}

// One runner cannot lose.
func GenericRaceOfOne() {
	_ = firstOf(func() int { return 1 })
}

func firstOf[T any](runs ...func() T) T {
	out := make(chan T)
	for _, run := range runs {
		go func() { out <- run() }()
	}
	return <-out
}
