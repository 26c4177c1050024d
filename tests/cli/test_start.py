"""Starting up: what is asked for is imported, and nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROBE = """
import sys
from vaultbp.commands import main
try:
    main(sys.argv[1:])
except SystemExit as stop:
    assert not stop.code, stop.code
heavy = {"numpy", "networkx", "markdown_it", "yaml"} & set(sys.modules)
assert not heavy, heavy
"""


@pytest.mark.parametrize(
    "arguments", [["--help"], ["rules"], ["explain", "wrong-derivation"], ["--version"]]
)
def test_help_and_documentation_import_nothing_heavy(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
