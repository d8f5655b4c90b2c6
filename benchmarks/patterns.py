"""Only the rules over types and control flow, nothing explored: minutes become seconds on large trees.

    python -m benchmarks.patterns [check --format json] [--go-version V] ./...

It prints as much of the JSON of `unstuck check` as the harnesses read, so it can stand in for it:

    python -m benchmarks.real --nearest-tags --unstuck "python -m benchmarks.patterns"
    python -m benchmarks.modules --sample 100 --unstuck "python -m benchmarks.patterns"

Severities, comments and configuration that would silence a finding are not looked at.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from unstuck.config import Settings
from unstuck.findings import Finding, RootKind
from unstuck.roots import explorer
from unstuck.rules.patterns import suspicions
from unstuck.source import workspace
from unstuck.source.constraint import Target
from unstuck.source.options import LoadOptions, host_target


def found(paths: Sequence[str], go_version: str | None) -> Iterator[dict[str, Any]]:
    """The findings, and last the statistics."""
    settings = Settings()
    goos, goarch = host_target()
    options = LoadOptions(
        cwd=os.getcwd(), include_tests=True, stdin=bytes, go_version=go_version, toolchain=go_version
    )
    space = workspace.load(tuple(paths), Target(goos, goarch, ()), options)
    shared = explorer(space.packages, space, settings)
    lines = files = 0
    for package in space.packages:
        declared = ((ref, shared.world.declared(ref)) for ref in shared.world.functions(package.path))
        functions = [ref for ref, found_at in declared if found_at is not None and not found_at.stub]
        for finding, _ in suspicions(
            shared.world, package, settings, lambda *_: RootKind.FUNCTION, functions
        ):
            yield _item(finding)
        own = [item.file for item in package.files if not item.types_only]
        files += len(own)
        lines += sum(file.data.count(b"\n") for file in own)
    yield {"files": files, "lines": lines}


def _item(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "path": finding.at.path,
        "line": finding.at.line,
        "function": finding.function,
        "message": finding.message,
        "evidence": finding.evidence.value,
        "related": [{"path": each.at.path, "line": each.at.line} for each in finding.related],
    }


def main(argv: Sequence[str] | None = None) -> int:
    """0, whatever is found."""
    parser = argparse.ArgumentParser(prog="patterns")
    parser.add_argument("--format", default="json", choices=("json",))
    parser.add_argument("--go-version", help="judge as if this Go built it")
    parser.add_argument("paths", nargs="*", default=["./..."])
    options = parser.parse_intermixed_args(argv)
    *findings, stats = found([path for path in options.paths if path != "check"], options.go_version)
    findings.sort(key=lambda item: (item["path"], item["line"], item["rule"]))
    json.dump({"findings": findings, "gaps": [], "stats": stats}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
