package agreement

type putter interface{ put() }

type first struct{ c chan int }
type second struct{ c chan int }
type third struct{ c chan int }
type fourth struct{ c chan int }
type fifth struct{ c chan int }

func (s first) put()  { s.c <- 1 }
func (s second) put() { s.c <- 2 }
func (s third) put()  { s.c <- 3 }
func (s fourth) put() { s.c <- 4 }
func (s fifth) put()  { s.c <- 5 } // want "abandoned-sender"

// However many types have the method, the value is of one of them.
func OneOfMany() {
	c := make(chan int)
	var p putter = fifth{c}
	go p.put()
	go p.put()
	<-c
}
