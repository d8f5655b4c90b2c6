package tenfold

import (
	"context"
	"sync"

	"example.com/testdata/outside"
)

type job struct {
	n     int
	reply chan int
}

type workerPool struct {
	jobs chan job
	quit chan struct{}
	wg   sync.WaitGroup
}

func newWorkerPool(n int) *workerPool {
	p := &workerPool{jobs: make(chan job), quit: make(chan struct{})}
	p.wg.Add(n)
	for range n {
		go p.loop()
	}
	return p
}

func (p *workerPool) loop() {
	defer p.wg.Done()
	for {
		select {
		case j := <-p.jobs:
			j.reply <- j.n * 2
		case <-p.quit:
			return
		}
	}
}

func (p *workerPool) do(ctx context.Context, n int) (int, error) {
	j := job{n: n, reply: make(chan int, 1)}
	select {
	case p.jobs <- j:
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-p.quit:
		return 0, context.Canceled
	}
	select {
	case v := <-j.reply:
		return v, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func (p *workerPool) close() {
	close(p.quit)
	p.wg.Wait()
}

func StructPool() {
	p := newWorkerPool(2)
	defer p.close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	v, _ := p.do(ctx, 1)
	see(v)
}

type frailPool struct {
	jobs chan job
	quit chan struct{}
}

func newFrailPool() *frailPool {
	p := &frailPool{jobs: make(chan job), quit: make(chan struct{})}
	go p.loop()
	return p
}

func (p *frailPool) loop() {
	for {
		select {
		case j := <-p.jobs:
			j.reply <- j.n * 2 // want "abandoned-sender"
		case <-p.quit:
			return
		}
	}
}

// The reply has no place and the asker may go.
func (p *frailPool) do(give <-chan struct{}, n int) int {
	j := job{n: n, reply: make(chan int)}
	p.jobs <- j
	select {
	case v := <-j.reply:
		return v
	case <-give:
		return 0
	}
}

func StructPoolFrail() {
	p := newFrailPool()
	give := make(chan struct{})
	go func() {
		if outside.Coin() {
			outside.Work()
		}
		close(give)
	}()
	see(p.do(give, 1))
	close(p.quit)
}

// Nobody closes quit.
func StructPoolOpen() {
	p := &openPool{jobs: make(chan int), quit: make(chan struct{})}
	for range workers {
		go p.loop()
	}
	p.jobs <- 1
}

type openPool struct {
	jobs chan int
	quit chan struct{}
}

func (p *openPool) loop() {
	for {
		select { // want "abandoned-select"
		case v := <-p.jobs:
			see(v)
		case <-p.quit:
			return
		}
	}
}
