package patterns

import "example.com/testdata/outside"

// A worker that hands itself a new task: nobody else takes it.
func SelfTask() {
	tasks := make(chan int)
	go func() {
		for n := range tasks {
			if n > 0 {
				tasks <- n - 1 // want "abandoned-sender"
			}
		}
	}()
	tasks <- 1
}

func SelfTaskList() {
	tasks := make(chan int)
	go func() {
		for n := range tasks {
			pending := []int{n}
			for len(pending) > 0 {
				n := pending[0]
				pending = pending[1:]
				if n > 0 {
					pending = append(pending, n-1)
				}
				outside.Use(n)
			}
		}
	}()
	tasks <- 1
	close(tasks)
}
