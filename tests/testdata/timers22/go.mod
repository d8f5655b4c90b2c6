module example.com/testdata/timers22

go 1.22
