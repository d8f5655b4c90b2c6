// The main function of the leak suite while it is measured: it runs one program and then takes one more
// goroutine leak profile, because what the program's own frames held is free only after they returned.

package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"time"
)

// The suite's programs read this constant.
const yieldCount = 10

var programs = map[string]func(){}

func register(name string, f func()) { programs[name] = f }

func registerInit(name string, f func()) {
	if len(os.Args) > 1 && os.Args[1] == name {
		f()
	}
}

func main() {
	if len(os.Args) < 2 || programs[os.Args[1]] == nil {
		for name := range programs {
			fmt.Println(name)
		}
		return
	}
	programs[os.Args[1]]()
	for i := 0; i < 100; i++ {
		runtime.Gosched()
	}
	time.Sleep(20 * time.Millisecond)
	fmt.Println("\n==== last sample")
	pprof.Lookup("goroutineleak").WriteTo(os.Stdout, 2)
	fmt.Println("\n==== end")
}
