package sizes

import "example.com/testdata/outside"

// Ten senders, room for five, five receives.
func TenFiveFive() {
	ch := make(chan int, 5)
	for range 10 {
		go func() {
			ch <- outside.Work()
		}()
	}
	for range 5 {
		<-ch
	}
}

// Ten senders, room for five, four receives.
func TenFiveFour() {
	ch := make(chan int, 5)
	for range 10 {
		go func() {
			ch <- outside.Work() // want "abandoned-sender"
		}()
	}
	for range 4 {
		<-ch
	}
}

const (
	workers = 12
	room    = workers / 2
)

func HalfRoom() {
	ch := make(chan int, room)
	for i := 0; i < workers; i++ {
		go func() {
			ch <- outside.Work()
		}()
	}
	for i := room; i < workers; i++ {
		<-ch
	}
}

func HalfRoomOneShort() {
	ch := make(chan int, room)
	for i := 0; i < workers; i++ {
		go func() {
			ch <- outside.Work() // want "abandoned-sender"
		}()
	}
	for i := room + 1; i < workers; i++ {
		<-ch
	}
}

func Hundred() {
	ch := make(chan int, 100)
	for range 101 {
		go func() {
			ch <- outside.Work() // want "abandoned-sender"
		}()
	}
}

func HundredRight() {
	ch := make(chan int, 100)
	for range 100 {
		go func() {
			ch <- outside.Work()
		}()
	}
}
