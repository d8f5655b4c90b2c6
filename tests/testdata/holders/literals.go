package holders

import (
	"io"
	"net/http"
)

// oracle: none, it needs a server

func ClosedByName(url string) error {
	answer, err := http.Get(url)
	if err != nil {
		return err
	}
	finish := func() { answer.Body.Close() }
	_, err = io.Copy(io.Discard, answer.Body)
	finish()
	return err
}

// Made and never called.
func NeverCalled(url string, late bool) error {
	answer, err := http.Get(url) // want "unreleased-holder"
	if err != nil {
		return err
	}
	finish := func() { answer.Body.Close() }
	if late {
		finish()
	}
	return nil
}

func DeferredByName(url string) error {
	answer, err := http.Get(url)
	if err != nil {
		return err
	}
	finish := func() { answer.Body.Close() }
	defer finish()
	return nil
}

func GivenToLiteral(url string) error {
	finish := func(body io.Closer) { body.Close() }
	look := func(answer *http.Response) int { return answer.StatusCode }
	one, err := http.Get(url)
	if err != nil {
		return err
	}
	finish(one.Body)
	two, err := http.Get(url) // want "unreleased-holder"
	if err != nil {
		return err
	}
	look(two)
	return nil
}

func LiteralReturned(url string) (func(), error) {
	answer, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	finish := func() { answer.Body.Close() }
	return finish, nil
}

func NobodyCallsTheCloser(url string) {
	response, err := http.Get(url) // want "unreleased-holder"
	if err != nil {
		return
	}
	_ = func() { response.Body.Close() }
}

func GivenToADeferredLiteral(url string) {
	response, err := http.Get(url) // want "unreleased-holder"
	if err != nil {
		return
	}
	defer func(body io.ReadCloser) {}(response.Body)
}

func ClosedByADeferredLiteral(url string) {
	response, err := http.Get(url)
	if err != nil {
		return
	}
	defer func(body io.ReadCloser) { body.Close() }(response.Body)
}
