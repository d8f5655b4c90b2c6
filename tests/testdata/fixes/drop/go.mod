module example.com/testdata/fixes/drop

go 1.25
