module example.com/testdata/defers

go 1.23
