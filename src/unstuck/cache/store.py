"""A folder of entries: packed JSON texts under hashed names.

Any number of runs may use it at once: a file is written under another name and then renamed, so a reader
sees all of it or nothing. Whatever goes wrong (a full disk, no right to write, a damaged file) costs time in
a later run and nothing else. Old entries go first: those that nobody used for `MAX_AGE`, then the ones that
were not used for longest until the folder is back under `MAX_BYTES`.
"""

from __future__ import annotations

import json
import os
import re
import stat
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

VERSION = "1"
"""Of the layout. Another one lives in another folder, and this one is trimmed away with age."""
ENVIRONMENT = "UNSTUCK_CACHE_DIR"
"""Where the cache is when the command line does not say; "off" for none."""
MAX_BYTES = 512 << 20
"""Size of the folder after trimming."""
MAX_AGE = 30 * 86_400
"""Seconds after which an entry that nobody used goes."""
TRIM_EVERY = 3_600
"""Seconds between two looks at the size of the folder."""
TOUCH_AFTER = 3_600
"""Seconds after which a used entry is marked as used again."""
MAX_ENTRY = 64 << 20
"""Bytes of one entry, unpacked; a larger one is neither written nor read."""
LEVEL = 1
"""How hard entries are packed: fast."""
_SHELF = re.compile(r"[0-9a-f]{2}")
_ENTRY = re.compile(r"[0-9a-f]{32}|\.new-\w+")


@dataclass(frozen=True, slots=True)
class Store:
    """Where entries are kept; `folder` is absolute."""

    folder: str


def default_folder() -> str | None:
    """$UNSTUCK_CACHE_DIR, else the platform's folder for caches; None when there is to be no cache."""
    named = os.environ.get(ENVIRONMENT, "")
    if named == "off":
        return None
    if named:
        return os.path.abspath(named)
    import platformdirs

    return platformdirs.user_cache_dir("unstuck", appauthor=False)


def open_store(folder: str | None) -> Store | None:
    """The store in a folder, made when it is missing; None where that cannot be."""
    if folder is None:
        return None
    inner = os.path.join(os.path.abspath(folder), f"v{VERSION}")
    with suppress(OSError):
        os.makedirs(inner, mode=0o700, exist_ok=True)
        _mark(inner)
    return Store(inner) if os.path.isdir(inner) and not os.path.islink(inner) else None


def get(store: Store, key: str) -> Any:
    """What was stored under a key, None when there is nothing or it is damaged."""
    path = _path(store, key)
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_ENTRY:
                return None
            data = file.read()
        checksum, _, packed = data.partition(b"\n")
        if checksum != _checksum(packed):
            return None
        text = _unpacked(packed)
        if time.time() - status.st_mtime > TOUCH_AFTER:
            with suppress(OSError):
                os.utime(path)
        return json.loads(text)
    except (OSError, ValueError, RecursionError, MemoryError, zlib.error):
        return None


def put(store: Store, key: str, value: object) -> None:
    """Store plain data under a key, if that can be done."""
    try:
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=True).encode("ascii")
    except (ValueError, TypeError, RecursionError, MemoryError):
        return
    if len(text) > MAX_ENTRY:
        return
    import tempfile

    packed = zlib.compress(text, LEVEL)
    path = _path(store, key)
    written = ""
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        number, written = tempfile.mkstemp(prefix=".new-", dir=os.path.dirname(path))
        with open(number, "wb") as file:
            file.write(_checksum(packed) + b"\n" + packed)
        os.replace(written, path)
    except OSError:
        if written:
            with suppress(OSError):
                os.unlink(written)


def has(store: Store, key: str) -> bool:
    """Tell whether something is stored under a key."""
    return os.path.exists(_path(store, key))


def trim(store: Store, *, now: bool = False) -> None:
    """Take old entries away when it is time for that, or `now`."""
    stamp = os.path.join(store.folder, "trimmed")
    clock = time.time()
    with suppress(OSError):
        if not now and clock - os.lstat(stamp).st_mtime < TRIM_EVERY:
            return
    with suppress(OSError):
        with suppress(FileNotFoundError):
            os.unlink(stamp)
        with open(stamp, "xb"):
            pass
        _trim(store.folder, clock)


def _trim(folder: str, clock: float) -> None:
    """Nothing is taken away but what looks like ours, should the folder be somebody else's."""
    found: list[tuple[float, int, str]] = []
    with os.scandir(folder) as shelves:
        names = [
            shelf.path
            for shelf in shelves
            if _SHELF.fullmatch(shelf.name) and shelf.is_dir(follow_symlinks=False)
        ]
    for name in names:
        with suppress(OSError), os.scandir(name) as entries:
            for entry in entries:
                if _ENTRY.fullmatch(entry.name) is None:
                    continue
                with suppress(OSError):
                    status = entry.stat(follow_symlinks=False)
                    found.append((status.st_mtime, status.st_size, entry.path))
    found.sort()
    total = sum(size for _, size, _ in found)
    for used, size, path in found:
        if total <= MAX_BYTES and clock - used <= MAX_AGE:
            break
        with suppress(OSError):
            os.unlink(path)
        total -= size


def _mark(folder: str) -> None:
    """Says to backup programs that this is a cache (bford.info/cachedir)."""
    tag = os.path.join(os.path.dirname(folder), "CACHEDIR.TAG")
    if not os.path.exists(tag):
        with open(tag, "xb") as file:
            file.write(b"Signature: 8a477f597d28d172789f06886806bc55\n# Made by unstuck; may be deleted.\n")


def _path(store: Store, key: str) -> str:
    return os.path.join(store.folder, key[:2], key)


def _open_without_waiting(path: str, flags: int) -> int:
    """Open so that a pipe under the name of an entry does not block."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _unpacked(packed: bytes) -> bytes:
    """Raises ValueError past the limit: a small file may unpack to a very large one."""
    stream = zlib.decompressobj()
    text = stream.decompress(packed, MAX_ENTRY)
    if not stream.eof:
        raise ValueError("too large, or cut off")
    return text


def _checksum(text: bytes) -> bytes:
    return sha256(text).hexdigest()[:32].encode("ascii")
