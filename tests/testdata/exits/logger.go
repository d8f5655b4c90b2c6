package exits

import "log"

// oracle: exits, the logger ends the process

// Logger is any logger: that Fatalf ends the process is said by its name alone.
type Logger interface {
	Infof(format string, args ...any)
	Fatalf(format string, args ...any)
}

type standard struct{}

func (standard) Infof(format string, args ...any)  { log.Printf(format, args...) }
func (standard) Fatalf(format string, args ...any) { log.Fatalf(format, args...) }

type service struct {
	log   Logger
	start func() (<-chan error, error)
}

func (s *service) run() {
	errs, err := s.start()
	if err != nil {
		s.log.Fatalf("start: %v", err)
	}
	s.log.Infof("started")
	<-errs
}

func (s *service) serve(mode int) {
	var stopped chan struct{}
	switch mode {
	case 0:
		stopped = make(chan struct{})
		close(stopped)
	default:
		s.log.Fatalf("no mode %d", mode)
	}
	<-stopped
}

func ServesUnknownMode() {
	s := &service{log: standard{}, start: func() (<-chan error, error) { return nil, nil }}
	s.serve(1)
}
