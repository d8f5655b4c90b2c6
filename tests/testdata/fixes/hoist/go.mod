module example.com/testdata/fixes/hoist

go 1.22
