package os

// The arguments of the process, which hardly any code changes. The rest of the package is known by its types.
var Args []string
