package who_test

import (
	"fmt"
	"testing"

	"example.com/observed/who"
)

func one() int { return 1 }

func TestParallel(t *testing.T) {
	for _, name := range []string{"one", "two", "two", "clean"} {
		name := name
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			switch t.Name() {
			case "TestParallel/one":
				who.Fastest(one, one)
			case "TestParallel/two#01":
				who.Fastest(one, one, one)
			default:
				who.First(one, one)
			}
		})
	}
}

func TestAlone(t *testing.T) {
	t.Cleanup(func() { who.Fastest(one, one) })
}

func TestClean(t *testing.T) {
	t.Parallel()
	who.First(one, one, one)
}

func ExampleFastest() {
	fmt.Println(who.Fastest(one, one))
	// Output: 1
}

func BenchmarkFastest(b *testing.B) {
	who.Fastest(one, one)
}

func FuzzSeeds(f *testing.F) {
	f.Add(7)
	f.Fuzz(func(t *testing.T, n int) {
		requests := make(chan int)
		go func() {
			<-requests // leaks FuzzSeeds/seed#0
		}()
	})
}
