// Package who is what its tests leak with.
package who

// Fastest returns the first answer; the others stay parked on their send.
func Fastest(sources ...func() int) int {
	answers := make(chan int)
	for _, source := range sources {
		go func(source func() int) {
			answers <- source() // leaks TestParallel/one TestParallel/two#01 TestAlone BenchmarkFastest ExampleFastest
		}(source)
	}
	return <-answers
}

// First is Fastest, cured.
func First(sources ...func() int) int {
	answers := make(chan int, len(sources))
	for _, source := range sources {
		go func(source func() int) { answers <- source() }(source)
	}
	return <-answers
}
