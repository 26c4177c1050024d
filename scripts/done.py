"""The definition of done: style, types, import contracts, tests. CI runs this and nothing else.

python scripts/done.py [PYTEST ARGUMENTS]
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sysconfig.get_path("scripts"))

CHECKS: tuple[tuple[str, ...], ...] = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports",),
)


def main() -> int:
    for check in CHECKS:
        print("$", *check, flush=True)
        done = subprocess.run([BIN / check[0], *check[1:]], cwd=ROOT, check=False)
        if done.returncode:
            return done.returncode
    tests = ("-n", "auto", *sys.argv[1:])
    print("$ pytest", *tests, flush=True)
    return subprocess.run(
        [sys.executable, "-m", "pytest", *tests], cwd=ROOT, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
