module example.com/testdata/versions/godebugline

go 1.24
