package testing

import "context"

// A test is run by play, as a root of its own; subtests run on goroutines, and those that call Parallel go on when the
// function of their parent has returned. A top-level Parallel changes nothing that one test alone can see. Where a test
// can be parked for its subtests stands in literals that Run makes: a program without Run has none of it.

type T struct {
	parent   *T
	parallel []*T
	cleanups []func()
	ctx      context.Context
	cancel   context.CancelFunc
	barrier  chan bool
	signal   chan bool
	done     chan bool
	release  func()
	tell     func()
	ended    bool
}

func play(f func(t *T)) {
	t := new(T)
	t.run(f)
}

func (t *T) run(f func(t *T)) {
	defer t.finish()
	f(t)
}

func (t *T) finish() {
	if t.release != nil {
		t.release()
	}
	t.clean()
	if t.tell != nil {
		t.tell()
	}
}

func (t *T) clean() {
	t.ended = true
	if t.cancel != nil {
		t.cancel()
	}
	for len(t.cleanups) > 0 {
		last := len(t.cleanups) - 1
		f := t.cleanups[last]
		t.cleanups = t.cleanups[:last]
		f()
	}
}

func (t *T) Run(name string, f func(t *T)) bool {
	if t.barrier == nil {
		t.barrier = make(chan bool)
		t.release = func() {
			close(t.barrier)
			for _, sub := range t.parallel {
				<-sub.done
			}
		}
	}
	sub := &T{parent: t, signal: make(chan bool, 1), done: make(chan bool)}
	sub.tell = func() {
		close(sub.done)
		sub.signal <- true
	}
	go sub.run(f)
	<-sub.signal
	return passed()
}

func passed() bool

func (t *T) Parallel() {
	if t.parent == nil || t.parent.barrier == nil {
		return
	}
	t.parent.parallel = append(t.parent.parallel, t)
	t.signal <- true
	<-t.parent.barrier
}

func (t *T) Cleanup(f func()) {
	t.cleanups = append(t.cleanups, f)
}

func (t *T) Context() context.Context {
	if t.ctx == nil {
		t.ctx, t.cancel = context.WithCancel(context.Background())
		if t.ended {
			t.cancel()
		}
	}
	return t.ctx
}

func (t *T) Error(args ...any)
func (t *T) Errorf(format string, args ...any)
func (t *T) Fail()
func (t *T) FailNow()
func (t *T) Failed() bool
func (t *T) Fatal(args ...any)
func (t *T) Fatalf(format string, args ...any)
func (t *T) Helper()
func (t *T) Log(args ...any)
func (t *T) Logf(format string, args ...any)
func (t *T) Name() string
func (t *T) Setenv(key, value string)
func (t *T) Chdir(dir string)
func (t *T) Skip(args ...any)
func (t *T) SkipNow()
func (t *T) Skipf(format string, args ...any)
func (t *T) Skipped() bool
func (t *T) TempDir() string
func (t *T) ArtifactDir() string
func (t *T) Attr(key, value string)

type B struct {
	N        int
	cleanups []func()
	ctx      context.Context
	cancel   context.CancelFunc
	ended    bool
}

func measure(f func(b *B)) {
	b := &B{N: rounds()}
	b.run(f)
}

func rounds() int

func (b *B) run(f func(b *B)) {
	defer b.finish()
	f(b)
}

func (b *B) finish() {
	b.ended = true
	if b.cancel != nil {
		b.cancel()
	}
	for len(b.cleanups) > 0 {
		last := len(b.cleanups) - 1
		f := b.cleanups[last]
		b.cleanups = b.cleanups[:last]
		f()
	}
}

func (b *B) Run(name string, f func(b *B)) bool {
	done := make(chan bool, 1)
	sub := &B{N: rounds()}
	go func() {
		defer func() { done <- true }()
		sub.run(f)
	}()
	<-done
	return passed()
}

func (b *B) RunParallel(body func(*PB)) {
	done := make(chan bool, 2)
	for range 2 {
		go func() {
			defer func() { done <- true }()
			body(new(PB))
		}()
	}
	<-done
	<-done
}

func (b *B) Cleanup(f func()) {
	b.cleanups = append(b.cleanups, f)
}

func (b *B) Context() context.Context {
	if b.ctx == nil {
		b.ctx, b.cancel = context.WithCancel(context.Background())
		if b.ended {
			b.cancel()
		}
	}
	return b.ctx
}

func (b *B) Elapsed() int
func (b *B) Loop() bool
func (b *B) ReportAllocs()
func (b *B) ReportMetric(n float64, unit string)
func (b *B) ResetTimer()
func (b *B) SetBytes(n int64)
func (b *B) SetParallelism(p int)
func (b *B) StartTimer()
func (b *B) StopTimer()
func (b *B) Error(args ...any)
func (b *B) Errorf(format string, args ...any)
func (b *B) Fail()
func (b *B) FailNow()
func (b *B) Failed() bool
func (b *B) Fatal(args ...any)
func (b *B) Fatalf(format string, args ...any)
func (b *B) Helper()
func (b *B) Log(args ...any)
func (b *B) Logf(format string, args ...any)
func (b *B) Name() string
func (b *B) Setenv(key, value string)
func (b *B) Chdir(dir string)
func (b *B) Skip(args ...any)
func (b *B) SkipNow()
func (b *B) Skipf(format string, args ...any)
func (b *B) Skipped() bool
func (b *B) TempDir() string

type PB struct{ n int }

func (pb *PB) Next() bool

type TB interface {
	Cleanup(func())
	Context() context.Context
	Error(args ...any)
	Errorf(format string, args ...any)
	Fail()
	FailNow()
	Failed() bool
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Helper()
	Log(args ...any)
	Logf(format string, args ...any)
	Name() string
	Setenv(key, value string)
	Chdir(dir string)
	Skip(args ...any)
	SkipNow()
	Skipf(format string, args ...any)
	Skipped() bool
	TempDir() string
}

type M struct{ n int }

func (m *M) Run() int
