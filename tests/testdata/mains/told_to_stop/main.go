// A program's functions are called by nobody else: what they are given is what the program gives them.
package main

import (
	"sync"
	"time"

	"example.com/testdata/outside"
)

type Cache struct {
	filled sync.WaitGroup
	once   sync.Once
}

func (c *Cache) fill() {
	outside.Work()
	c.once.Do(c.filled.Done)
}

func until(stop <-chan struct{}, do func()) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		do()
	}
}

// Nobody stops it before it is filled.
func NewCache(stop <-chan struct{}) *Cache {
	c := &Cache{}
	c.filled.Add(1)
	go until(stop, c.fill)
	c.filled.Wait()
	return c
}

func main() {
	for range 3 {
		go func() {
			stop := make(chan struct{})
			outside.Use(NewCache(stop))
			close(stop)
		}()
	}
	time.Sleep(10 * time.Millisecond)
}
