package private

import "sync"

type request struct {
	n     int
	reply chan int
	wait  *sync.WaitGroup
}

// Who gets the request answers it, though nothing here reads the field.
func Ask(requests chan *request) int {
	reply := make(chan int)
	requests <- &request{reply: reply}
	return <-reply
}

// The same with a list of requests.
func AskAll(requests chan []*request) int {
	reply := make(chan int)
	requests <- []*request{{n: 1}, {n: 2, reply: reply}}
	return <-reply
}

// And with a wait group.
func AskAndWait(requests chan *request) {
	var wg sync.WaitGroup
	wg.Add(1)
	requests <- &request{wait: &wg}
	wg.Wait()
}

// What is sent does not have the channel.
func AskNobody(requests chan int) int {
	reply := make(chan int)
	r := &request{n: 1, reply: reply}
	requests <- r.n
	return <-reply // want "abandoned-receiver"
}

type queue struct {
	mu      sync.Mutex
	Pending []*request
}

// Whoever has the queue answers what is in it.
func (q *queue) Ask() int {
	reply := make(chan int)
	r := &request{reply: reply}
	q.mu.Lock()
	q.Pending = append(q.Pending, r)
	q.mu.Unlock()
	return <-reply
}

// The other end of each of these.
func Answered() {
	requests, lists := make(chan *request), make(chan []*request)
	go func() {
		for r := range requests {
			if r.wait != nil {
				r.wait.Done()
			} else {
				r.reply <- r.n
			}
		}
	}()
	go func() { (<-lists)[1].reply <- 1 }()
	Ask(requests)
	AskAndWait(requests)
	AskAll(lists)
	close(requests)
}

func Unanswered() {
	numbers := make(chan int, 1)
	AskNobody(numbers)
}

// The request is sent when somebody is there.
func AskIfThere(first <-chan struct{}, requests chan *request) int {
	reply := make(chan int)
	r := &request{reply: reply}
	<-first
	select {
	case requests <- r:
		return <-reply
	default:
		return 0
	}
}

type Answer struct{ reply chan int }

// Whoever gets the answer can wait for it.
func Start(first <-chan struct{}) *Answer {
	reply := make(chan int)
	a := &Answer{reply}
	go func() { reply <- 1 }()
	<-first
	return a
}

// And here nobody gets it.
func StartAlone() int {
	reply := make(chan int)
	a := &Answer{reply}
	go func() { reply <- 1 }() // want "abandoned-sender"
	return cap(a.reply)
}
