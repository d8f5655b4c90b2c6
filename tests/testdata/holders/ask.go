package holders

import "net/http"

// oracle: none, the connection needs a server

func ask(url string) (*http.Response, error) {
	return http.Get(url)
}
