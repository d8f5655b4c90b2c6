package pollers

import (
	"sync"
	"time"

	"example.com/testdata/outside"
)

// oracle: parked, a poller is awake now and then, so the runtime never marks it

type layer interface{ Ready() bool }

type disk struct{}

func (disk) Ready() bool { return outside.Coin() }

var (
	layerMutex sync.RWMutex
	theLayer   layer
)

func currentLayer() layer {
	layerMutex.RLock()
	defer layerMutex.RUnlock()
	return theLayer
}

func setLayer(l layer) {
	layerMutex.Lock()
	theLayer = l
	layerMutex.Unlock()
}

// Somebody will set the variable that it asks.
func waitForLayer() {
	go func() {
		l := currentLayer()
		for l == nil {
			time.Sleep(time.Millisecond)
			l = currentLayer()
		}
		outside.Use(l)
	}()
}

func AskedGlobalRight() {
	waitForLayer()
	outside.Work()
	setLayer(disk{})
}
