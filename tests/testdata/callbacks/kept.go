package callbacks

import (
	"io"
	"net/http"
	"net/http/httptest"
	"text/template"

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

// What is kept is run once: it sends what is received, and nobody else does.
func HandlerAnsweredRight() {
	got := make(chan string)
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(_ http.ResponseWriter, r *http.Request) {
		got <- r.URL.Path
	})
	go mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	<-got
}

type source struct {
	data chan int
}

func (s *source) Take() int { return <-s.data }

// The template asks the function for the source, and takes from that.
func ReturnsSourceRight() {
	s := &source{make(chan int)}
	functions := template.FuncMap{"source": func() *source { return s }}
	t := template.Must(template.New("").Funcs(functions).Parse("{{(source).Take}}"))
	done := make(chan struct{})
	go func() {
		defer close(done)
		t.Execute(io.Discard, nil)
	}()
	s.data <- outside.Work()
	<-done
}
