package tickers22

import "time"

// oracle: none, the memory of tickers is what counts, and a new toolchain collects them

func NotStopped(ready func() bool) {
	ticker := time.NewTicker(time.Second) // want "ticker-not-stopped"
	for !ready() {
		<-ticker.C
	}
}

func Deferred(ready func() bool) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for !ready() {
		<-ticker.C
	}
}

func NotOnEachWay(stop <-chan struct{}, beat func() error) error {
	ticker := time.NewTicker(time.Second) // want "ticker-not-stopped"
	for {
		select {
		case <-stop:
			ticker.Stop()
			return nil
		case <-ticker.C:
			if err := beat(); err != nil {
				return err
			}
		}
	}
}

func OnEachWay(stop <-chan struct{}, beat func() error) error {
	ticker := time.NewTicker(time.Second)
	for {
		select {
		case <-stop:
			ticker.Stop()
			return nil
		case <-ticker.C:
			if err := beat(); err != nil {
				ticker.Stop()
				return err
			}
		}
	}
}

// The slow way goes round without Stop.
func Continue(jobs <-chan func() bool) {
	for job := range jobs {
		slow := time.NewTicker(time.Second) // want "ticker-not-stopped"
		if !job() {
			<-slow.C
			continue
		}
		slow.Stop()
	}
}

// The deferred Stop is that of the first ticker.
func DeferredFirst(in <-chan time.Duration) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case d, ok := <-in:
			if !ok {
				return
			}
			ticker = time.NewTicker(d) // want "ticker-not-stopped"
		case <-ticker.C:
		}
	}
}

func DeferredCurrent(in <-chan time.Duration) {
	ticker := time.NewTicker(time.Second)
	defer func() { ticker.Stop() }()
	for {
		select {
		case d, ok := <-in:
			if !ok {
				return
			}
			ticker.Stop()
			ticker = time.NewTicker(d)
		case <-ticker.C:
		}
	}
}

// The goroutine has the duty, and leaves on one way without doing it.
func InGoroutine(work func() bool, beat func()) {
	ticker := time.NewTicker(time.Second) // want "ticker-not-stopped"
	quit := make(chan struct{})
	go func() {
		if !work() {
			close(quit)
			return
		}
		for {
			select { // want "abandoned-poller"
			case <-ticker.C:
				beat()
			case <-quit:
				ticker.Stop()
				return
			}
		}
	}()
}

func InGoroutineRight(quit <-chan struct{}, beat func()) {
	ticker := time.NewTicker(time.Second)
	go func() {
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				beat()
			case <-quit:
				return
			}
		}
	}()
}

func Returned() *time.Ticker {
	return time.NewTicker(time.Second)
}

func ReturnedLater(fast bool) *time.Ticker {
	ticker := time.NewTicker(time.Second)
	if fast {
		ticker.Reset(time.Millisecond)
	}
	return ticker
}

func stop(ticker *time.Ticker) {
	ticker.Stop()
}

func StoppedByHelper(ready func() bool) {
	ticker := time.NewTicker(time.Second)
	defer stop(ticker)
	for !ready() {
		<-ticker.C
	}
}

func wait(ticker *time.Ticker, ready func() bool) {
	for !ready() {
		<-ticker.C
	}
}

// The helper only receives.
func GivenToHelper(ready func() bool) {
	ticker := time.NewTicker(time.Second) // want "ticker-not-stopped"
	wait(ticker, ready)
}

func Correlated(beat bool, work func()) {
	var ticker *time.Ticker
	if beat {
		ticker = time.NewTicker(time.Second)
	}
	work()
	if beat {
		ticker.Stop()
	}
}

func IfThere(beat bool, work func()) {
	var ticker *time.Ticker
	if beat {
		ticker = time.NewTicker(time.Second)
	}
	work()
	if ticker != nil {
		ticker.Stop()
	}
}

// For ever, as long as the process lives.
func Forever(beat func()) {
	ticker := time.NewTicker(time.Second)
	for range ticker.C {
		beat()
	}
}

func TickEnds(ready func() bool) {
	tick := time.Tick(time.Second) // want "ticker-not-stopped"
	for !ready() {
		<-tick
	}
}

func TickForever(beat func()) {
	for range time.Tick(time.Second) {
		beat()
	}
}

func OnlyChannel(ready func() bool) {
	tick := time.NewTicker(time.Second).C // want "ticker-not-stopped"
	for !ready() {
		<-tick
	}
}

type pulse struct {
	ticker *time.Ticker
	other  *time.Ticker
	done   chan struct{}
}

func NewPulse() *pulse {
	return &pulse{
		ticker: time.NewTicker(time.Second), // want "ticker-not-stopped"
		other:  time.NewTicker(time.Second),
		done:   make(chan struct{}),
	}
}

func (p *pulse) Run(beat func()) {
	for {
		select {
		case <-p.ticker.C:
			beat()
		case <-p.other.C:
			beat()
		case <-p.done:
			return
		}
	}
}

func (p *pulse) Close() {
	p.other.Stop()
	close(p.done)
}
