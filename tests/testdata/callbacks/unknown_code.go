package callbacks

import (
	"net/http"
	"net/http/httptest"
	"time"
)

// The library runs the handler on a goroutine of its own: that it blocks says nothing about who gave it away.
func HandlerWaitsRight() {
	started, release, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	handler := http.TimeoutHandler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(started)
		<-release
	}), time.Minute, "late")
	go func() {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		close(done)
	}()
	<-started
	close(release)
	<-done
}

// Here the handler tells when it starts, and nobody ever tells that it is done.
func HandlerWaits() {
	started, done := make(chan struct{}), make(chan struct{})
	handler := http.TimeoutHandler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(started)
	}), time.Minute, "late")
	go func() {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	}()
	<-started
	<-done // want "abandoned-receiver"
}
