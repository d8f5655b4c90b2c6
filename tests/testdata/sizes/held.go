package sizes

import (
	"sync"
	"time"

	"example.com/testdata/outside"
)

type desk struct {
	mu   sync.Mutex
	jobs map[string]job
}

func (d *desk) set(name string, quick bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.jobs[name] = job{name, quick}
}

// Nobody writes the map while the lock is held.
func (d *desk) heldRight() {
	d.mu.Lock()
	defer d.mu.Unlock()
	results := make(chan int)
	for _, each := range d.jobs {
		if each.quick {
			go func() { results <- outside.Work() }()
		}
	}
	for _, each := range d.jobs {
		if each.quick {
			<-results
		}
	}
}

// Between the two loops somebody may.
func (d *desk) given() {
	d.mu.Lock()
	results := make(chan int)
	for _, each := range d.jobs {
		if each.quick {
			go func() {
				results <- outside.Work() // want "abandoned-sender"
			}()
		}
	}
	d.mu.Unlock()
	time.Sleep(time.Millisecond)
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, each := range d.jobs {
		if each.quick {
			<-results // want "abandoned-receiver"
		}
	}
}

func HeldRight() {
	d := &desk{jobs: map[string]job{"a": {"a", true}, "b": {"b", true}}}
	go d.set("a", false)
	d.heldRight()
}

func Held() {
	changed("a", false)
	changed("c", true)
}

func changed(name string, quick bool) {
	d := &desk{jobs: map[string]job{"a": {"a", true}, "b": {"b", true}}}
	go d.given()
	time.Sleep(200 * time.Microsecond)
	d.set(name, quick)
}
