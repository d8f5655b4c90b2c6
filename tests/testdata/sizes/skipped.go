package sizes

import "example.com/testdata/outside"

// Some items are skipped, and fewer values come than are waited for.
func Skipped() {
	skips([]int{1, 2, 3})
	skipsCounted([]int{1, 2, 3})
}

func skips(items []int) {
	ch := make(chan int)
	for range items {
		if outside.Coin() {
			continue
		}
		go func() {
			ch <- outside.Work()
		}()
	}
	for range items {
		<-ch // want "abandoned-receiver"
	}
}

func skipsCounted(items []int) {
	ch := make(chan int)
	started := 0
	for range items {
		if outside.Coin() {
			continue
		}
		started++
		go func() {
			ch <- outside.Work()
		}()
	}
	for range started {
		<-ch
	}
}
