module example.com/away

go 1.25
