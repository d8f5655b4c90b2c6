"""What `go test -exec` runs in place of a test binary under `--stress`: the binary, many times.

    python stressrun.py PLAN BINARY ARGUMENT...

Run by its path, it must not import anything of this package. PLAN is a JSON file:

    records     folder; run number I writes its records into the folder I below it
    first, runs seeds first, first+1 ...; a seed also chooses GOMAXPROCS
    procs       what GOMAXPROCS takes turns in; 0: as it is
    limits      seconds that one run may take, by the folder that the binary runs in
    exec        the user's own -exec, as words

What the binary prints and how it ends plays no part: the records tell.
"""

import json
import os
import subprocess
import sys
from typing import Any

EXTRA_SECONDS = 5.0
"""A run that is not over so long after its own time-out is killed."""


def main(argv: list[str]) -> int:
    """Run BINARY as the plan says; always 0."""
    with open(argv[1], encoding="utf-8") as file:
        plan: dict[str, Any] = json.load(file)
    limits: dict[str, float] = plan["limits"]
    limit = limits.get(os.path.realpath(os.getcwd()), max(limits.values(), default=30.0))
    command = [*plan["exec"], *argv[2:], f"-test.timeout={limit:.3f}s"]
    for seed in range(plan["first"], plan["first"] + plan["runs"]):
        records = os.path.join(plan["records"], str(seed))
        os.makedirs(records, exist_ok=True)
        environment = dict(os.environ, UNSTUCK_RECORDS=records, UNSTUCK_SEED=str(seed))
        procs = plan["procs"][seed % len(plan["procs"])]
        if procs:
            environment["UNSTUCK_PROCS"] = str(procs)
        run(command, environment, limit + EXTRA_SECONDS)
    return 0


def run(command: list[str], environment: dict[str, str], seconds: float) -> None:
    """Run once, without output."""
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
