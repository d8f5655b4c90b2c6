package correlated

import "example.com/testdata/outside"

const (
	quiet = iota
	loud
	both
)

func Modes() {
	for _, mode := range []int{quiet, loud, both} {
		modeRight(mode)
		modeWrong(mode)
	}
}

func modeRight(mode int) {
	ch := make(chan int)
	switch mode {
	case loud, both:
		go func() {
			ch <- outside.Work()
		}()
	}
	switch mode {
	case quiet:
	case loud:
		<-ch
	case both:
		<-ch
	}
}

// The second switch forgets one of the modes.
func modeWrong(mode int) {
	ch := make(chan int)
	switch mode {
	case loud, both:
		go func() {
			ch <- outside.Work() // want "abandoned-sender"
		}()
	}
	switch mode {
	case quiet:
	case loud:
		<-ch
	}
}

// The channel itself is the flag.
func ChannelIsFlag() {
	var done chan struct{}
	if outside.Coin() {
		done = make(chan struct{})
		go func() {
			outside.Work()
			close(done)
		}()
	}
	if done != nil {
		<-done
	}
}

type options struct {
	Async bool
}

func FieldFlag() {
	fieldFlag(options{true})
	fieldFlag(options{false})
}

func fieldFlag(o options) {
	done := make(chan struct{})
	if o.Async {
		go func() {
			<-done
		}()
	}
	if o.Async {
		close(done)
	}
}
