module example.com/testdata/tickers22

go 1.22
