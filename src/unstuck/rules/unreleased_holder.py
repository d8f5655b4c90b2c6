"""A value that holds goroutines, connections or descriptors is not released on every path.

Some values own more than memory: the body of an http.Response keeps its connection and the two goroutines
that serve it until it is closed; sql.Rows keep a connection of the pool; an exec.Cmd that was started keeps
its process until Wait. What holds what, and which call releases it, stands in a table that `unstuck.toml`
can extend (`[[holder]]`).

Cure: the releasing call, deferred right after the error check. To set a variable to nil releases nothing.

Wrong:

    package status

    import "net/http"

    func Status(url string) (string, error) {
        response, err := http.Get(url)
        if err != nil {
            return "", err
        }
        return response.Status, nil // the body stays open
    }

Right:

    package status

    import "net/http"

    func Status(url string) (string, error) {
        response, err := http.Get(url)
        if err != nil {
            return "", err
        }
        defer response.Body.Close()
        return response.Status, nil
    }

Returning the value, storing it in a field or a global, or passing it on ends the duty of the function that
made it; the new owner takes it over when it is in sight. What the rule does not know: libraries without a
row in the table.
"""

from unstuck.findings import Kind

NAME = "unreleased-holder"
SUMMARY = "something that holds a goroutine or descriptor is not released"
KIND = Kind.HELD
ACTIVE = False
