module example.com/testdata/versions/go122

go 1.22
