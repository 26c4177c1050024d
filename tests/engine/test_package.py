"""The package as a whole: its public names, its examples, its independence."""

import ast
import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import vaultbp.engine
import vaultbp.engine.training

ROOT = Path(vaultbp.engine.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("module", [vaultbp.engine, vaultbp.engine.training])
def test_examples_in_docstrings(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


def test_every_public_name_exists_and_is_documented():
    for name in vaultbp.engine.__all__:
        assert getattr(vaultbp.engine, name).__doc__, name


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_numpy_the_standard_library_and_itself_only(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    for name in names:
        top = name.split(".")[0]
        assert top in sys.stdlib_module_names or top == "numpy" or name.startswith("vaultbp.engine")


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_begin_with_what_they_are_for(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_importing_is_quick_and_prints_nothing():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "import vaultbp.engine"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("", "")


def test_a_computation_does_not_load_what_it_does_not_need():
    code = (
        "import sys, vaultbp.engine\n"
        "late = [m for m in ('checking', 'graph', 'training') if f'vaultbp.engine.{m}' in sys.modules]\n"
        "assert not late, late\n"
        "assert callable(vaultbp.engine.gradcheck) and 'gradcheck' in dir(vaultbp.engine)\n"
        "assert not hasattr(vaultbp.engine, 'no_such_name')\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
