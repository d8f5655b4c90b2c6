package callbacks

import (
	"net/http"
	"net/http/httptest"
	"sync"
)

func serve(mux *http.ServeMux) {
	mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}

// Code outside runs a function that runs another one: what it has of the channel is what that one does.
func RunsAnother() {
	ended := make(chan int)
	end := func(status int) { ended <- status }
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(http.ResponseWriter, *http.Request) {
		end(1)
	})
	go serve(mux)
	<-ended
}

func DefersAnother() {
	ended := make(chan int)
	var once sync.Once
	end := func(status int) { once.Do(func() { ended <- status }) }
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(http.ResponseWriter, *http.Request) {
		defer end(1)
	})
	go serve(mux)
	<-ended
}

func StartsAnother() {
	ended := make(chan int)
	end := func() { close(ended) }
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(http.ResponseWriter, *http.Request) {
		go end()
	})
	go serve(mux)
	<-ended
}
