"""What really ran: tests and services, their goroutine dumps and profiles; sees findings only."""
