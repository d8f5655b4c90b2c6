module example.com/testdata/holders

go 1.23
