package holders

import (
	"net/http"
	"time"
)

// oracle: none, connections need somebody to talk to

func TransportPerCall(url string) error {
	transport := &http.Transport{MaxIdleConns: 2} // want "unreleased-holder: each call builds an http.Transport"
	client := &http.Client{Transport: transport, Timeout: time.Second}
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

func TransportInClient(request *http.Request) error {
	client := http.Client{
		Transport: &http.Transport{ // want "unreleased-holder: .*for ever"
			MaxIdleConns: 2,
		},
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

func TransportSetLater(url string) error {
	client := &http.Client{}
	client.Transport = &http.Transport{} // want "unreleased-holder"
	response, err := client.Head(url)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

func TransportWithTimeout(url string) error {
	client := &http.Client{Transport: &http.Transport{IdleConnTimeout: time.Minute}} // note "unreleased-holder: .*IdleConnTimeout .time.Minute."
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

func TransportClosed(url string) error {
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

func TransportWithoutKeepAlive(url string) error {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

func TransportOfProcess(url string) error {
	client := &http.Client{Timeout: time.Second} // the default transport is shared
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

func NewTransport() *http.Client {
	transport := &http.Transport{}
	return &http.Client{Transport: transport}
}

func TransportGivenOn(url string, keep func(*http.Client)) error {
	client := &http.Client{Transport: &http.Transport{}}
	keep(client)
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	return response.Body.Close()
}
