"""The drain `if !t.Stop() { <-t.C }` is reached when no tick can be in the channel.

Before Go 1.23 Stop returns false for a timer that fired, whether or not its tick was received: the drain is
needed in the one case and hangs in the other. Since Go 1.23 Stop returns true for a tick that was not yet
received and leaves nothing in the channel; when it returns false there is nothing to receive, and the bare
drain blocks whenever it is reached (unless somebody resets the timer at the same time). The Go runtime
calls this state `chan receive`.

Cure: a drain that cannot block. It is right for every version.

Wrong:

    package ask

    import "time"

    func Ask(answer <-chan string, patience time.Duration) (text string) {
        timer := time.NewTimer(patience)
        select {
        case text = <-answer:
        case <-timer.C:
            text = "no answer"
        }
        if !timer.Stop() {
            <-timer.C // the tick was taken above
        }
        return text
    }

Right:

    package ask

    import "time"

    func Ask(answer <-chan string, patience time.Duration) (text string) {
        timer := time.NewTimer(patience)
        select {
        case text = <-answer:
        case <-timer.C:
            text = "no answer"
        }
        if !timer.Stop() {
            select {
            case <-timer.C:
            default:
            }
        }
        return text
    }

A drain that the state of the timer makes safe is not reported. What the rule does not know: whether code
that it cannot see resets the timer.
"""

from unstuck.findings import Kind

NAME = "blocking-drain"
SUMMARY = "draining a timer's channel blocks, because there is nothing in it"
KIND = Kind.LEAKED
ACTIVE = False
