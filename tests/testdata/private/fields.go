package private

import "example.com/testdata/outside"

// Done is never closed: whoever waits for it waits for ever.
type Job struct {
	done   chan struct{}
	result chan int
	hook   chan int
	ready  chan struct{}
	log    chan string
}

func NewJob() *Job {
	return &Job{done: make(chan struct{}), ready: make(chan struct{}), log: make(chan string)}
}

func (j *Job) Wait() {
	<-j.done // want "abandoned-receiver"
}

// Nobody ever makes the channel.
func (j *Job) Result() int {
	return <-j.result // want "nil-channel"
}

// Nor this one, but that is asked first.
func (j *Job) Hook() {
	if j.hook != nil {
		j.hook <- 1
	}
}

func (j *Job) Ready() {
	<-j.ready
}

func (j *Job) MakeReady() {
	close(j.ready)
}

// Nobody ever reads the log.
func (j *Job) Log(line string) {
	j.log <- line + "." // want "abandoned-sender"
}

// Either is fine.
func (j *Job) ReadyOrDone() {
	select {
	case <-j.done:
	case <-j.ready:
	}
}

func JobWaited() {
	go outside.Method(NewJob(), "Wait")
}

func JobAsked() {
	go outside.Method(NewJob(), "Result")
}

func JobLogged() {
	go outside.Method(NewJob(), "Log", "x")
}

func JobReady() {
	j := NewJob()
	outside.Method(j, "Hook")
	outside.Method(j, "MakeReady")
	outside.Method(j, "Ready")
	outside.Method(j, "ReadyOrDone")
}

// Task hands its channels out, or gets them from elsewhere: nothing is known of them.
type Task struct {
	given  chan int
	handed chan int
	passed chan int
}

func NewTask(given chan int) *Task {
	return &Task{given: given, handed: make(chan int), passed: make(chan int)}
}

func (t *Task) Handed() <-chan int {
	fill(t.passed)
	return t.handed
}

func fill(ch chan int) {
	go func() { ch <- outside.Work() + 1 }()
}

func (t *Task) Given() int {
	return <-t.given + <-t.passed
}

func TaskGiven() {
	ch := make(chan int, 1)
	ch <- 1
	t := NewTask(ch)
	outside.Method(t, "Handed")
	outside.Method(t, "Given")
}

// Made two at a time, and by key in a map.
type Pair struct {
	left, right chan int
}

func NewPair() *Pair {
	p := new(Pair)
	p.left, p.right = make(chan int, 1), make(chan int, 1)
	return p
}

func (p *Pair) Swap() {
	p.left <- 1
	p.right <- <-p.left
	<-p.right
}

type port struct {
	open chan int
}

func openPorts(a int) map[int]port {
	return map[int]port{a: {make(chan int, 1)}}
}

func (p port) use() {
	p.open <- 1
	<-p.open
}

func PairSwapped() {
	outside.Method(NewPair(), "Swap")
	for _, p := range openPorts(outside.Work()) {
		p.use()
	}
}
