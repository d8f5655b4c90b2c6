module example.com/testdata/rows

go 1.23
