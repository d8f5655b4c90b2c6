module example.com/testdata/cancels

go 1.23
