"""Functions of the library whose answer hangs on nothing but what they are given: asked twice about the same
values they say the same.

A call of one is a `Binary` whose operator is the function's name; with one argument it stands on both sides.
"""

from __future__ import annotations

from unstuck.ir import instr
from unstuck.ir.builder import Builder
from unstuck.ir.instr import At, Reg

ERRORS_IS = "errors.Is"
HAS_PREFIX = "strings.HasPrefix"
HAS_SUFFIX = "strings.HasSuffix"
CONTAINS = "strings.Contains"
ASKING = (
    ERRORS_IS, HAS_PREFIX, HAS_SUFFIX, CONTAINS, "strings.ContainsAny", "strings.ContainsRune",
    "strings.EqualFold", "os.IsExist", "os.IsNotExist", "os.IsPermission", "os.IsTimeout",
    "path.IsAbs", "path/filepath.IsAbs", "math.IsNaN",
    "unicode.IsDigit", "unicode.IsLetter", "unicode.IsLower", "unicode.IsSpace", "unicode.IsUpper",
)  # fmt: skip
"""They take one or two values that nobody changes, and give a boolean."""


def ask(name: str, b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    """Emits a call of one of `ASKING`."""
    dst = b.reg()
    b.emit(instr.Binary(where, dst, name, regs[0], regs[-1]))
    return (dst,)
