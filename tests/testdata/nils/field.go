package nils

import "example.com/testdata/outside"

type mailbox struct {
	letters chan string
}

// The constructor forgets the channel.
func newMailbox() *mailbox {
	return &mailbox{}
}

func FieldNil() {
	m := newMailbox()
	go func() {
		for letter := range m.letters { // want "nil-channel"
			outside.Use(letter)
		}
	}()
}

type postbox struct {
	letters chan string
}

func newPostbox() *postbox {
	return &postbox{letters: make(chan string)}
}

func FieldMade() {
	p := newPostbox()
	go func() {
		for letter := range p.letters {
			outside.Use(letter)
		}
	}()
	close(p.letters)
}
