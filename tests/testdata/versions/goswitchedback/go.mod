module example.com/testdata/versions/goswitchedback

go 1.24

godebug (
	default=go1.22
	asynctimerchan=0
)
