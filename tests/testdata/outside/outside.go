// Package outside is what the programs cannot know: conditions, counts, errors and work.
//
// oracle: none, it has no goroutines
package outside

import (
	"errors"
	"math/rand"
	"reflect"
	"runtime"
)

// Coin is true or false.
func Coin() bool {
	return rand.Intn(2) == 0
}

// Work takes a while and returns a number.
func Work() int {
	steps := rand.Intn(3)
	for range steps {
		runtime.Gosched()
	}
	return steps
}

// Err is an error or nil.
func Err() error {
	if Coin() {
		return errors.New("no luck")
	}
	return nil
}

// Use looks at a value.
func Use(value any) {}

// Method calls a method by its name, which only the running program can follow.
func Method(value any, name string, args ...any) {
	in := make([]reflect.Value, len(args))
	for i, arg := range args {
		in[i] = reflect.ValueOf(arg)
	}
	reflect.ValueOf(value).MethodByName(name).Call(in)
}
