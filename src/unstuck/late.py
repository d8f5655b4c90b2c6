"""Methods of dataclasses that are made when they are first called.

`dataclasses` writes and compiles up to six methods for each of our 300 classes: a third of the time of a run
on one file, and most of them are never called. There is no public way to put that off. Where the private
function that makes a method is not the one of Python 3.11 and 3.12, nothing changes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

_KNOWN = ("name", "args", "body", "globals", "locals", "return_type")
"""The parameters of the function that makes a method."""


def put_off_methods() -> None:
    """For all dataclasses of this process that are declared from now on."""
    create = getattr(dataclasses, "_create_fn", None)
    code = getattr(create, "__code__", None)
    if create is None or code is None or code.co_varnames[: len(_KNOWN)] != _KNOWN:
        return

    def put_off(name: str, *args: Any, **named: Any) -> Callable[..., Any]:
        made: Callable[..., Any] | None = None

        def method(self: Any, /, *given: Any, **options: Any) -> Any:
            nonlocal made
            if made is None:
                made = create(name, *args, **named)
                made.__qualname__ = method.__qualname__
            for base in type(self).__mro__:
                if base.__dict__.get(name) is method:
                    setattr(base, name, made)
            return made(self, *given, **options)

        method.__name__ = method.__qualname__ = name
        return method

    setattr(dataclasses, "_create_fn", put_off)  # noqa: B010
