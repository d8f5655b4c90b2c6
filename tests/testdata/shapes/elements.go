package shapes

import "sync"

// What copy puts into a slice are the same channels.
func Copied() {
	from := []chan int{make(chan int), make(chan int)}
	to := make([]chan int, len(from))
	n := copy(to, from)
	go func() {
		for _, ch := range to[:n] {
			ch <- 1
		}
	}()
	for _, ch := range from {
		<-ch
	}
}

// Only as many as there is room for.
func CopiedInPart() {
	from := []chan int{make(chan int), make(chan int)}
	to := make([]chan int, 1)
	copy(to, from)
	go func() {
		for _, ch := range to {
			ch <- 1
		}
	}()
	<-from[0]
	<-from[1] // want "abandoned-receiver"
}

// Source and destination overlap: the list moves up by one.
func MovedUp() {
	queue := []chan int{make(chan int), make(chan int), make(chan int)}
	all := append([]chan int(nil), queue...)
	go func() {
		for _, ch := range all {
			ch <- 1
		}
	}()
	for len(queue) > 0 {
		<-queue[0]
		copy(queue, queue[1:])
		queue = queue[:len(queue)-1]
	}
}

// And down: the first one is there twice.
func MovedDown() {
	queue := []chan int{make(chan int), make(chan int)}
	last := queue[1]
	copy(queue[1:], queue)
	go func() {
		for _, ch := range queue {
			ch <- 1
		}
	}()
	<-queue[0]
	<-queue[0]
	<-last // want "abandoned-receiver"
}

// What is appended to another list is as long as it is itself.
func Appended(more []string) {
	all := append([]string{"first"}, more...)
	ch := make(chan string)
	go func() {
		for _, each := range more {
			ch <- each
		}
		ch <- "first"
	}()
	for range all {
		<-ch
	}
}

// One more is sent than there is.
func AppendedOneMore() {
	more := []string{"a", "b"}
	all := append([]string{"first"}, more...)
	ch := make(chan string)
	go func() {
		for range all {
			ch <- "x" // want "abandoned-sender"
		}
	}()
	for range more {
		<-ch
	}
}

const (
	low = iota
	mid
	high
)

// The elements of a list stand where their keys say, the others are nil.
func Keyed() {
	places := []chan int{high: make(chan int), low: make(chan int)}
	if places[mid] != nil {
		<-places[mid]
	}
	go func() {
		places[0] <- 1
		places[2] <- 1
	}()
	<-places[low]
	<-places[high]
}

// An element behind one with a key has the next one.
func KeyedNext() {
	places := [...]chan int{mid: make(chan int), make(chan int)}
	go func() {
		places[high] <- 1 // want "abandoned-sender"
	}()
	<-places[mid] // want "abandoned-receiver"
}

// Keyed workers, each one with its own queue.
type keyedWorkers struct {
	mu     sync.Mutex
	queues map[string]chan func()
	wg     sync.WaitGroup
}

func (k *keyedWorkers) do(key string, f func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	queue := k.queues[key]
	if queue == nil {
		queue = make(chan func(), 1)
		k.queues[key] = queue
		k.wg.Add(1)
		go func() {
			defer k.wg.Done()
			for f := range queue {
				f()
			}
		}()
	}
	queue <- f
}

// Entries are removed while the map is walked over: none is left out.
func (k *keyedWorkers) close() {
	k.mu.Lock()
	for key, queue := range k.queues {
		close(queue)
		delete(k.queues, key)
	}
	k.mu.Unlock()
	k.wg.Wait()
}

func RemovedOnTheWay() {
	k := &keyedWorkers{queues: map[string]chan func(){}}
	k.do("a", func() {})
	k.do("b", func() {})
	k.close()
}

// What was removed before it was reached is not visited.
func RemovedBefore() {
	queues := map[string]chan int{"a": make(chan int), "b": make(chan int)}
	a, b := queues["a"], queues["b"]
	for range queues {
		delete(queues, "b")
		delete(queues, "a")
		break
	}
	for _, queue := range queues {
		close(queue)
	}
	go func() {
		<-a // want "abandoned-receiver"
	}()
	<-b // want "abandoned-receiver"
}

// Each of the two ends the other's walk.
func OnlyOneIsVisited() {
	queues := map[string]chan int{"a": make(chan int), "b": make(chan int)}
	a, b := queues["a"], queues["b"]
	for _, queue := range queues {
		delete(queues, "a")
		delete(queues, "b")
		close(queue)
	}
	go func() {
		<-a // want "abandoned-receiver"
	}()
	<-b // want "abandoned-receiver"
}
