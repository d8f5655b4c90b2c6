"""What could not be read, as plain data; the same four fields as `findings.Gap`, one layer further down."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """What was not analysed and why.

    `path` is how reports name it, `line` counts from 1 (1 also for a whole file or folder), `code` is one of
    the stable words below and `why` a sentence.

    no-such-path      a named path does not exist, or no package of the module matches it
    no-go-files       a named path holds no Go file that the constraints admit
    unreadable        the operating system refused to list or read it
    not-regular       a device, socket or pipe under the name of a Go file
    file-too-large    larger than the limit; its declarations are not known to the rest of its package either
    not-utf8          bytes that are no UTF-8; each is read as `?`, the rest is analysed
    empty-file        no package clause and no code
    no-package-clause code without a package clause; counted to the package of its folder
    other-package     the package clause differs from that of the folder's other files
    redeclared        a folder's files declare the same names, so they are analysed one by one
    newer-go          its constraint asks for a later Go than the module is judged for
    not-go            a named file that is neither Go nor Markdown
    bad-constraint    a `//go:build` line that does not parse; the go command refuses the file, it is left out
    bad-go-mod        a go.mod that does not parse; its folder is analysed as if there were none
    bad-go-work       a go.work that does not parse; it is not used
    outside-root      a symbolic link, replace or use directive leads out of what may be read
    too-deep          folders nested beyond the limit
    """

    code: str
    path: str
    line: int
    why: str
