// Package tenfold starts ten goroutines that talk to one, in many forms.
//
// oracle: none, it has no programs
package tenfold

import "example.com/testdata/outside"

const workers = 10

func ask() int { return outside.Work() }

func see(v int) { outside.Use(v) }
