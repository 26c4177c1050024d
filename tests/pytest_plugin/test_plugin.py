"""A vault as pytest items: the verdicts of ``check --run``, and no change to anyone else's tests."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

GOOD = """# Good

$$f(x) = x^2$$
$$\\frac{df}{dx} = 2x$$

```python
print("hello from the note")
```
"""
BAD = """# Bad

$$f(x) = x^2$$
$$\\frac{df}{dx} = 3x$$

```python
x = 1
assert x == 2
```

```python
x = 3
```
"""


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    folder = tmp_path / "vault"
    (folder / ".obsidian").mkdir(parents=True)
    (folder / "good.md").write_text(GOOD)
    (folder / "bad.md").write_text(BAD)
    return folder


def run(place: Path, *arguments: str, ini: str = "") -> subprocess.CompletedProcess[str]:
    """pytest in a process of its own, as a user runs it."""
    (place / "pytest.ini").write_text(f"[pytest]\n{ini}\n")
    home = {"XDG_CACHE_HOME": str(place / "cache"), "XDG_STATE_HOME": str(place / "state")}
    installed = entry_points(group="pytest11", name="vaultbp")
    plugin = [] if installed else ["-p", "vaultbp.pytest_plugin"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *plugin, "-rA", *arguments],
        cwd=place,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **home},
        capture_output=True,
        text=True,
        check=False,
    )


def test_cells_claims_and_the_rest_are_items(vault: Path) -> None:
    done = run(vault.parent, "--vault", "vault")
    assert done.returncode == 1, done.stdout + done.stderr
    for line in (
        "PASSED vault/good.md::claim, line 4",
        "PASSED vault/good.md::cell, line 7",
        "PASSED vault/good.md::links and the rest",
        "FAILED vault/bad.md::claim, line 4",
        "FAILED vault/bad.md::cell, line 7",
        "PASSED vault/bad.md::links and the rest",
    ):
        assert line in done.stdout, done.stdout
    assert "2 failed, 4 passed, 1 skipped" in done.stdout
    assert "bad.md:8:" in done.stdout
    assert "x = 1" in done.stdout
    assert "hello from the note" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_single_note_and_the_ini_file(vault: Path) -> None:
    done = run(vault.parent, "--vault", "vault/good.md")
    assert done.returncode == 0, done.stdout
    assert "bad.md" not in done.stdout
    done = run(vault.parent, ini="vaultbp_paths = vault/good.md")
    assert "3 passed" in done.stdout


def test_one_item_can_be_chosen(vault: Path) -> None:
    done = run(vault.parent, "--vault", "vault", "-k", "good and cell")
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_other_tests_run_beside_it_and_without_it_untouched(vault: Path) -> None:
    (vault.parent / "test_own.py").write_text("def test_own(): pass\n")
    done = run(vault.parent)
    assert "1 passed" in done.stdout
    assert "good.md" not in done.stdout
    done = run(vault.parent, "--vault", "vault/good.md", "test_own.py")
    assert "4 passed" in done.stdout, done.stdout


def test_a_vault_that_is_not_there_is_a_usage_error(vault: Path) -> None:
    done = run(vault.parent, "--vault", "nowhere")
    assert done.returncode == 4
    assert "no such folder or note" in done.stderr


def test_without_the_option_nothing_of_ours_is_imported(vault: Path) -> None:
    (vault.parent / "test_own.py").write_text(
        "import sys\ndef test_own():\n"
        "    loaded = [name for name in sys.modules if name.startswith('vaultbp.')]\n"
        "    assert loaded == ['vaultbp.pytest_plugin']\n"
    )
    assert run(vault.parent).returncode == 0
