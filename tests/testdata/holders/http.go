package holders

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

// oracle: none, it needs a server

func Status(url string) (string, error) {
	response, err := http.Get(url) // want "unreleased-holder"
	if err != nil {
		return "", err
	}
	return response.Status, nil
}

func StatusRight(url string) (string, error) {
	response, err := http.Get(url)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	return response.Status, nil
}

// A way out before the defer.
func Early(client *http.Client, request *http.Request) ([]byte, error) {
	response, err := client.Do(request) // want "unreleased-holder"
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, errors.New(response.Status)
	}
	defer response.Body.Close()
	return io.ReadAll(response.Body)
}

// To read it all does not close it.
func Decoded(url string, into any) error {
	response, err := http.Get(url) // want "unreleased-holder"
	if err != nil {
		return err
	}
	return json.NewDecoder(response.Body).Decode(into)
}

func Dropped(url string) error {
	_, err := http.Post(url, "text/plain", nil) // want "unreleased-holder"
	return err
}

func Returned(url string) (*http.Response, error) {
	response, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	return response, nil
}

func BodyReturned(url string) (io.ReadCloser, error) {
	response, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	return response.Body, nil
}

// The error comes first in another way.
func ErrorElse(url string) int {
	if response, err := http.Get(url); err == nil {
		defer response.Body.Close()
		return response.StatusCode
	}
	return 0
}

func read(response *http.Response) ([]byte, error) {
	defer response.Body.Close()
	return io.ReadAll(response.Body)
}

func length(response *http.Response) int64 {
	return response.ContentLength
}

func InHelper(url string) ([]byte, error) {
	response, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	return read(response)
}

func InHelperWrong(url string) (int64, error) {
	response, err := http.Get(url) // want "unreleased-holder"
	if err != nil {
		return 0, err
	}
	return length(response), nil
}

func Overwritten(one, two string) error {
	response, err := http.Get(one) // want "unreleased-holder"
	if err != nil {
		return err
	}
	if response.StatusCode == http.StatusOK {
		response, err = http.Get(two)
		if err != nil {
			return err
		}
	}
	return response.Body.Close()
}

func Retried(url string) (*http.Response, error) {
	for range 3 {
		response, err := http.Get(url) // want "unreleased-holder"
		if err != nil {
			continue
		}
		if response.StatusCode < 500 {
			return response, nil
		}
	}
	return nil, errors.New("no answer")
}

func Closing(url string) error {
	response, err := http.Get(url)
	if err != nil {
		return err
	}
	defer func() {
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
	}()
	return nil
}

func NilCheck(url string) {
	response, _ := http.Get(url)
	if response != nil {
		response.Body.Close()
	}
}

// Redirects closes the response before each request but the first.
func Redirects(client *http.Client, first *http.Request, next func(*http.Response) *http.Request) (*http.Response, error) {
	var sent []*http.Request
	var response *http.Response
	var err error
	for request := first; ; request = next(response) {
		if len(sent) > 0 {
			if request == nil {
				return response, nil
			}
			response.Body.Close()
		}
		sent = append(sent, request)
		if response, err = client.Do(request); err != nil {
			return nil, err
		}
	}
}
