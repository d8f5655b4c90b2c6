"""What names a declared function; apart from all other types, so that the cache needs nothing else."""

from __future__ import annotations

from typing import NamedTuple


class FuncRef(NamedTuple):
    """A declared function or method: identity across the whole program. `recv` is the receiver's base type
    name, "" for a function. `generics` of the receiver or function are left out. A tuple, because it is the
    key of most tables and tuples are fast ones."""

    package: str
    recv: str
    name: str
    pointer: bool = False
    """A method with pointer receiver. Not part of the identity a user sees."""

    def __str__(self) -> str:
        if not self.recv:
            return self.name
        return f"(*{self.recv}).{self.name}" if self.pointer else f"{self.recv}.{self.name}"
