"""Which lives the values of a package's types lead, and what of their leaks counts.

A type is played (SEMANTICS.md, "Clients are played") when what makes it, or a method that starts it, starts
a goroutine, and a closer is in sight: a method, or a function that the maker returns, that closes or cancels
what such a goroutine waits for. For each closer there is a life with that closer alone, and one for each
operation that waits, at the same time as the closer. A leak counts only when no closer avoids it, and an
operation's only when the type's own goroutines are its partners: what needs another client to act is not
judged.

A type without goroutines is played when its operations wait and ask a flag that a closer sets: who waits
while it is closed has to be woken.

Not known: types whose methods are to be run on a goroutine by their user (`go s.Run()`), types that are
made as literals outside any function that returns them.
"""
