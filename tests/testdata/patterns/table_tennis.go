package patterns

import "example.com/testdata/outside"

type ball struct{ hits int }

// Two players pass a ball; when it is taken off the table, both wait for it.
func TableTennis() {
	table := make(chan *ball)
	for range 2 {
		go func() {
			for {
				b := <-table // want "abandoned-receiver"
				b.hits++
				table <- b
			}
		}()
	}
	table <- new(ball)
	outside.Work()
	outside.Use(<-table)
}

func TableTennisUntilDone() {
	table, done := make(chan *ball), make(chan struct{})
	for range 2 {
		go func() {
			for {
				select {
				case b := <-table:
					b.hits++
					select {
					case table <- b:
					case <-done:
						return
					}
				case <-done:
					return
				}
			}
		}()
	}
	table <- new(ball)
	outside.Work()
	close(done)
}
