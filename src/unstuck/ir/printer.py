"""The IR as text, one line an instruction, for people and for tests.

Registers print as r0, r1 ...; a register nobody wants is "_". Jump targets are the numbers before the lines.
Positions in the source, and what `slice` adds beside the code, are not printed.
"""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

from unstuck.ir import instr
from unstuck.ir.instr import NONE, Desc, Function, Instr, Program, Reg, SelectCase

_FORMS: dict[type, str] = {
    instr.Const: "{dst} = const {value}",
    instr.Copy: "{dst} = {src}{dir}{asserted}",
    instr.Zero: "{dst} = zero {desc}",
    instr.Fresh: "{dst} = unknown {desc}",
    instr.New: "{dst} = new {desc} {src}",
    instr.Global: "{dst} = &{name}",
    instr.Load: "{dst} = *{pointer}",
    instr.Store: "*{pointer} = {src}",
    instr.FieldAddr: "{dst} = &{pointer}.{name}",
    instr.FieldOf: "{dst} = {x}.{name}",
    instr.ElemAddr: "{dst} = &{x}[{index}]",
    instr.MakeStruct: "{dst} = {type}{{{fields}}}",
    instr.MakeSlice: "{dst} = slice of {desc} {length}[{items}]",
    instr.Append: "{dst} = append {x}, {items}{spread}",
    instr.Reslice: "{dst} = {x}[{lo}:{hi}]",
    instr.Len: "{dst} = len {x}{cap}",
    instr.MakeMap: "{dst} = map{{{entries}}}",
    instr.MapGet: "{dst}, {ok} = {x}[{key}]",
    instr.MapSet: "{x}[{key}] = {src}",
    instr.MapDelete: "delete {x}, {key}",
    instr.MapNext: "{key}, {value} = {x} entry {index} else {done}",
    instr.MakeClosure: "{dst} = closure {func}({bound})",
    instr.BindMethod: "{dst} = {x}.{name} of {interface}",
    instr.Binary: "{dst} = {x} {op} {y}{sizing}{spawns}",
    instr.Not: "{dst} = !{x}",
    instr.TypeTest: "{dst} = {x} is {desc}",
    instr.Jump: "jump {target}",
    instr.Branch: "if {cond} then {then} else {orelse}",
    instr.Call: "{dsts} = call {func}({args})",
    instr.CallValue: "{dsts} = call {callee}({args})",
    instr.CallMethod: "{dsts} = call {x}.{name}({args})",
    instr.Go: "go {callee}({args})",
    instr.Defer: "defer {callee}({args})",
    instr.Return: "return {values}",
    instr.Panic: "panic",
    instr.Recover: "{dst} = recover",
    instr.Goexit: "goexit{failing}",
    instr.Exit: "exit",
    instr.Diverge: "diverge",
    instr.Yield: "yield",
    instr.MakeChan: "{dst} = make chan {desc}, {capacity}",
    instr.Send: "{channel} <- {value}",
    instr.Recv: "{dst}, {ok} = <-{channel}{range}",
    instr.Close: "close {channel}",
    instr.Select: "select {{{cases}}}{default}",
    instr.Lock: "{dst} = {op} {pointer}{rw}",
    instr.WaitGroup: "waitgroup {op} {pointer} {delta}",
    instr.Cond: "cond {op} {pointer}",
    instr.MakeContext: "{dst} = context {kind} {parent}",
    instr.Cancel: "cancel {context}",
    instr.ContextDone: "{dst} = done {context}",
    instr.ContextErr: "{dst} = err {context}",
    instr.MakeTimer: "{dst} = timer{periodic}",
    instr.Timer: "{dst} = timer {op} {channel}",
    instr.Signals: "signals {op} {channel}",
}
_UNWANTED = re.compile(r"^((_, )*_)? = ")


def function_text(function: Function) -> str:
    """A function: a line that names it and its parameters, then its code."""
    params = ", ".join(f"r{number} {desc_text(desc)}" for number, desc in enumerate(function.params))
    results = ", ".join(desc_text(desc) for desc in function.result_descs)
    lines = [f"func {function.id}({params})" + (f" ({results})" if results else "")]
    lines.extend(f"{pc:4}  {instruction_text(item)}" for pc, item in enumerate(function.code))
    return "\n".join(lines) + "\n"


def program_text(program: Program) -> str:
    """All functions, the root first."""
    names = [program.root, *(name for name in program.functions if name != program.root)]
    return "\n".join(function_text(program.functions[name]) for name in names)


def instruction_text(item: Instr) -> str:
    """One instruction on one line."""
    texts = {each.name: _text(each.name, str(each.type), getattr(item, each.name)) for each in fields(item)}
    return _UNWANTED.sub("", _FORMS[type(item)].format_map(texts)).rstrip()


def desc_text(desc: Desc) -> str:
    """A Desc as Go would write the type, as far as it is known."""
    name = desc.name or desc.kind
    if desc.kind == "chan":
        name = {"send": "chan<-", "recv": "<-chan"}.get(desc.dir, "chan")
    if desc.kind == "pointer" and desc.elem is not None:
        return f"*{desc_text(desc.elem)}"
    return name if desc.elem is None or desc.name else f"{name} {desc_text(desc.elem)}"


def _text(name: str, type_: str, value: Any) -> str:
    """The value of a field, by the field's type."""
    match type_:
        case "Reg":
            return _register(value)
        case "tuple[Reg, ...]":
            return ", ".join(_register(reg) for reg in value)
        case "tuple[tuple[str, Reg], ...]":
            return ", ".join(f"{key}: {_register(reg)}" for key, reg in value)
        case "tuple[tuple[Reg, Reg], ...]":
            return ", ".join(f"{_register(key)}: {_register(reg)}" for key, reg in value)
        case "tuple[SelectCase, ...]":
            return " | ".join(_case(case) for case in value)
        case "Desc":
            return desc_text(value)
        case "bool":
            return f" {name}" if value else ""
        case "Scalar":
            return "nil" if value is None else repr(value)
        case _ if name == "dir":
            return "" if value == "both" else f" as {value}"
        case _ if name == "default":
            return "" if value == NONE else f" default {value}"
        case _:
            return str(value)


def _register(reg: Reg) -> str:
    return "_" if reg == NONE else f"r{reg}"


def _case(case: SelectCase) -> str:
    channel = _register(case.channel)
    if case.send:
        return f"{channel} <- {_register(case.value)} then {case.target}"
    received = _UNWANTED.sub("", f"{_register(case.dst)}, {_register(case.ok)} = ")
    return f"{received}<-{channel} then {case.target}"
