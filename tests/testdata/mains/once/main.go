// oracle: none, it runs for ever
package main

import (
	"context"

	"example.com/testdata/outside"
)

type manager struct {
	ctx context.Context
}

func (m *manager) run() {
	for outside.Coin() {
		outside.Work()
	}
	<-m.ctx.Done() // note "nil-channel"
	outside.Work()
}

// Started once, for the life of the process: the context without an end says so.
func main() {
	m := &manager{ctx: context.Background()}
	go m.run()
	select {}
}
