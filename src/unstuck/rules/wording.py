"""Sentences about leaks: what is stuck, why, and what to do."""

from __future__ import annotations

from unstuck.explore.judging import Leak, WaitedFor

_NOUNS = {
    "timer": "timer",
    "ticker": "ticker",
    "context": "context",
    "mutex": "lock",
    "waitgroup": "wait group",
    "cond": "condition variable",
    "nil": "nil channel",
}


def noun(waited: WaitedFor) -> str:
    """What it is: "unbuffered channel", "lock" ..."""
    if waited.kind == "channel":
        return "unbuffered channel" if waited.capacity == 0 else f"channel with a buffer of {waited.capacity}"
    return _NOUNS.get(waited.kind, waited.kind)


def message(leak: Leak, name: str, root: str, *, once: bool) -> str:
    """One sentence: what is stuck and why. `name` is the operand as the source has it; `once`: it is a
    sync.Once, whose Do waits like a lock."""
    what = f"{name} " if name else ""
    waited = leak.waits[0] if leak.waits else None
    thing = noun(waited) if waited is not None else ""
    many = f" ({leak.count} goroutines)" if leak.count > 1 else ""
    gone = f"{root} has returned and nobody is left" if leak.root_gone else "nobody who can still run is able"
    if leak.past_cancel:
        return f"this goroutine ends only with another context: the cancel of {root} does not end it{many}"
    if leak.kind == "cancellation":
        return f"this goroutine ends only when somebody cancels the context: {gone} to wake it{many}"
    if leak.kind == "poller":
        return f"this goroutine polls for ever: only its own timer still wakes it, and no way leads out{many}"
    if leak.kind == "server":
        return f"this goroutine goes on for ever: nobody is left who can open the way out of its loop{many}"
    if leak.operation == "held":
        return f"{root} can return with {name or 'the lock'} still locked; another return unlocks it"
    match leak.operation:
        case "nil-send" | "nil-receive":
            verb = "send" if leak.operation == "nil-send" else "receive"
            return f"{verb} on a channel that is nil blocks for ever{many}"
        case "send":
            ends = "to receive" if leak.receivers else "to receive: no code in sight ever receives from it"
            return f"send on {what}({thing}) blocks for ever: {gone} {ends}{many}"
        case "receive":
            if not leak.senders and waited is not None and waited.kind == "channel":
                return f"receive from {what}({thing}) blocks for ever: nobody ever sends on it{many}"
            return f"receive from {what}({thing}) blocks for ever: {gone} to {_wake(waited)}{many}"
        case "range" if _is_timer(waited):
            return f"range over {what}never ends: {gone} to {_wake(waited)}{many}"
        case "range":
            if not leak.senders:
                return f"range over {what}never ends: nobody ever sends on it or closes it{many}"
            return f"range over {what}never ends: {gone} to send or to close it{many}"
        case "select":
            return f"select blocks for ever: {gone} to make one of its cases ready{many}"
        case "select-empty":
            return f"select without cases blocks for ever{many}"
        case "lock" | "rlock" if once:
            return (
                f"Do of {name or 'a sync.Once'} waits for ever: the function that it runs never returns{many}"
            )
        case "lock" | "rlock" if waited is not None and waited.own:
            return f"{name or 'the lock'} is held by this goroutine itself, which waits for it for ever{many}"
        case "lock" | "rlock":
            return f"{what}is never unlocked: whoever holds it is gone or stuck{many}"
        case "wait":
            return f"wait on {what}never ends: {gone} to call Done{many}"
        case _:
            return f"wait on {what}never ends: {gone} to signal it{many}"


def _wake(waited: WaitedFor | None) -> str:
    match waited.kind if waited is not None else "":
        case "timer":
            return "set the timer again: it has fired or was stopped, and neither closes its channel"
        case "ticker":
            return "start the ticker again: it was stopped, and Stop does not close its channel"
        case "context":
            return "cancel the context"
        case _:
            return "send on it or close it"


def _is_timer(waited: WaitedFor | None) -> bool:
    return waited is not None and waited.kind in ("timer", "ticker")


def advice(leak: Leak, shadow: str, *, once: bool) -> str:
    """What to do, one sentence."""
    if leak.past_cancel:
        return "watch the context that was made, too: its cancel is what the caller has"
    if leak.kind == "cancellation":
        return "derive a context with cancel, and cancel it when its work is done"
    if leak.kind == "server":
        return "close the channel that ends the loop, on every path of whoever made it"
    if leak.kind == "poller":
        return "give the loop a way out: a done channel or ctx.Done() that somebody ends"
    match leak.operation:
        case "receive" | "range" if leak.waits and _is_timer(leak.waits[0]):
            return "reset the timer or ticker on every path that waits for it again, or leave the loop"
        case "receive" if shadow:
            return shadow
        case "receive" if not leak.senders:
            return "send on the channel or close it: neither a buffer nor more receivers helps"
        case "lock" | "rlock" if once:
            return "let the function that Do runs return: it must not wait for those who wait for it"
        case "lock" | "rlock" if leak.waits and leak.waits[0].own:
            return "release the lock before it is taken again, or call what expects it to be held"
        case _:
            return advice_for(leak.operation)


def advice_for(operation: str) -> str:
    """What to do about an operation that blocks for ever, where no more is known."""
    match operation:
        case "held":
            return "unlock on every path, best with a deferred Unlock right after the Lock"
        case "send":
            return (
                "give the channel room for every send that may be left over, or send in a select that also "
                "watches the receiver's end"
            )
        case "receive":
            return "close the channel when its senders are done, or receive in a select with a way out"
        case "range":
            return "close the channel once the last sender is done (defer close)"
        case "select":
            return "add a case that is ready when the partner is gone: a done channel or ctx.Done()"
        case "lock" | "rlock":
            return (
                "unlock on every path (defer the Unlock), and do not wait for others while holding the lock"
            )
        case "wait":
            return "call Done on every path (defer it), and wait only when the goroutines can finish"
        case "cond":
            return "signal after every change that a waiter may wait for, and wait in a loop"
        case _:
            return "make the channel before it is used, or leave the case out while it is nil"


_TOLD = {
    "go": "starts goroutine {other}",
    "return": "returns",
    "close": "closes the channel: `{code}`",
    "panic": "panics",
    "exit": "ends (Goexit)",
    "lock": "locks: `{code}`",
    "unlock": "unlocks: `{code}`",
    "rlock": "read-locks: `{code}`",
    "runlock": "read-unlocks: `{code}`",
    "announce": "waits to lock: `{code}`",
    "meet": "sends to goroutine {other}: `{code}`",
    "send-buffer": "sends into the buffer: `{code}`",
    "send": "sends into the buffer: `{code}`",
    "send-outside": "sends to code outside: `{code}`",
    "send-closed": "sends on a closed channel and panics: `{code}`",
    "receive-buffer": "receives from the buffer: `{code}`",
    "receive": "receives: `{code}`",
    "receive-closed": "sees the channel closed: `{code}`",
    "receive-outside": "receives from code outside: `{code}`",
    "shut-outside": "sees the channel closed by code outside: `{code}`",
    "close-outside": "sees the channel closed by code outside: `{code}`",
    "deadline": "sees the deadline pass: `{code}`",
    "cancel": "cancels: `{code}`",
    "tick": "sees the timer fire: `{code}`",
    "default": "takes the default case",
    "once-lock": "is the first to do: `{code}`",
    "cond-park": "waits: `{code}`",
    "signal": "signals goroutine {other}: `{code}`",
    "wait": "has nothing to wait for: `{code}`",
    "add": "adds: `{code}`",
    "done": "is done: `{code}`",
    "step": "`{code}`",
    "try": "tries to lock: `{code}`",
}
QUIET = ("end", "cond-relock", "start", "guess", "once-unlock")
"""Happenings that are not worth a step."""


def starts(count: int) -> str:
    """Several goroutines started by one statement, one after the other."""
    return f"starts {count:,} goroutines"


def step(what: str, code: str, other: int) -> str:
    """One event of a schedule."""
    return _TOLD.get(what, what).format(code=code, other=other)
