module example.com/testdata/versions/godefault

go 1.24

godebug default=go1.22
