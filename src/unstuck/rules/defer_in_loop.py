"""What a loop opens is released by a defer, which runs at the end of the function and not of the iteration.

`defer` belongs to the function. In a loop over many files, connections or timeouts everything stays open
until the last one is done; in a loop that never ends, for ever.

Cure: a function for the body of the loop, or the releasing call itself at the end of each iteration.

Wrong:

    package sizes

    import "os"

    func Sizes(names []string) (total int64, err error) {
        for _, name := range names {
            file, err := os.Open(name)
            if err != nil {
                return 0, err
            }
            defer file.Close() // all files stay open until the end
            info, err := file.Stat()
            if err != nil {
                return 0, err
            }
            total += info.Size()
        }
        return total, nil
    }

Right:

    package sizes

    import "os"

    func Sizes(names []string) (total int64, err error) {
        for _, name := range names {
            size, err := sizeOf(name)
            if err != nil {
                return 0, err
            }
            total += size
        }
        return total, nil
    }

    func sizeOf(name string) (int64, error) {
        file, err := os.Open(name)
        if err != nil {
            return 0, err
        }
        defer file.Close()
        info, err := file.Stat()
        if err != nil {
            return 0, err
        }
        return info.Size(), nil
    }

What the rule does not know: how often the loop runs. Loops over a few constants, and loops that end right
after the defer, are not meant.
"""

from unstuck.findings import Kind

NAME = "defer-in-loop"
SUMMARY = "a release is deferred in a loop and runs only when the function ends"
KIND = Kind.HELD
ACTIVE = False
