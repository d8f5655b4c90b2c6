"""A large package in shares that are analysed apart, each by other processes where there are some.

How many there are depends on its files alone, so that the number of processes changes nothing. Files whose
names stand together stay together: a test mostly calls what stands in the file next to it.
"""

from __future__ import annotations

from unstuck.source.package import Package

SHARE_BYTES = 2_000_000
"""As much of a package to analyse as makes one share, about 60,000 lines."""


def share_sizes(package: Package) -> list[int]:
    """The bytes of each share; one share for most packages."""
    sizes = [0] * _count(package)
    for share, _, size in _shared_out(package):
        sizes[share] += size
    return sizes


def files_of_others(package: Package, share: int) -> frozenset[str]:
    """The files, by path, that belong to other shares of the package."""
    if _count(package) == 1:
        return frozenset()
    return frozenset(path for number, path, _ in _shared_out(package) if number != share)


def _count(package: Package) -> int:
    return 1 + sum(_sizes(package).values()) // SHARE_BYTES


def _sizes(package: Package) -> dict[str, int]:
    return {item.file.path: len(item.file.data) for item in package.files if not item.types_only}


def _shared_out(package: Package) -> list[tuple[int, str, int]]:
    """The share of each file, its path and its size: cut where an even part of all bytes is through."""
    sizes, count = _sizes(package), _count(package)
    total, before = max(sum(sizes.values()), 1), 0
    found: list[tuple[int, str, int]] = []
    for path in sorted(sizes):
        found.append((min((before + sizes[path] // 2) * count // total, count - 1), path, sizes[path]))
        before += sizes[path]
    return found
