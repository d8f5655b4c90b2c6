"""The compiled wheel against the interpreted package: the same bytes out, and how much faster.

    python -m benchmarks.compiled                      builds the wheel (about two minutes), checks std
    python -m benchmarks.compiled --wheel FILE PATH... one that is built; folders, relative to GOROOT/src

The wheel is installed into a virtual environment of its own; both run with one process, so that processor
time can be compared. Exit status 1 when what they say differs.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from pathlib import Path

from benchmarks.fetch import default_go
from benchmarks.goker_native import go_root

REPOSITORY = Path(__file__).parents[1]


def built(folder: Path) -> Path:
    """A compiled wheel of the working tree. Raises CalledProcessError when it cannot be built."""
    subprocess.run(
        [sys.executable, "-m", "build", "--outdir", str(folder), str(REPOSITORY)],
        env={**os.environ, "HATCH_BUILD_HOOKS_ENABLE": "1"},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return next(folder.glob("*.whl"))


def installed(wheel: Path, folder: Path) -> Path:
    """The interpreter of a new virtual environment that has the wheel."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run([str(python), "-m", "pip", "install", "-q", str(wheel)], check=True)
    return python


def checked(
    python: str, paths: Sequence[str], folder: Path, source: Path | None
) -> tuple[bytes, float, float]:
    """What `check --format json` says, its processor time and its wall time, in seconds."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if source is not None:
        environment["PYTHONPATH"] = str(source)
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime, time.perf_counter()
    argv = [
        python,
        "-m",
        "unstuck",
        "check",
        "--no-cache",
        "--cures",
        "none",
        "--jobs",
        "1",
        "--format",
        "json",
        *paths,
    ]
    said = subprocess.run(argv, cwd=folder, env=environment, stdout=subprocess.PIPE, check=False).stdout
    spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    return said, spent, time.perf_counter() - started


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compiled", description=__doc__)
    parser.add_argument("--wheel", type=Path, help="a compiled wheel; without it one is built")
    parser.add_argument("paths", nargs="*", default=["./..."])
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as made:
        wheel = options.wheel or built(Path(made) / "dist")
        compiled = installed(wheel, Path(made) / "venv")
        folder = go_root(default_go()) / "src"
        plain = checked(sys.executable, options.paths, folder, REPOSITORY / "src")
        fast = checked(str(compiled), options.paths, folder, None)
    for name, (_, processor, wall) in (("interpreted", plain), ("compiled", fast)):
        print(f"{name:12} {processor:7.1f} s of processor time, {wall:7.1f} s")
    print("same bytes" if plain[0] == fast[0] else "what they say differs")
    return int(plain[0] != fast[0])


if __name__ == "__main__":
    sys.exit(main())
