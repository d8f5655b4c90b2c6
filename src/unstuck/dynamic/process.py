"""Running the go command: its own output, its own exit status, and no process left when it is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

GRACE_SECONDS = 1.0
"""How long an interrupted go test may take to end before it is killed."""


class Stopped(KeyboardInterrupt):
    """Somebody asked this process to end (SIGTERM, SIGHUP)."""


def run(command: Sequence[str], folder: str, environment: Mapping[str, str]) -> int:
    """Run a command that writes to our stdout and stderr; its exit status.

    It gets a process group of its own, which is killed whole when this process is interrupted. A process in
    such a group must not read the terminal, so it gets no standard input from one.
    """
    with _own_group(command, folder, environment, None) as process:
        return process.wait()


def run_quietly(command: Sequence[str], folder: str, environment: Mapping[str, str]) -> tuple[int, str]:
    """The same with its output caught: exit status, and stdout and stderr together."""
    with _own_group(command, folder, environment, subprocess.PIPE) as process:
        output, _ = process.communicate()
        return process.returncode, output.decode("utf-8", "replace")


@contextmanager
def _own_group(
    command: Sequence[str], folder: str, environment: Mapping[str, str], output: int | None
) -> Iterator[subprocess.Popen[bytes]]:
    terminal = sys.stdin is None or sys.stdin.closed or sys.stdin.isatty()
    # In this order: a signal that comes between would find nobody to stop.
    with ending_signals():
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL if terminal or output is not None else None,
            stdout=output,
            stderr=subprocess.STDOUT if output is not None else None,
            process_group=0 if os.name == "posix" else None,
        )
        try:
            yield process
        except BaseException:
            stop(process)
            raise


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and its whole group: politely, then not."""
    if os.name != "posix":
        process.kill()
        process.wait()
        return
    try:
        _signal_group(process.pid, signal.SIGINT)
        deadline = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < deadline and _group_lives(process):
            time.sleep(0.02)
    finally:  # at once when somebody interrupts again
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()


def _group_lives(process: subprocess.Popen[bytes]) -> bool:
    process.poll()
    try:
        os.killpg(process.pid, 0)
    except OSError:
        return False
    return True


def _signal_group(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except OSError:
        return


@contextmanager
def ending_signals() -> Iterator[None]:
    """While it lasts SIGTERM and SIGHUP end the run as Ctrl-C does: files are removed on the way out."""
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {}
    try:
        for name in names:
            number = getattr(signal, name)
            before[number] = signal.signal(number, _raise_stopped)
    except ValueError:  # not the main thread: whoever started it has the signals
        before = {}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _raise_stopped(number: int, frame: FrameType | None) -> None:
    raise Stopped(signal.Signals(number).name)
