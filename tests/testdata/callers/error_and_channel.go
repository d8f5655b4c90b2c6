package callers

import "example.com/testdata/outside"

// The channel comes with an error, and the caller looks at the error only.
func ErrorAndChannel() error {
	ch, err := begin()
	if err != nil {
		return err
	}
	outside.Use(<-ch)
	return nil
}

func begin() (<-chan int, error) {
	ch := make(chan int)
	go func() {
		ch <- outside.Work() // want "abandoned-sender"
	}()
	return ch, outside.Err()
}

func ErrorOrChannel() error {
	ch, err := beginOther()
	if err != nil {
		return err
	}
	outside.Use(<-ch)
	return nil
}

func beginOther() (<-chan int, error) {
	if err := outside.Err(); err != nil {
		return nil, err
	}
	ch := make(chan int)
	go func() {
		ch <- outside.Work()
	}()
	return ch, nil
}
