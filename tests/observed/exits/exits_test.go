// Package exits ends its test binary in the middle of a test.
package exits

import (
	"os"
	"testing"
)

func TestExits(t *testing.T) {
	os.Exit(3)
}
