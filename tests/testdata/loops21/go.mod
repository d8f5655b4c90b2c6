module example.com/testdata/loops21

go 1.21
