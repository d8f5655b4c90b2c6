"""The README's example output, made by the tool. `python tests/readme.py` writes it into README.md."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from oracle.expect import ROOT

COMMAND = ("check", "tests/testdata/senders/double_send.go")
_BLOCK = re.compile(r"(?<=```text\n)\$ unstuck .*?(?=\n```)", re.DOTALL)


def output() -> str:
    """What the command prints, 100 columns wide, without colours."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1", "COLUMNS": "100"}
    command = [sys.executable, "-m", "unstuck", *COMMAND]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)
    if done.returncode != 1:
        raise RuntimeError(f"{' '.join(COMMAND)} ended with {done.returncode}\n{done.stderr}")
    return f"$ unstuck {' '.join(COMMAND)}\n{done.stdout.rstrip()}"


def printed() -> str:
    """What README.md says the command prints; empty where it says nothing."""
    found = _BLOCK.search((ROOT / "README.md").read_text(encoding="utf-8"))
    return found.group() if found else ""


def main() -> int:
    """Write the output into the README's first `$ unstuck` block."""
    path = ROOT / "README.md"
    text = output()
    path.write_text(_BLOCK.sub(lambda _: text, path.read_text(encoding="utf-8"), count=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
