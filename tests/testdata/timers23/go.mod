module example.com/testdata/timers23

go 1.23
