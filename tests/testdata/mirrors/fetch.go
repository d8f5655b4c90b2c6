// Package mirrors asks several mirrors for the same thing and keeps what comes first, in many forms.
//
// oracle: none, it has no programs
package mirrors

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.com/testdata/outside"
)

var hosts = []string{"berlin.example.com", "lima.example.com", "osaka.example.com"}

func fetch(host string) string {
	time.Sleep(time.Duration(outside.Work()) * time.Millisecond)
	return "from " + host
}

func fetchContext(ctx context.Context, host string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("%s: %w", host, err)
	}
	if outside.Coin() {
		return "", errors.New(host + " is down")
	}
	return fetch(host), nil
}
