package locks

import (
	"errors"
	"sync"

	"example.com/testdata/outside"
)

type store struct {
	mu    sync.Mutex
	items map[string]int
}

// Returns with the lock held when the key is missing: the next call waits for ever.
func (s *store) get(key string) (int, error) {
	s.mu.Lock() // want "lock-never-released"
	v, ok := s.items[key]
	if !ok {
		return 0, errors.New("no such key")
	}
	s.mu.Unlock()
	return v, nil
}

func LockHeldAtReturn() {
	s := &store{items: map[string]int{"a": 1}}
	for _, key := range []string{"a", "b", "c"} {
		v, _ := s.get(key)
		outside.Use(v)
	}
}

type vault struct {
	mu    sync.Mutex
	items map[string]int
}

func (v *vault) get(key string) (int, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	item, ok := v.items[key]
	if !ok {
		return 0, errors.New("no such key")
	}
	return item, nil
}

func (v *vault) peek(key string) (int, error) {
	v.mu.Lock()
	item, ok := v.items[key]
	if !ok {
		v.mu.Unlock()
		return 0, errors.New("no such key")
	}
	v.mu.Unlock()
	return item, nil
}

func LockReleasedAtReturn() {
	v := &vault{items: map[string]int{"a": 1}}
	for _, key := range []string{"a", "b", "c"} {
		item, _ := v.get(key)
		outside.Use(item)
		item, _ = v.peek(key)
		outside.Use(item)
	}
}
