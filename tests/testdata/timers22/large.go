package timers22

import "time"

// oracle: none, memory that comes back when the timer fires

type options struct {
	a, b, c, d, e, f, g, h, i, j, k, l, m, n bool
}

// Many asks a question after the other in each round: their answers do not matter for the timer.
func Many(jobs <-chan options, done func(string)) {
	for {
		var job options
		select {
		case job = <-jobs:
		case <-time.After(time.Hour): // want "timer-in-loop"
			return
		}
		if job.a {
			done("a")
		}
		if job.b {
			done("b")
		}
		if job.c {
			done("c")
		}
		if job.d {
			done("d")
		}
		if job.e {
			done("e")
		}
		if job.f {
			done("f")
		}
		if job.g {
			done("g")
		}
		if job.h {
			done("h")
		}
		if job.i {
			done("i")
		}
		if job.j {
			done("j")
		}
		if job.k {
			done("k")
		}
		if job.l {
			done("l")
		}
		if job.m {
			done("m")
		}
		if job.n {
			done("n")
		}
	}
}
