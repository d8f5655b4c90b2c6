module example.com/timeout22

go 1.22
