package sizes

import (
	"sync"

	"example.com/testdata/outside"
)

type term struct {
	mu     sync.Mutex
	number int
}

// Calls are followed ten deep.
func (t *term) raise() { t.raise1() }

func (t *term) raise1() { t.raise2() }

func (t *term) raise2() { t.raise3() }

func (t *term) raise3() { t.raise4() }

func (t *term) raise4() { t.raise5() }

func (t *term) raise5() { t.raise6() }

func (t *term) raise6() { t.raise7() }

func (t *term) raise7() { t.raise8() }

func (t *term) raise8() { t.raise9() }

func (t *term) raise9() { t.raise10() }

func (t *term) raise10() { t.raise11() }

func (t *term) raise11() {
	t.mu.Lock()
	t.number++
	t.mu.Unlock()
}

type server struct {
	term
	peers []string
}

func (s *server) ask(peer string) bool { return outside.Coin() }

// Who has the address of the embedded struct cannot change the list beside it.
func (s *server) vote() {
	votes := make(chan bool, len(s.peers))
	s.term.raise()
	for _, peer := range s.peers {
		go func() { votes <- s.ask(peer) }()
	}
}

func BesideRight() {
	s := &server{peers: []string{"a", "b", "c"}}
	s.vote()
}

// Who has the whole server and only looks at it leaves the list alone, however deep it goes.
func (s *server) look(by int) {
	if by > 0 {
		s.look(by - 1)
		return
	}
	s.mu.Lock()
	outside.Use(s.number)
	s.mu.Unlock()
}

func (s *server) voteLooking() {
	votes := make(chan bool, len(s.peers))
	s.look(20)
	for _, peer := range s.peers {
		go func() { votes <- s.ask(peer) }()
	}
}

func LookingRight() {
	s := &server{peers: []string{"a", "b", "c"}}
	s.voteLooking()
}

func (s *server) grow(by int) {
	if by > 0 {
		s.grow(by - 1)
		return
	}
	s.mu.Lock()
	s.peers = append(s.peers, "d")
	s.mu.Unlock()
}

// The whole struct may be another one afterwards, and is.
func (s *server) voteGrown() {
	votes := make(chan bool, len(s.peers))
	s.grow(20)
	for _, peer := range s.peers {
		go func() {
			votes <- s.ask(peer) // want "abandoned-sender" // missed "code that is cut is not taken to lengthen a list"
		}()
	}
}

func Grown() {
	s := &server{peers: []string{"a", "b", "c"}}
	s.voteGrown()
}
