package contexts

import (
	"context"
	"errors"
	"sync"
	"time"
)

var errEnded = errors.New("ended")

// tasks runs functions one after the other; it is a context, too, that ends with it.
type tasks struct {
	queue chan func()
	ended chan struct{}
	once  sync.Once
}

func newTasks() *tasks {
	t := &tasks{queue: make(chan func()), ended: make(chan struct{})}
	go func() {
		for {
			select {
			case <-t.ended:
				return
			case each := <-t.queue:
				each()
			}
		}
	}()
	return t
}

func (t *tasks) Done() <-chan struct{}       { return t.ended }
func (t *tasks) Deadline() (time.Time, bool) { return time.Time{}, false }
func (t *tasks) Value(any) any               { return nil }

func (t *tasks) Err() error {
	select {
	case <-t.ended:
		return errEnded
	default:
		return nil
	}
}

func (t *tasks) Close() { t.once.Do(func() { close(t.ended) }) }

func (t *tasks) run(ctx context.Context, each func()) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case t.queue <- each:
		return nil
	}
}

// Titles asks its tasks, and waits only where the question was taken.
type Titles struct {
	tasks *tasks
	title string
}

func NewTitles() *Titles { return &Titles{tasks: newTasks()} }

func (t *Titles) Close() { t.tasks.Close() }

func (t *Titles) Title() (title string, err error) {
	set := make(chan struct{})
	err = t.tasks.run(t.tasks, func() {
		title = t.title
		close(set)
	})
	if err == nil {
		<-set
	}
	return title, err
}

// Hasty waits whether the question was taken or not.
func (t *Titles) Hasty() (title string) {
	set := make(chan struct{})
	_ = t.tasks.run(t.tasks, func() {
		title = t.title
		close(set)
	})
	<-set // want "abandoned-receiver"
	return title
}

// AfterTheEnd asks tasks that have ended.
func AfterTheEnd() {
	titles := NewTitles()
	titles.Close()
	titles.Hasty()
}
