module example.com/testdata/rearmed

go 1.27
