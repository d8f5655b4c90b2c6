"""Type parameters: putting types in their place, and finding them from arguments.

Go spec: "Instantiations", "Type unification", simplified: what cannot be found is Unknown. Inexact
unification only looks at the shape of types, never at method sets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

from unstuck.types.model import (
    UNKNOWN,
    UNTYPED_NIL,
    Array,
    Basic,
    Chan,
    Field,
    Interface,
    Map,
    Named,
    Pointer,
    Signature,
    Slice,
    Struct,
    Tuple,
    Type,
    TypeParam,
    Unknown,
)
from unstuck.types.universe import default, is_untyped

MAX_DEPTH = 12
"""How deep unification and substitution look into a type; below that, types stay as they are."""

MAX_PARTS = 2_000
"""Past it a type is unknown."""


def substitute(t: Type, bindings: Mapping[str, Type], depth: int = 0) -> Type:
    """`t` with the type parameters named in `bindings` replaced. Returns `t` itself when nothing changes."""
    if not bindings or depth > 4 * MAX_DEPTH:
        return t
    replace = _SUBSTITUTE.get(t.__class__)
    return t if replace is None else replace(t, bindings, depth + 1)


def substitute_all(ts: tuple[Type, ...], bindings: Mapping[str, Type], depth: int = 0) -> tuple[Type, ...]:
    """`substitute` on each; returns `ts` itself when nothing changes."""
    new = tuple([substitute(t, bindings, depth) for t in ts])
    return ts if all(a is b for a, b in zip(ts, new)) else new


def bind(params: Sequence[TypeParam], args: Sequence[Type]) -> dict[str, Type]:
    """Bindings of type parameters to explicit type arguments; those without one are left out."""
    return {param.name: arg for param, arg in zip(params, args)}


def infer(
    params: tuple[TypeParam, ...],
    signature: Signature,
    args: Sequence[Type],
    bindings: dict[str, Type],
    underlying: Callable[[Type], Type],
) -> dict[str, Type]:
    """Bindings of every type parameter for a call with arguments of types `args`, starting from those already
    known; Unknown where nothing tells."""
    names = frozenset(param.name for param in params)
    pairs = list(_pairs(signature, args))
    for param, arg in pairs:
        if not is_untyped(arg):
            _unify(param, arg, bindings, names, underlying, 0)
    _from_constraints(params, bindings, names, underlying)
    for param, arg in pairs:
        if isinstance(param, TypeParam) and param.name in names and arg is not UNTYPED_NIL:
            bindings.setdefault(param.name, default(arg))
    _from_constraints(params, bindings, names, underlying)
    for param_ in params:
        bindings.setdefault(param_.name, UNKNOWN)
    return bindings


def _from_constraints(
    params: tuple[TypeParam, ...],
    bindings: dict[str, Type],
    names: frozenset[str],
    underlying: Callable[[Type], Type],
) -> None:
    """Core types tell the rest: in `S ~[]E` S gives E, in `PT interface{*T}` T gives PT."""
    for param in (*params, *params):
        constraint = param.constraint
        core = core_term(constraint, underlying)
        if core is None:
            continue
        if param.name in bindings:
            _unify(core, underlying(bindings[param.name]), bindings, names, underlying, 0)
        elif all(name in bindings for name in free(core, names)):
            bindings[param.name] = substitute(core, bindings)


def core_term(constraint: Type, underlying: Callable[[Type], Type]) -> Type | None:
    """The single type term of a constraint (`~[]E` gives `[]E`), None when there is none or several."""
    for _ in range(MAX_DEPTH):
        body = underlying(constraint)
        if not isinstance(body, Interface) or not body.embeds:
            return None
        term = body.embeds[0]
        if term == UNKNOWN or isinstance(term, TypeParam):
            return None
        if not isinstance(underlying(term), Interface):
            return term
        constraint = term
    return None


def free(t: Type, names: frozenset[str]) -> tuple[str, ...]:
    """Names of the type parameters among `names` that occur in `t`, in order, with repeats."""
    match t:
        case TypeParam(name):
            return (name,) if name in names else ()
        case Pointer(elem) | Slice(elem) | Array(_, elem) | Chan(_, elem):
            return free(elem, names)
        case Map(key, elem):
            return free(key, names) + free(elem, names)
        case Named(_, _, args) | Tuple(args):
            return tuple(name for arg in args for name in free(arg, names))
        case Signature(params, results):
            return tuple(name for part in params + results for name in free(part, names))
        case _:
            return ()


def _pairs(signature: Signature, args: Sequence[Type]) -> list[tuple[Type, Type]]:
    params = list(signature.params)
    if signature.variadic and params and isinstance(params[-1], Slice):
        last = params.pop()
        assert isinstance(last, Slice)
        params.extend([last.elem] * max(0, len(args) - len(params)))
    return list(zip(params, args))


def _unify(
    param: Type,
    arg: Type,
    bindings: dict[str, Type],
    names: frozenset[str],
    underlying: Callable[[Type], Type],
    depth: int,
) -> None:
    if depth > MAX_DEPTH or arg is UNKNOWN:
        return
    if isinstance(param, TypeParam):
        if param.name in names and bindings.get(param.name, UNKNOWN) == UNKNOWN:
            bindings[param.name] = arg
        return
    if isinstance(param, Named):
        if isinstance(arg, Named) and (arg.package, arg.name) == (param.package, param.name):
            for a, b in zip(param.args, arg.args):
                _unify(a, b, bindings, names, underlying, depth + 1)
            return
        if not param.args:
            return
        param = underlying(param)
    if isinstance(arg, Named):
        arg = underlying(arg)
    for a, b in _parts(param, arg):
        _unify(a, b, bindings, names, underlying, depth + 1)


def _parts(param: Type, arg: Type) -> tuple[tuple[Type, Type], ...]:
    """Pairs of components of two types of the same shape."""
    match param, arg:
        case (Pointer(a), Pointer(b)) | (Slice(a), Slice(b)) | (Array(_, a), Array(_, b)):
            return ((a, b),)
        case Chan(_, a), Chan(_, b):
            return ((a, b),)
        case Map(k, a), Map(j, b):
            return ((k, j), (a, b))
        case Signature(), Signature():
            return (*zip(param.params, arg.params), *zip(param.results, arg.results))
        case Struct(), Struct():
            return tuple((f.type, g.type) for f, g in zip(param.fields, arg.fields))
        case _:
            return ()


def _named(t: Named, bindings: Mapping[str, Type], depth: int) -> Type:
    if not t.args:
        return t
    args = substitute_all(t.args, bindings, depth)
    if args is t.args:
        return t
    made = Named(t.package, t.name, args)
    return UNKNOWN if too_large(made) else made


def too_large(t: Type) -> bool:
    """Whether a type has more than `MAX_PARTS` parts: then it counts as unknown. Twenty aliases of structs
    that have the next one twice make a million, and every comparison looks at all of them."""
    waiting: list[Type] = [t]
    for done, each in enumerate(waiting):
        if done > MAX_PARTS:
            return True
        match each:
            case Named():
                waiting += each.args
            case Pointer() | Slice() | Array() | Chan():
                waiting.append(each.elem)
            case Map():
                waiting += (each.key, each.elem)
            case Signature():
                waiting += (*each.params, *each.results)
            case Struct():
                waiting += [field.type for field in each.fields]
            case Interface():
                waiting += (*(method for _, method in each.methods), *each.embeds)
            case Tuple():
                waiting += each.items
            case Unknown() | Basic() | TypeParam():
                pass
            case _:
                assert_never(each)
    return False


def _map(t: Map, bindings: Mapping[str, Type], depth: int) -> Type:
    key, elem = substitute(t.key, bindings, depth), substitute(t.elem, bindings, depth)
    return t if key is t.key and elem is t.elem else Map(key, elem)


def _array(t: Array, bindings: Mapping[str, Type], depth: int) -> Type:
    elem = substitute(t.elem, bindings, depth)
    return t if elem is t.elem else Array(t.length, elem)


def _chan(t: Chan, bindings: Mapping[str, Type], depth: int) -> Type:
    elem = substitute(t.elem, bindings, depth)
    return t if elem is t.elem else Chan(t.dir, elem)


def _pointer(t: Pointer, bindings: Mapping[str, Type], depth: int) -> Type:
    elem = substitute(t.elem, bindings, depth)
    return t if elem is t.elem else Pointer(elem)


def _slice(t: Slice, bindings: Mapping[str, Type], depth: int) -> Type:
    elem = substitute(t.elem, bindings, depth)
    return t if elem is t.elem else Slice(elem)


def _signature(t: Signature, bindings: Mapping[str, Type], depth: int) -> Signature:
    params = substitute_all(t.params, bindings, depth)
    results = substitute_all(t.results, bindings, depth)
    if params is t.params and results is t.results:
        return t
    return Signature(params, results, t.variadic)


def _struct(t: Struct, bindings: Mapping[str, Type], depth: int) -> Type:
    types = tuple([field.type for field in t.fields])
    new = substitute_all(types, bindings, depth)
    if new is types:
        return t
    return Struct(tuple(Field(f.name, n, f.embedded) for f, n in zip(t.fields, new)))


def _interface(t: Interface, bindings: Mapping[str, Type], depth: int) -> Type:
    methods = tuple([(name, _signature(s, bindings, depth)) for name, s in t.methods])
    embeds = substitute_all(t.embeds, bindings, depth)
    if embeds is t.embeds and all(a[1] is b[1] for a, b in zip(methods, t.methods)):
        return t
    return Interface(methods, embeds)


def _tuple(t: Tuple, bindings: Mapping[str, Type], depth: int) -> Type:
    items = substitute_all(t.items, bindings, depth)
    return t if items is t.items else Tuple(items)


def _type_param(t: TypeParam, bindings: Mapping[str, Type], depth: int) -> Type:
    return bindings.get(t.name, t)


_SUBSTITUTE: dict[type, Callable[..., Type]] = {
    TypeParam: _type_param,
    Named: _named,
    Pointer: _pointer,
    Slice: _slice,
    Array: _array,
    Map: _map,
    Chan: _chan,
    Signature: _signature,
    Struct: _struct,
    Interface: _interface,
    Tuple: _tuple,
}
