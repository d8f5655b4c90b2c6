package agreement

import (
	"sync"

	"example.com/testdata/outside"
)

// The one who locks is gone, and another goroutine will unlock.
func HandOver() {
	var mu sync.Mutex
	mu.Lock()
	go func() {
		var once sync.Once
		c := make(chan int)
		stop := func() {
			once.Do(func() {
				close(c)
			})
		}
		go func() {
			stop()
		}()
		if outside.Coin() {
			stop()
		}
		<-c
		mu.Unlock()
	}()
	go func() {
		mu.Lock()
		mu.Unlock()
	}()
}
