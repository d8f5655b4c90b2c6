module example.com/timeout23

go 1.23
