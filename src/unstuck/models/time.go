package time

type Duration int64

const (
	Nanosecond  Duration = 1
	Microsecond          = 1000 * Nanosecond
	Millisecond          = 1000 * Microsecond
	Second               = 1000 * Millisecond
	Minute               = 60 * Second
	Hour                 = 60 * Minute
)

// Stop and Reset act on r: a program may put another channel into C.

type Timer struct {
	C <-chan Time
	r <-chan Time
}

type Ticker struct {
	C <-chan Time
	r <-chan Time
}

func Sleep(d Duration)
func After(d Duration) <-chan Time
func Tick(d Duration) <-chan Time
func NewTimer(d Duration) *Timer
func NewTicker(d Duration) *Ticker
func (t *Timer) Stop() bool
func (t *Timer) Reset(d Duration) bool
func (t *Ticker) Stop()
func (t *Ticker) Reset(d Duration)

func AfterFunc(d Duration, f func()) *Timer {
	t := NewTimer(d)
	go func() {
		for {
			<-t.r
			f()
		}
	}()
	return t
}

func (d Duration) Seconds() float64
func (d Duration) Milliseconds() int64
func (d Duration) String() string

type Time struct{ wall uint64 }

// The zero Time is no reading of the clock; two readings may be the same.

func reading() uint64

func Now() Time { return Time{wall: reading()} }
func Since(t Time) Duration
func Until(t Time) Duration
func (t Time) Add(d Duration) Time
func (t Time) Sub(u Time) Duration
func (t Time) After(u Time) bool
func (t Time) Before(u Time) bool
func (t Time) Equal(u Time) bool { return t.wall == u.wall }
func (t Time) IsZero() bool { return t.wall == 0 }
func (t Time) Unix() int64
func (t Time) UnixNano() int64
func (t Time) String() string
func (t Time) Format(layout string) string
