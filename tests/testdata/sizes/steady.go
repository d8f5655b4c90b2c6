package sizes

import (
	"flag"
	"runtime"
	"sync"

	"example.com/testdata/outside"
)

var (
	connections = flag.Int("connections", 2, "")
	stubs       int
	hands       = min(runtime.NumCPU(), 3)
	rounds      = 2
	mu          sync.Mutex
	dialled     int
)

func init() {
	flag.IntVar(&stubs, "stubs", 2, "")
}

// It calls itself and is not followed: what it does to numbers is unknown.
func dial(again int) {
	if again > 0 {
		dial(again - 1)
		return
	}
	mu.Lock()
	dialled++
	mu.Unlock()
}

// Options are set once: the loops come to what was added, whoever is called between.
func OptionsRight() {
	var wg sync.WaitGroup
	wg.Add(*connections * stubs)
	for range *connections {
		dial(20)
		for range stubs {
			go func() {
				defer wg.Done()
				outside.Work()
			}()
		}
	}
	wg.Wait()
}

// Nobody assigns the number of hands.
func HandsRight() {
	results := make(chan int, hands)
	dial(20)
	for range hands {
		go func() { results <- outside.Work() }()
	}
}

// A product of three, needed after a goroutine was met.
func ThreeFactorsRight() {
	l := &load{connections: 1, calls: 2, names: []string{"a", "b"}}
	l.runNames()
}

func (l *load) runNames() {
	var wg sync.WaitGroup
	total := l.connections * l.calls * len(l.names)
	ready := make(chan int)
	go func() { ready <- outside.Work() }()
	<-ready
	wg.Add(total)
	for range l.connections {
		for range l.calls {
			for range l.names {
				go func() {
					defer wg.Done()
					outside.Work()
				}()
			}
		}
	}
	wg.Wait()
}

func addRound(again int) {
	if again > 0 {
		addRound(again - 1)
		return
	}
	mu.Lock()
	rounds = 3
	mu.Unlock()
}

// The number of rounds is assigned: there is room for two, and three are sent.
func Assigned() {
	results := make(chan int, 2)
	for i := 0; i < rounds; i++ {
		go func() {
			results <- outside.Work() // want "abandoned-sender"
		}()
		addRound(20)
	}
}
