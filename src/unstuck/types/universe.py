"""What every Go file can name without declaring it, and names that notes use without importing them.

Go spec: "Predeclared identifiers". `WELL_KNOWN` is ours: an undeclared name in front of a dot that has the
name of a standard package (or of one that everybody uses) is read as that package.
"""

from __future__ import annotations

import re

from unstuck.types.model import (
    BOOL,
    ERROR,
    INT,
    STRING,
    UNTYPED_NIL,
    Basic,
    Builtin,
    Const,
    Interface,
    Named,
    Nil,
    Object,
    Signature,
    Type,
    TypeName,
)

ANY = Named("", "any")
COMPARABLE = Named("", "comparable")
UNTYPED_BOOL = Basic("untyped bool")
UNTYPED_INT = Basic("untyped int")
UNTYPED_RUNE = Basic("untyped rune")
UNTYPED_FLOAT = Basic("untyped float")
UNTYPED_COMPLEX = Basic("untyped complex")
UNTYPED_STRING = Basic("untyped string")
UINT8 = Basic("uint8")
INT32 = Basic("int32")
UINTPTR = Basic("uintptr")
FLOAT64 = Basic("float64")
UNSAFE_POINTER = Basic("unsafe.Pointer")

DEFAULTS: dict[str, Basic] = {
    "untyped bool": BOOL,
    "untyped int": INT,
    "untyped rune": INT32,
    "untyped float": FLOAT64,
    "untyped complex": Basic("complex128"),
    "untyped string": STRING,
}
"""Default types of untyped constants (Go spec: "Constants")."""

INTEGER_BITS = {
    "int": 64,
    "int8": 8,
    "int16": 16,
    "int32": 32,
    "int64": 64,
    "uint": 64,
    "uint8": 8,
    "uint16": 16,
    "uint32": 32,
    "uint64": 64,
    "uintptr": 64,
    "untyped int": 0,
    "untyped rune": 0,
}
"""Width of the integer types; int, uint and uintptr as on a 64-bit machine, 0 for untyped constants."""

UNIVERSE_UNDERLYING: dict[str, Type] = {
    "error": Interface((("Error", Signature((), (STRING,))),)),
    "any": Interface(()),
    "comparable": Interface(()),
}
"""Underlying types of the `Named` types whose package is ""."""

BUILTINS = [
    "append",
    "cap",
    "clear",
    "close",
    "complex",
    "copy",
    "delete",
    "imag",
    "len",
    "make",
    "max",
    "min",
    "new",
    "panic",
    "print",
    "println",
    "real",
    "recover",
]

UNSAFE: dict[str, Object] = {
    "Pointer": TypeName("Pointer", UNSAFE_POINTER),
    **{
        name: Builtin(f"unsafe.{name}")
        for name in ("Sizeof", "Offsetof", "Alignof", "Add", "Slice", "SliceData", "String", "StringData")
    },
}
"""What package unsafe exports (Go spec: "Package unsafe")."""


def _universe() -> dict[str, Object]:
    names: dict[str, Object] = {"nil": Nil(), "iota": Const("iota", UNTYPED_INT, None)}
    basic = (
        "bool int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 uintptr float32 float64 complex64"
    )
    for name in [*basic.split(), "complex128", "string"]:
        names[name] = TypeName(name, Basic(name))
    names["bool"], names["int"] = TypeName("bool", BOOL), TypeName("int", INT)
    names["string"] = TypeName("string", STRING)
    names["byte"], names["rune"] = TypeName("byte", UINT8), TypeName("rune", INT32)
    for named in (ANY, ERROR, COMPARABLE):
        names[named.name] = TypeName(named.name, named)
    for name in BUILTINS:
        names[name] = Builtin(name)
    names["true"] = Const("true", UNTYPED_BOOL, True)
    names["false"] = Const("false", UNTYPED_BOOL, False)
    return names


UNIVERSE: dict[str, Object] = _universe()
"""The universe block: name -> object."""

WELL_KNOWN: dict[str, str] = {
    **{
        name: name
        for name in [
            "bufio",
            "bytes",
            "cmp",
            "context",
            "errors",
            "expvar",
            "flag",
            "fmt",
            "io",
            "iter",
            "log",
            "maps",
            "math",
            "net",
            "os",
            "path",
            "plugin",
            "reflect",
            "regexp",
            "runtime",
            "slices",
            "sort",
            "strconv",
            "strings",
            "sync",
            "syscall",
            "testing",
            "time",
            "unicode",
            "unique",
            "unsafe",
        ]
    },
    "atomic": "sync/atomic",
    "binary": "encoding/binary",
    "base64": "encoding/base64",
    "csv": "encoding/csv",
    "debug": "runtime/debug",
    "driver": "database/sql/driver",
    "errgroup": "golang.org/x/sync/errgroup",
    "exec": "os/exec",
    "filepath": "path/filepath",
    "fs": "io/fs",
    "gob": "encoding/gob",
    "hex": "encoding/hex",
    "http": "net/http",
    "httptest": "net/http/httptest",
    "httptrace": "net/http/httptrace",
    "httputil": "net/http/httputil",
    "ioutil": "io/ioutil",
    "json": "encoding/json",
    "list": "container/list",
    "heap": "container/heap",
    "ring": "container/ring",
    "metrics": "runtime/metrics",
    "pprof": "runtime/pprof",
    "rand": "math/rand",
    "bits": "math/bits",
    "big": "math/big",
    "rpc": "net/rpc",
    "semaphore": "golang.org/x/sync/semaphore",
    "signal": "os/signal",
    "singleflight": "golang.org/x/sync/singleflight",
    "slog": "log/slog",
    "sql": "database/sql",
    "synctest": "testing/synctest",
    "template": "text/template",
    "tls": "crypto/tls",
    "trace": "runtime/trace",
    "url": "net/url",
    "utf8": "unicode/utf8",
    "xml": "encoding/xml",
    "zip": "archive/zip",
    "gzip": "compress/gzip",
    "rate": "golang.org/x/time/rate",
}
"""Name in front of a dot -> import path, for names that nothing declares or imports."""

_VERSION = re.compile(r"v\d+")
_DOT_VERSION = re.compile(r"\.v\d+$")


def import_name(path: str) -> str:
    """The name a package most likely has, from its import path: `example.com/go-redis/v9` -> `redis`."""
    parts = [part for part in path.split("/") if part]
    if len(parts) > 1 and _VERSION.fullmatch(parts[-1]):
        parts.pop()
    name = _DOT_VERSION.sub("", parts[-1]) if parts else ""
    name = name.removeprefix("go-").removesuffix(".go").removesuffix("-go")
    return name.rpartition("-")[2].rpartition(".")[2] if not name.isidentifier() else name


def default(t: Type) -> Type:
    """The type a variable gets from a value of type `t`."""
    if t.__class__ is Basic:
        return DEFAULTS.get(t.name, t)
    return t


def is_untyped(t: Type) -> bool:
    """Whether `t` is the type of an untyped constant or of nil."""
    return isinstance(t, Basic) and (t.name in DEFAULTS or t is UNTYPED_NIL)
