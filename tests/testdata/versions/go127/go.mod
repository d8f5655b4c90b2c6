module example.com/testdata/versions/go127

go 1.27
