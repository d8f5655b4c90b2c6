module example.com/testdata/fixes/reset

go 1.22
