module example.com/testdata/versions/go120

go 1.20
