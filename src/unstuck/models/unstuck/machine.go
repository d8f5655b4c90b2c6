// Package machine is what library models ask of the abstract machine.
package machine

// Yield is an operation on shared memory that other goroutines can observe.
func Yield()
