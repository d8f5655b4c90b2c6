package patterns

import "example.com/testdata/outside"

type engine struct {
	out  chan int
	quit chan struct{}
	done chan struct{}
}

func startEngine() *engine {
	e := &engine{make(chan int), make(chan struct{}), make(chan struct{})}
	go e.loop()
	return e
}

// Looks at quit between two sends only.
func (e *engine) loop() {
	defer close(e.done)
	for i := 0; ; i++ {
		select {
		case <-e.quit:
			return
		default:
		}
		e.out <- i + 1 // want "abandoned-sender"
	}
}

func (e *engine) close() {
	close(e.quit)
	<-e.done // want "abandoned-receiver"
}

func ShutdownStuckInSend() {
	e := startEngine()
	outside.Use(<-e.out)
	e.close()
}

type motor struct {
	out  chan int
	quit chan struct{}
	done chan struct{}
}

func startMotor() *motor {
	m := &motor{make(chan int), make(chan struct{}), make(chan struct{})}
	go m.loop()
	return m
}

func (m *motor) loop() {
	defer close(m.done)
	for i := 0; ; i++ {
		select {
		case <-m.quit:
			return
		case m.out <- i + 1:
		}
	}
}

func (m *motor) close() {
	close(m.quit)
	<-m.done
}

func ShutdownRight() {
	m := startMotor()
	outside.Use(<-m.out)
	m.close()
}
