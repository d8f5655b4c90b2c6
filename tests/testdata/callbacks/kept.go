package callbacks

import (
	"net/http"
	"net/http/httptest"

	"example.com/testdata/outside"
)

// The mux keeps the handler; by the time a request comes nobody may be left to take what it sends.
func HandlerLeft() {
	got := make(chan string)
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(_ http.ResponseWriter, r *http.Request) {
		got <- r.URL.Path // want "abandoned-sender"
	})
	go mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	if outside.Coin() {
		return
	}
	<-got
}

func HandlerLeftRight() {
	got := make(chan string)
	gone := make(chan struct{})
	defer close(gone)
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case got <- r.URL.Path:
		case <-gone:
		}
	})
	go mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	if outside.Coin() {
		return
	}
	<-got
}
