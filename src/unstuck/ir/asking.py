"""Functions of the library whose answer hangs on nothing but what they are given: asked twice about the same
values they say the same.

A call of one is a `Binary` whose operator is the function's name; with one argument it stands on both sides.
What a process is asked about itself is read as a variable that nobody changes.
"""

from __future__ import annotations

from unstuck.ir import instr
from unstuck.ir.builder import Builder
from unstuck.ir.instr import BOOL_DESC, INT_DESC, POSITIVE, At, Desc, Reg

ERRORS_IS = "errors.Is"
HAS_PREFIX = "strings.HasPrefix"
HAS_SUFFIX = "strings.HasSuffix"
CONTAINS = "strings.Contains"
ASKING: tuple[str, ...] = (
    ERRORS_IS, HAS_PREFIX, HAS_SUFFIX, CONTAINS, "strings.ContainsAny", "strings.ContainsRune",
    "strings.EqualFold", "os.IsExist", "os.IsNotExist", "os.IsPermission", "os.IsTimeout",
    "path.IsAbs", "path/filepath.IsAbs", "math.IsNaN",
    "unicode.IsDigit", "unicode.IsLetter", "unicode.IsLower", "unicode.IsSpace", "unicode.IsUpper",
)  # fmt: skip
"""They take one or two values that nobody changes, and give a boolean."""

GIVING: tuple[str, ...] = (
    "strings.TrimSpace", "strings.ToLower", "strings.ToUpper", "strconv.Itoa",
    "path.Base", "path.Clean", "path.Dir", "path.Ext",
    "path/filepath.Base", "path/filepath.Clean", "path/filepath.Dir", "path/filepath.Ext",
)  # fmt: skip
"""They take one value that nobody changes, and give a string."""
STRING_DESC = Desc("string")

FIELDS, SPLIT = "strings.Fields", "strings.Split"
LISTING: tuple[str, ...] = (FIELDS, SPLIT)
"""They take texts that nobody changes, and give a list of texts."""

METHODS: tuple[str, ...] = (
    "io/fs.FileInfo.IsDir", "io/fs.FileInfo.Name", "io/fs.FileInfo.Size",
    "io/fs.DirEntry.IsDir", "io/fs.DirEntry.Name",
    ".error.Error", "net.Error.Timeout", "net.Error.Temporary", "net.Addr.Network", "net.Addr.String",
)  # fmt: skip
"""Methods without arguments of interfaces: a value of an unknown type gives the same each time."""

ERRORS_AS = "errors.As "
"""How the operator of a question for an error of a type starts; the type follows."""


def ask(name: str, b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    """Emits a call of one of `ASKING` or `GIVING`."""
    dst = b.reg()
    b.emit(instr.Binary(where, dst, name, regs[0], regs[-1]))
    return (dst,)


def ask_for_error(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    """Emits a call of errors.As, which may change what its second argument points to."""
    made = next(
        (item.desc for item in b.code if isinstance(item, instr.New) and item.dst == regs[1]), Desc("")
    )
    wanted = made.elem.name if made.elem is not None else made.name
    b.emit(instr.Call(where, (), "errors.As", regs, (), regs[1:]))
    return ask(f"{ERRORS_AS}{wanted}", b, where, regs[:1]) if wanted else (b.fresh(where, BOOL_DESC),)


def environment(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    """Emits a call of os.Getenv: an option of the process, by its name."""
    named = [item.value for item in b.code if isinstance(item, instr.Const) and item.dst in regs]
    if not named:
        return (b.fresh(where, STRING_DESC),)
    pointer, dst = b.reg(), b.reg()
    b.emit(instr.Global(where, pointer, f"os.Getenv({named[0]})", STRING_DESC, "kept"))
    b.emit(instr.Load(where, dst, pointer, STRING_DESC))
    return (dst,)


_LIST = Desc("slice", "", Desc("string"))
OF_THE_PROCESS: dict[str, Desc] = {
    "runtime.NumCPU": POSITIVE,
    "testing.Short": BOOL_DESC,
    "testing.Verbose": BOOL_DESC,
    "flag.Args": _LIST,
    "os.Getpid": INT_DESC,
}
"""Functions without arguments that give the same each time, and what they give."""


def ask_process(name: str, b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    """Emits a call of one of `OF_THE_PROCESS`."""
    pointer, dst = b.reg(), b.reg()
    desc = OF_THE_PROCESS[name]
    b.emit(instr.Global(where, pointer, f"{name}()", desc, "kept"))
    b.emit(instr.Load(where, dst, pointer, desc))
    return (dst,)


def processors(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    """Emits a call of runtime.GOMAXPROCS, which changes nothing when it is given 0."""
    asked = [item.value for item in b.code if isinstance(item, instr.Const) and item.dst in regs]
    return ask_process("runtime.NumCPU", b, where, ()) if asked == [0] else (b.fresh(where, POSITIVE),)


def arguments(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    """Emits a call of flag.NArg."""
    dst = b.reg()
    b.emit(instr.Len(where, dst, ask_process("flag.Args", b, where, ())[0], cap=False))
    return (dst,)
