module example.com/testdata/fixes/ticker

go 1.22
