package holders

// oracle: none, the connection needs a server

// ByHelper names neither the package nor anything of the response.
func ByHelper(url string) {
	_, _ = ask(url) // want "unreleased-holder"
}
