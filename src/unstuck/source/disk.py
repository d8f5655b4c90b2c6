"""Reading files and folders: what may be read, how a path is shown, and a gap for whatever went wrong.

Only what lies under an admitted root is read, after symbolic links are followed: the workspace, GOROOT, the
module cache. Unsaved texts (overlays) stand before the disk. Files are kept by nobody here; callers cache.
"""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from unstuck.source.file import SourceFile
from unstuck.source.gap import Gap
from unstuck.source.options import LoadOptions

_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""How a file is opened: a pipe under the name of a Go file does not block."""
_CHUNK = 1 << 20
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Listing:
    """What a folder holds; names, sorted."""

    files: tuple[str, ...]
    """Regular files and links to such, overlays included; `.go` files that are neither are gaps."""
    folders: tuple[str, ...]
    """Real folders; links to folders are not followed, as in the go command."""


class Disk:
    """The file system seen through the roots, overlays and limits of one load. Collects gaps."""

    def __init__(self, options: LoadOptions) -> None:
        self.cwd = os.path.abspath(options.cwd)
        self.gaps: dict[Gap, None] = {}
        self._limit = options.max_file_bytes
        self._roots: dict[str, None] = {}
        self._admitted: dict[str, None] = {}
        self._real: dict[str, str] = {}
        self._overlays = {self.absolute(path): data for path, data in options.overlays.items()}
        self._overlaid = _by_folder(self._overlays)

    def absolute(self, path: str) -> str:
        """The absolute path, normalised; links are not followed."""
        return os.path.normpath(os.path.join(self.cwd, path))

    def shown(self, path: str) -> str:
        """The path as reports name it: relative to the working directory with `/`, absolute outside it."""
        path = self.absolute(path)
        if path == self.cwd:
            return "."
        prefix = self.cwd if self.cwd.endswith(os.sep) else self.cwd + os.sep
        return path.removeprefix(prefix).replace(os.sep, "/")

    def gap(self, code: str, path: str, why: str, line: int = 1) -> None:
        """Note a gap at an absolute path, once."""
        self.gaps[Gap(code, self.shown(path), line, why)] = None

    def admit(self, root: str) -> None:
        """Allow reading under `root`."""
        if root not in self._admitted:
            self._admitted[root] = None
            self._roots[os.path.realpath(root)] = None

    def admits(self, path: str, root: str | None = None) -> bool:
        """Tell whether `path` lies under an admitted root, or `root`, links followed; a gap if not."""
        real = self._realpath(path)
        roots = (*self._roots, os.path.realpath(root)) if root is not None else tuple(self._roots)
        if any(real == each or real.startswith(each.rstrip(os.sep) + os.sep) for each in roots):
            return True
        self.gap("outside-root", path, f"it is {real}, outside the workspace, so it is not read")
        return False

    def is_folder(self, path: str) -> bool:
        """Tell whether there is a folder, on disk or in overlays."""
        return os.path.isdir(path) or path in self._overlaid

    def is_file(self, path: str) -> bool:
        """Tell whether there is a file (of any sort but a folder), on disk or in overlays."""
        return path in self._overlays or (os.path.lexists(path) and not os.path.isdir(path))

    def list(self, folder: str) -> Listing:
        """List an admitted folder; a gap when it cannot be listed."""
        files = dict.fromkeys(self._overlaid.get(folder, ()))
        folders: list[str] = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.name)
                    elif self._is_regular(entry):
                        files[entry.name] = None
        except FileNotFoundError:
            pass
        except OSError as error:
            self.gap("unreadable", folder, _reason(error))
        return Listing(tuple(sorted(files)), tuple(sorted(folders)))

    def read(self, path: str) -> SourceFile | None:
        """Read a text for analysis; a gap and None if it cannot be, `?` where it is not UTF-8."""
        data = self.read_bytes(path)
        return None if data is None else self.source(self.shown(path), data)

    def source(self, shown: str, data: bytes) -> SourceFile:
        """A text named `shown`: a byte order mark becomes blanks, bytes that are not UTF-8 become `?`."""
        text = b"   " + data[3:] if data.startswith(_BOM) else data
        if not text.isascii():
            try:
                text.decode()
            except UnicodeDecodeError as error:
                line = text.count(b"\n", 0, error.start) + 1
                self.gaps[Gap("not-utf8", shown, line, "bytes that are not UTF-8 are read as ?")] = None
                text = text.decode("utf-8", "unstuck.question").encode()
        return SourceFile(shown, text) if text == data else SourceFile(shown, text, original=data)

    def read_bytes(self, path: str, root: str | None = None) -> bytes | None:
        """Read a file that `admits` allows, within the size limit; a gap and None when that cannot be."""
        if path in self._overlays:
            data = self._overlays[path]
            return data if self._fits(path, len(data)) else None
        if not self.admits(path, root):
            return None
        try:
            file = os.open(path, _READ)
        except OSError as error:
            self.gap("unreadable", path, _reason(error))
            return None
        try:
            status = os.fstat(file)
            if not stat.S_ISREG(status.st_mode):
                self.gap("not-regular", path, "it is not a regular file")
                return None
            return _read(file, status.st_size) if self._fits(path, status.st_size) else None
        except OSError as error:
            self.gap("unreadable", path, _reason(error))
            return None
        finally:
            os.close(file)

    def _fits(self, path: str, size: int) -> bool:
        if size <= self._limit:
            return True
        self.gap("file-too-large", path, f"{size} bytes, more than the limit of {self._limit}")
        return False

    def _is_regular(self, entry: os.DirEntry[str]) -> bool:
        """Tell whether an entry is a file to consider; a `.go` entry that is not leaves a gap."""
        if entry.is_file(follow_symlinks=False):
            return True
        try:
            if entry.is_file():
                return True
            if entry.name.endswith(".go") and not entry.is_dir():
                what = "a link that leads nowhere" if entry.is_symlink() else "not a regular file"
                self.gap("not-regular", entry.path, f"it is {what}")
        except OSError as error:
            self.gap("unreadable", entry.path, _reason(error))
        return False

    def _realpath(self, path: str) -> str:
        """os.path.realpath, with the folder's result kept: a load asks for each file of a folder."""
        if os.path.islink(path):
            return os.path.realpath(path)
        folder, name = os.path.split(path)
        if folder not in self._real:
            self._real[folder] = os.path.realpath(folder)
        return os.path.normpath(os.path.join(self._real[folder], name))


def _by_folder(paths: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    folders: dict[str, tuple[str, ...]] = {}
    for path in sorted(paths):
        folder, name = os.path.split(path)
        folders[folder] = (*folders.get(folder, ()), name)
    return folders


def _read(file: int, size: int) -> bytes:
    """All that an open file holds, which had `size` bytes when it was asked; Python's own file objects take
    longer to make than most files to read."""
    parts = [os.read(file, size + 1)]
    while parts[-1] and len(parts[-1]) != size:
        parts.append(os.read(file, _CHUNK))
        size = -1
    return b"".join(parts)


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def _question(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "?" * (error.end - error.start), error.end


codecs.register_error("unstuck.question", _question)
