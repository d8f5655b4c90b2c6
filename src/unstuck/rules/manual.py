"""The manual: every rule's page is the docstring of its module.

A rule is a module `rules/<name_with_underscores>.py` with

    NAME      the rule's name, as reports print it
    SUMMARY   one line for lists
    KIND      the `Kind` of its findings
    ACTIVE    whether this version reports it

and a docstring: a title sentence, paragraphs, `Wrong:` and `Right:` each followed by indented Go code, more
paragraphs. Rules are found, not listed. `python -m unstuck.rules.manual FOLDER` writes the pages as Markdown.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING

from unstuck import rules
from unstuck.findings import Kind

if TYPE_CHECKING:
    from pathlib import Path

_NAME = re.compile(rb"^NAME = \"([a-z-]+)\"\r?$", re.MULTILINE)
LATER = "from a later version"
"""What is said of a rule that this version does not report yet."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a page: a paragraph, a list item, or Go code with its heading ("Wrong", "Right")."""

    text: str
    heading: str = ""
    code: bool = False


@dataclass(frozen=True, slots=True)
class Manual:
    """One rule's page."""

    name: str
    summary: str
    kind: Kind
    active: bool
    title: str
    blocks: tuple[Block, ...]

    def code(self, heading: str) -> tuple[str, ...]:
        """The programs under `heading` ("Wrong" or "Right")."""
        return tuple(block.text for block in self.blocks if block.code and block.heading == heading)


def manuals() -> tuple[Manual, ...]:
    """All rules, the active ones first, by name."""
    import pkgutil

    found = []
    for module in pkgutil.iter_modules(rules.__path__):
        manual = read(importlib.import_module(f"{rules.__name__}.{module.name}"))
        if manual is not None:
            found.append(manual)
    return tuple(sorted(found, key=lambda manual: (not manual.active, manual.name)))


@cache
def names() -> tuple[str, ...]:
    """The names of all rules, sorted; read from the text of their modules, which are not imported."""
    found = map(_NAME.search, _texts().values())
    return tuple(sorted(match[1].decode() for match in found if match is not None))


def modules(text: bytes) -> tuple[str, ...]:
    """The modules of the package in whose source a text stands, sorted; they are not imported."""
    return tuple(sorted(name for name, source in _texts().items() if text in source))


@cache
def _texts() -> dict[str, bytes]:
    """The source of each module of the package."""
    found = {}
    for each in (each for folder in rules.__path__ for each in os.scandir(folder)):
        if each.name.endswith(".py"):
            with open(each.path, "rb") as file:
                found[each.name.removesuffix(".py")] = file.read()
    return found


def find(name: str) -> Manual | None:
    """The page of the rule called `name`; None when there is no such rule."""
    if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name):
        return None
    module_name = f"{rules.__name__}.{name.replace('-', '_')}"
    try:
        return read(importlib.import_module(module_name))
    except ModuleNotFoundError as error:
        if error.name != module_name:
            raise
        return None


def similar(name: str) -> tuple[str, ...]:
    """Names of rules that look like `name`, the likest first."""
    import difflib

    known = [manual.name for manual in manuals()]
    return tuple(difflib.get_close_matches(name.lower().replace("_", "-"), known, n=3, cutoff=0.5))


def read(module: ModuleType) -> Manual | None:
    """The page in a module's docstring; None for a module that is no rule."""
    if not hasattr(module, "SUMMARY") or not module.__doc__:
        return None
    import textwrap

    title, _, body = module.__doc__.partition("\n")
    return Manual(
        module.NAME, module.SUMMARY, module.KIND, module.ACTIVE, title.strip(), parse(textwrap.dedent(body))
    )


def parse(body: str) -> tuple[Block, ...]:
    """The blocks of a docstring's body: indented lines are code, `Word:` alone heads the code after it."""
    import textwrap

    blocks: list[Block] = []
    heading = ""
    for code, lines in _runs(body.split("\n")):
        text = "\n".join(lines).strip("\n")
        if code:
            blocks.append(Block(_gofmt(textwrap.dedent(text)) + "\n", heading, code=True))
            heading = ""
        elif text in ("Wrong:", "Right:"):
            heading = text.removesuffix(":")
        elif text:
            blocks.append(Block(" ".join(text.split())))
    return tuple(blocks)


def as_text(manual: Manual, width: int) -> str:
    """The page for a terminal `width` columns wide, without colours."""
    import textwrap

    parts = [manual.name + ("" if manual.active else f" ({LATER})"), textwrap.fill(manual.title, width)]
    for block in manual.blocks:
        if block.code:
            code = textwrap.indent(block.text.expandtabs(4).rstrip("\n"), "    ")
            parts.append(f"{block.heading}:\n\n{code}" if block.heading else code)
        else:
            hanging = "  " if block.text.startswith("- ") else ""
            parts.append(textwrap.fill(block.text, width, subsequent_indent=hanging, break_long_words=False))
    return "\n\n".join(parts) + "\n"


def as_list(width: int) -> str:
    """All rules, a line each, for `unstuck explain`."""
    import textwrap

    pages = manuals()
    column = max(len(page.name) for page in pages)
    rows = ["Rules (unstuck explain RULE prints a rule's page):", ""]
    later = [page for page in pages if not page.active]
    for page in pages:
        if later and page is later[0]:
            rows.extend(["", f"{LATER.capitalize()}:", ""])
        head = f"  {page.name:<{column}}  "
        rows.append(textwrap.fill(head + page.summary, width, subsequent_indent=" " * len(head)))
    return "\n".join(rows) + "\n"


def as_markdown(manual: Manual) -> str:
    """The page for `docs/rules/`."""
    parts = [f"# {manual.name}", f"**{manual.title}**"]
    if not manual.active:
        parts.append(f"*This rule comes {LATER}.*")
    for block in manual.blocks:
        if block.heading:
            parts.append(f"## {block.heading}")
        language = "go" if block.heading else "toml"
        parts.append(f"```{language}\n{block.text}```" if block.code else block.text)
    return "\n\n".join(parts) + "\n"


def index_markdown(pages: Sequence[Manual]) -> str:
    """The list of all rules for `docs/rules/README.md`."""
    rows = [
        "# Rules",
        "",
        "Made from the rules' docstrings by `python -m unstuck.rules.manual docs/rules`.",
        "",
    ]
    rows += ["| rule | finds | kind |", "| --- | --- | --- |"]
    for page in pages:
        summary = page.summary if page.active else f"{page.summary} (*{LATER}*)"
        rows.append(f"| [{page.name}]({page.name}.md) | {summary} | {page.kind.value} |")
    return "\n".join(rows) + "\n"


def write(folder: Path) -> tuple[Path, ...]:
    """Writes one Markdown page a rule and an index into `folder`; returns the files, sorted."""
    pages = manuals()
    texts = {f"{page.name}.md": as_markdown(page) for page in pages}
    texts["README.md"] = index_markdown(pages)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in sorted(texts.items()):
        (folder / name).write_text(text, encoding="utf-8")
    return tuple(folder / name for name in sorted(texts))


def _gofmt(code: str) -> str:
    """Go code as gofmt indents it. (In docstrings it is indented by 4 blanks: ruff spoils tabs there.)"""
    return re.sub(r"(?m)^(?: {4})+", lambda match: "\t" * (len(match.group()) // 4), code)


def _runs(lines: Sequence[str]) -> list[tuple[bool, list[str]]]:
    """Consecutive lines of one sort: code (with the empty lines inside it), paragraphs, list items."""
    runs: list[tuple[bool, list[str]]] = []
    fresh = True
    for line in lines:
        indented = line.startswith("    ")
        if not line.strip():
            fresh = True
            if runs and runs[-1][0]:
                runs[-1][1].append("")
            continue
        if runs and runs[-1][0] and indented:
            runs[-1][1].append(line)
        elif not runs or fresh or indented or runs[-1][0] or line.startswith("- "):
            runs.append((indented, [line]))
        else:
            runs[-1][1].append(line)
        fresh = False
    return runs


if __name__ == "__main__":
    from pathlib import Path

    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/rules"))
