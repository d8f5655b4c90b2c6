"""What the wheel compiles is clean for mypyc, which allows less than Python (CONTRIBUTING.md, "Compiled").

Only the first half of mypyc runs here, from types to C; `make compiled` compiles and compares.
"""

import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
TRANSLATE = """
import sys
from mypyc.build import mypycify

mypycify(["--config-file", "pyproject.toml", *sys.argv[2:]], target_dir=sys.argv[1], multi_file=True)
"""


def _compiled() -> list[str]:
    """The files that the wheel compiles."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    hook = project["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["mypyc"]
    found: list[str] = []
    for name in hook["include"]:
        path = REPOSITORY / name
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        found.extend(str(each.relative_to(REPOSITORY)) for each in files)
    return [each for each in found if not any(fnmatch(each, f"*{name}") for name in hook["exclude"])]


def test_what_is_compiled_is_clean_for_mypyc(tmp_path: Path) -> None:
    files = _compiled()
    assert len(files) > 80
    argv = [sys.executable, "-c", TRANSLATE, str(tmp_path), *files]
    done = subprocess.run(argv, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
