"""Which functions of the library keep what they are given, and which call a function that they are given.

What is not named here may keep all of it, hand it on, and call back at any time.
"""

from __future__ import annotations

_QUIET = (
    "fmt.Sprint", "fmt.Print", "fmt.Append", "fmt.Sscan", "log.Print", "log.Logger.Print",
    ".error.Error", "fmt.Stringer.String", "net.Addr.", "net.Error.",
)  # fmt: skip
_TELLS = frozenset(
    (
        "Error",
        "Errorf",
        "Fail",
        "Failed",
        "Helper",
        "Log",
        "Logf",
        "Name",
        "Setenv",
        "Skipped",
        "TempDir",
        "Attr",
    )
)

HARMLESS = (
    "testing.", "reflect.TypeOf", "reflect.DeepEqual", "runtime.KeepAlive", "runtime.Caller", "runtime.Stack",
    "runtime.ReadMemStats", "sort.S", "sort.Is", "sort.Find", "slices.Sort", "slices.IsSorted",
    "slices.Contains", "slices.Index", "slices.Equal", "slices.Compare", "slices.BinarySearch",
    "slices.Reverse", "maps.Equal", "maps.DeleteFunc", "encoding/json.Marshal", "encoding/xml.Marshal",
    "log/slog.Debug", "log/slog.Info", "log/slog.Warn", "log/slog.Error", "log/slog.Log", "expvar.Do",
)  # fmt: skip
"""Functions, by how their names begin, that neither keep what they are given nor let others have it: no
result leads to it, and nobody reads from it or writes to it later. They may call functions that they are
given, at once."""

AT_ONCE = (
    "path", "io/fs.WalkDir", "sort.", "slices.", "maps.", "strings.", "bytes.", "regexp.", "go/ast.",
    "flag.Visit", "flag.FlagSet.Visit", "expvar.Do", "container/ring.Ring.Do", "fmt.", "math", "testing.",
)  # fmt: skip
"""Packages and functions that call a function which they are given on the goroutine of their caller, or not
at all. What else they are given they may keep, as a list does with functions that are its elements. A package
that takes functions only as what implements an interface (a writer of a logger) is none of them."""


def keeps_nothing(name: str) -> bool:
    """A function, or a method of an interface, that neither keeps what it is given nor lets others have it.
    What it may call back (String, Error) tells and does nothing else."""
    if name.startswith("testing."):
        return name.rpartition(".")[2] in _TELLS
    return name.startswith(_QUIET)
