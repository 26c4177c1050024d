"""Measure running cells: 800 synthetic notes with three numpy cells each, beside two peers.

    python scripts/bench_cells.py             our own figures
    python scripts/bench_cells.py --peers     mktestdocs and Sybil too, installed in a throw-away venv

Figures are CPU seconds of the whole process tree and wall seconds, the best of ``--repeat`` runs; the
machine should be quiet. The table ends with the targets, which are ratios within one run.

"Bare forks" are the least that a child for each note can cost: a process that holds numpy forks a child
for each note, which ends at once, or executes the note's cells and ends. Nothing is read, confined,
captured, judged or kept.
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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

NOTE = """---
tags: [bench]
---

# Note {number}

Some prose with a [[Note {next}|link]], a formula $y = {number} x$ and a list:

- one
- two

```python
import numpy as np

x = np.linspace(0.0, 1.0, {size})
y = {number} * x
```

The slope of the line through the origin:

```python
slope = float(x @ y / (x @ x))
print(f"{{slope:.3f}}")
```

It is what it was made with:

```python
assert np.allclose(y, slope * x)
```
"""

COMMAND = "from vaultbp.commands import main; main()"
"""What the installed command ``vaultbp`` does."""

MKTESTDOCS = """
import pathlib
import pytest
from mktestdocs import check_md_file

@pytest.mark.parametrize("path", sorted(pathlib.Path({folder!r}).glob("*.md")), ids=str)
def test_note(path):
    check_md_file(path, memory=True)
"""

SYBIL = """
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

pytest_collect_file = Sybil(parsers=[PythonCodeBlockParser()], patterns=["*.md"]).pytest()
"""


BARE_FORKS = """
import gc, os, pathlib, re, sys
import numpy

def execute(cells):
    space = {{}}
    for cell in cells:
        exec(compile(cell, "note", "exec"), space)

def serve(number):
    for cells in notes[number::2]:
        child = os.fork()
        if child == 0:
            if {executing}:
                execute(cells)
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            os._exit(1)
    os._exit(0)

notes = [re.findall("```python\\n(.*?)```", path.read_text(), re.DOTALL)
         for path in pathlib.Path({folder!r}).glob("*.md")]
sys.stdout = open(os.devnull, "w")
for _ in range(20):
    execute(notes[0])
gc.collect()
gc.freeze()
servers = []
for number in range(2):
    server = os.fork()
    if server == 0:
        serve(number)
    servers.append(server)
sys.exit(any(os.waitpid(server, 0)[1] for server in servers))
"""


@dataclass(frozen=True)
class Figure:
    """CPU and wall seconds of one command."""

    cpu: float
    wall: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--notes", type=int, default=800)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vaultbp-bench-") as folder:
        measure(Path(folder), options.notes, options.repeat, options.peers)


def measure(folder: Path, notes: int, repeat: int, with_peers: bool) -> None:
    """Measure everything and print the table."""
    vault = folder / "vault"
    vault.mkdir()
    for number in range(notes):
        text = NOTE.format(number=number, next=(number + 1) % notes, size=20 + number % 30)
        (vault / f"Note {number}.md").write_text(text)
    environment = surroundings() | {
        "PYTHONPATH": str(ROOT),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_STATE_HOME": str(folder / "state"),
    }
    ours = [sys.executable, "-c", COMMAND, "run"]
    one = str(vault / "Note 7.md")
    run([*ours, one], environment)  # compiles the modules
    found = {
        "python -c pass": best([sys.executable, "-c", "pass"], environment, 5),
        "reading the notes only": best([sys.executable, "-c", reading(vault)], environment, repeat),
        "confined, 1 job": best([*ours, str(vault), "--no-cache", "-j1"], environment, repeat),
        "confined, 2 jobs": best([*ours, str(vault), "--no-cache", "-j2"], environment, repeat),
        "unconfined, 2 jobs": best(
            [*ours, str(vault), "--no-cache", "-j2", "--sandbox", "off", "--trust"],
            environment,
            repeat,
        ),
        "bare forks, 2 jobs": bare_forks(vault, environment, repeat, executing=False),
        "the cells in them": bare_forks(vault, environment, repeat, executing=True),
        "one note": best([*ours, one, "--no-cache"], environment, 5),
    }
    run([*ours, str(vault)], environment)
    found["warm cache"] = best([*ours, str(vault)], environment, 5)
    found["one note, warm"] = best([*ours, one], environment, 5)
    if with_peers:
        found |= peers(folder, vault, repeat)
    show(found, notes)


def bare_forks(
    vault: Path, environment: Mapping[str, str], repeat: int, *, executing: bool
) -> Figure:
    """What is left of our own work when it is only a child for each note."""
    code = BARE_FORKS.format(folder=str(vault), executing=executing)
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")}
    command = [sys.executable, "-c", code]
    return best(command, {**environment, **threads, "LD_BIND_NOW": "1"}, repeat)


def surroundings() -> dict[str, str]:
    """The environment, in which every program may keep its compiled modules."""
    found = dict(os.environ)
    found.pop("PYTHONDONTWRITEBYTECODE", None)
    return found


def reading(vault: Path) -> str:
    return (
        "from pathlib import Path\nfrom vaultbp.notes import read\n"
        "from vaultbp.source import Source\n"
        f"for path in Path({str(vault)!r}).glob('*.md'):\n"
        "    read(Source.from_bytes(path.name, path.read_bytes()))\n"
    )


def peers(folder: Path, vault: Path, repeat: int) -> dict[str, Figure]:
    """mktestdocs and Sybil on the same notes, in an environment of their own."""
    place = folder / "peers"
    venv.create(place, with_pip=True)
    python = str(place / "bin" / "python")
    wanted = ["pytest", "numpy", "mktestdocs", "sybil"]
    subprocess.run(
        [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted], check=True
    )
    mktestdocs = folder / "mktestdocs"
    mktestdocs.mkdir()
    (mktestdocs / "test_notes.py").write_text(MKTESTDOCS.format(folder=str(vault)))
    (vault / "conftest.py").write_text(SYBIL)
    pytest = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    environment = surroundings() | {"OPENBLAS_NUM_THREADS": "1"}
    environment.pop("PYTHONPATH", None)
    return {
        "mktestdocs": best([*pytest, str(mktestdocs)], environment, repeat),
        "Sybil": best([*pytest, str(vault)], environment, repeat),
    }


def best(command: Sequence[str], environment: Mapping[str, str], repeat: int) -> Figure:
    """The figures of the fastest of several runs."""
    figures = [run(command, environment) for _ in range(repeat)]
    return Figure(min(figure.cpu for figure in figures), min(figure.wall for figure in figures))


def run(command: Sequence[str], environment: Mapping[str, str]) -> Figure:
    """Run a command that must succeed, and measure it with all that it starts."""
    before, began = spent(), time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, cwd="/", check=False)
    figure = Figure(spent() - before, time.perf_counter() - began)
    if done.returncode:
        sys.exit(
            f"{' '.join(command)}\n{done.stdout.decode()[-2000:]}{done.stderr.decode()[-2000:]}"
        )
    return figure


def spent() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def show(found: Mapping[str, Figure], notes: int) -> None:
    base = found.get("mktestdocs")
    print(f"{notes} notes, 3 cells each\n")
    print(f"{'':24}{'CPU s':>8}{'wall s':>8}{'ms CPU/note':>13}{'CPU ratio':>11}")
    for name, figure in found.items():
        many = 1 if name.startswith(("one", "python")) else notes
        ratio = f"{figure.cpu / base.cpu:11.2f}" if base else ""
        print(f"{name:24}{figure.cpu:8.2f}{figure.wall:8.2f}{figure.cpu / many * 1e3:13.2f}{ratio}")
    print()
    one = found["one note"]
    verdict("one note, start-up included: wall ≤ 0.4 s", one.wall, 0.4)
    if base is not None:
        cold, warm = found["confined, 2 jobs"], found["warm cache"]
        verdict("cold, confined: CPU ≤ 1.3 × Sybil", cold.cpu / found["Sybil"].cpu, 1.3)
        verdict("cold, confined, 2 jobs: wall ≤ mktestdocs", cold.wall / base.wall, 1.0)
        verdict("warm: CPU ≤ 5 % of mktestdocs", warm.cpu / base.cpu, 0.05)


def verdict(target: str, value: float, limit: float) -> None:
    print(f"{'met ' if value <= limit else 'MISSED'}  {target}: {value:.3f}")


if __name__ == "__main__":
    main()
