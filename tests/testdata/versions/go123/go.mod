module example.com/testdata/versions/go123

go 1.23
