package private

import "sync"

// What waits for somebody is given away only after others have run: it is not forgotten before.
type task struct {
	n    int
	wait *sync.WaitGroup
}

type ledger struct {
	All []*task
	One *task
	By  map[string]*task
}

type worker interface{ Take(r *task) }

func BySelect(tasks chan *task, stop chan struct{}) {
	first := make(chan int)
	var wg sync.WaitGroup
	wg.Add(1)
	r := &task{wait: &wg}
	go func() { first <- 1 }()
	<-first
	select {
	case tasks <- r:
		wg.Wait()
	case <-stop:
	}
}

func ByStore(b *ledger) {
	first := make(chan int)
	var wg sync.WaitGroup
	wg.Add(1)
	r := &task{wait: &wg}
	go func() { first <- 1 }()
	<-first
	b.One = r
	wg.Wait()
}

func ByMap(b *ledger) {
	first := make(chan int)
	var wg sync.WaitGroup
	wg.Add(1)
	r := &task{wait: &wg}
	go func() { first <- 1 }()
	<-first
	b.By["a"] = r
	wg.Wait()
}

func ByAppend(b *ledger) {
	first := make(chan int)
	var wg sync.WaitGroup
	wg.Add(1)
	r := &task{wait: &wg}
	go func() { first <- 1 }()
	<-first
	b.All = append(b.All, r)
	wg.Wait()
}

func ByMethod(t worker) {
	first := make(chan int)
	var wg sync.WaitGroup
	wg.Add(1)
	r := &task{wait: &wg}
	go func() { first <- 1 }()
	<-first
	t.Take(r)
	wg.Wait()
}

func ByFunc(take func(*task)) {
	first := make(chan int)
	var wg sync.WaitGroup
	wg.Add(1)
	r := &task{wait: &wg}
	go func() { first <- 1 }()
	<-first
	take(r)
	wg.Wait()
}

// Nobody gets it.
func Keeps() int {
	first := make(chan int)
	var wg sync.WaitGroup
	wg.Add(1)
	r := &task{wait: &wg}
	go func() { first <- 1 }()
	<-first
	wg.Wait() // want "wait-never-done"
	return r.n
}
