// Package holder is about values that hold connections until they are closed.
//
// oracle: none, it would need a server
package holder

import "net/http"

// Status asks for the status of a page.
func Status(url string) (string, error) {
	response, err := http.Get(url) // want "unreleased-holder"
	if err != nil {
		return "", err
	}
	return response.Status, nil
}
