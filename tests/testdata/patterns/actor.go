package patterns

import "example.com/testdata/outside"

type actor struct {
	inbox chan func()
	stop  chan struct{}
}

func newActor() *actor {
	a := &actor{make(chan func()), make(chan struct{})}
	go a.run()
	return a
}

func (a *actor) run() {
	for {
		select {
		case f := <-a.inbox:
			f()
		case <-a.stop:
			return
		}
	}
}

// Waits for the answer of an actor that may have stopped.
func (a *actor) ask() int {
	answer := make(chan int, 1)
	a.inbox <- func() { answer <- outside.Work() } // want "abandoned-sender"
	return <-answer
}

func ActorStoppedBefore() {
	a := newActor()
	go a.ask()
	close(a.stop)
}

type player struct {
	inbox chan func()
	stop  chan struct{}
}

func newPlayer() *player {
	p := &player{make(chan func()), make(chan struct{})}
	go p.run()
	return p
}

func (p *player) run() {
	for {
		select {
		case f := <-p.inbox:
			f()
		case <-p.stop:
			return
		}
	}
}

func (p *player) ask() (int, bool) {
	answer := make(chan int, 1)
	select {
	case p.inbox <- func() { answer <- outside.Work() }:
		return <-answer, true
	case <-p.stop:
		return 0, false
	}
}

func ActorStoppedBeforeRight() {
	p := newPlayer()
	go p.ask()
	close(p.stop)
}
