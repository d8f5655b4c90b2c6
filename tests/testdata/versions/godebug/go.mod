module example.com/testdata/versions/godebug

go 1.24

godebug asynctimerchan=1
