"""How fast a vault is read, indexed, resolved and checked, as ratios measured in one run.

    python scripts/bench_vault.py                      # ten thousand synthetic notes
    python scripts/bench_vault.py --folder VAULT       # any vault
    python scripts/bench_vault.py --growth             # 1k, 3k, 10k, 30k, 100k notes
    python scripts/bench_vault.py --warm               # check after one note has changed
    python scripts/bench_vault.py --peer PYTHON        # PYTHON has obsidiantools installed

Every figure is the processor time of a process of its own, best of ``--runs``, so that other work on
the machine disturbs the ratios little. Formulas and cells are left out, as in the targets.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

WORDS = re.findall(
    r"\w+",
    "gradient layer weight loss network value error input output step chain rule forward pass "
    "sample batch rate descent function matrix vector sum mean signal node edge path train test",
)

READ = """
import os
for folder, folders, names in os.walk(root):
    folders[:] = [name for name in folders if name[0] != "."]
    for name in names:
        if name.endswith(".md"):
            with open(os.path.join(folder, name), "rb") as file:
                file.read()
"""
CHECK = """
from vaultbp.config import Config
from vaultbp.findings import Facts
from vaultbp.rules import diagnose
from vaultbp.vault import load
vault = load(root)
found = diagnose(Facts(vault, config=Config()))
"""
MARKDOWN_IT = """
from markdown_it import MarkdownIt
md = MarkdownIt("commonmark")
for path in sorted(root.rglob("*.md")):
    if path.is_file():
        md.parse(path.read_bytes().decode("utf-8", "replace"))
"""
COMMAND = "from vaultbp.commands import main; main()"
"""What the installed command ``vaultbp`` does."""
START = """
from vaultbp.commands import check
from vaultbp import kept_findings, reports, rules, vault
rules.all_rules()
vault.load
"""
PEER = """
import obsidiantools.api as otools
otools.Vault(root).connect()
"""
FRAME = """
import json, resource, sys, time
from pathlib import Path
root = Path(sys.argv[1])
start = time.process_time()
{work}
seconds = time.process_time() - start
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def make_vault(root: Path, size: int, seed: int = 1) -> None:
    """Write ``size`` notes of about 1.2 kB: links, headings, tags, properties, code, a few mistakes."""
    rng = random.Random(seed)
    names = [f"{rng.choice(WORDS)} {rng.choice(WORDS)} {number}" for number in range(size)]
    for folder in range(0, size, 250):
        (root / f"folder {folder // 250}").mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(names):
        path = root / f"folder {number // 250}" / f"{name}.md"
        path.write_text(_note(rng, names, number), encoding="utf-8")


def _note(rng: random.Random, names: list[str], number: int) -> str:
    def other() -> str:
        return names[min(int(rng.paretovariate(0.6)) - 1, len(names) - 1)]

    lines = []
    if rng.random() < 0.5:
        lines += ["---", f"aliases: [alias {number}]", f'usedIn: "[[{other()}]]"']
        lines += [f"tags: [{rng.choice(WORDS)}]", "---", ""]
    lines.append(f"# {names[number]}")
    for section in range(3):
        lines += ["", f"## Part {section}", ""]
        for _ in range(3):
            sentence = " ".join(rng.choices(WORDS, k=12)).capitalize()
            lines.append(f"{sentence} [[{other()}]], #{rng.choice(WORDS)}.")
    if rng.random() < 0.3:
        lines += ["", f"See [[{other()}#Part {rng.choice('0012')}|that]] and `code`."]
    if rng.random() < 0.3:
        lines += ["", "- [x] done", f"- [text](https://example.com/{number})", "", "> quoted ^id1"]
    if rng.random() < 0.1:
        lines += ["", "```text", "[[not a link]]", "```"]
    return "\n".join(lines) + "\n"


def measure(work: str, root: Path, runs: int, python: str = sys.executable) -> tuple[float, float]:
    """Processor seconds and peak memory in MB of a piece of code, best of ``runs``."""
    results = []
    for _ in range(runs):
        done = subprocess.run(
            [python, "-c", FRAME.format(work=work), str(root)], capture_output=True, text=True
        )
        if done.returncode:
            sys.exit(f"{python}: {done.stderr.strip().splitlines()[-1]}")
        results.append(json.loads(done.stdout.splitlines()[-1]))
    return min(result[0] for result in results), min(result[1] for result in results)


def compare(root: Path, runs: int, peer: str | None) -> None:
    base, _ = measure(READ, root, runs)
    ours, memory = measure(CHECK, root, runs)
    print(f"reading the bytes      {base:8.3f} s       1")
    print(f"vaultbp, all but math  {ours:8.3f} s  {ours / base:6.1f} ×   {memory:.0f} MB")
    other, _ = measure(MARKDOWN_IT, root, 1)
    print(
        f"markdown-it-py, bare   {other:8.3f} s  {other / base:6.1f} ×   {other / ours:.1f} × ours"
    )
    if peer:
        other, _ = measure(PEER, root, 1, peer)
        print(
            f"obsidiantools          {other:8.3f} s  {other / base:6.1f} ×   {other / ours:.1f} × ours"
        )


def check_again(root: Path, runs: int) -> None:
    """``vaultbp check`` as a whole, start-up included: cold, and after one note has changed."""
    with tempfile.TemporaryDirectory() as cache:
        environment = dict(os.environ, XDG_CACHE_HOME=cache, PYTHONPATH=str(ROOT))
        environment.pop("PYTHONDONTWRITEBYTECODE", None)

        def run(*command: str, cores: set[int] | None = None) -> tuple[float, float]:
            before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            done = subprocess.run(
                [sys.executable, *command],
                env=environment,
                capture_output=True,
                preexec_fn=(lambda: os.sched_setaffinity(0, cores)) if cores else None,
            )
            wall = time.perf_counter() - began
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if done.returncode not in (0, 1):
                sys.exit(done.stderr.decode())
            return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, wall

        check = ("-c", COMMAND, "check", str(root), "--exit-zero")
        run("-c", START)
        time.sleep(2.1)  # what was written a moment ago is not kept
        alone = run(*check, cores={min(os.sched_getaffinity(0))})
        shutil.rmtree(Path(cache, "vaultbp"))
        first = run(*check)
        again, start = [], []
        notes = sorted(path for path in root.rglob("*.md") if path.is_file())
        for turn in range(runs):
            with notes[turn * 7 % len(notes)].open("a") as note:
                note.write("\nOne line more.\n")
            again.append(run(*check))
            start.append(run("-c", START))
    print(f"first check, one core  cpu {alone[0]:6.3f} s   wall {alone[1]:6.3f} s")
    print(f"first check            cpu {first[0]:6.3f} s   wall {first[1]:6.3f} s")
    for what, figures in (("one note changed", again), ("  of it start-up", start)):
        cpu, wall = (min(figure[at] for figure in figures) for at in (0, 1))
        print(f"{what:22} cpu {cpu:6.3f} s   wall {wall:6.3f} s")


def grow(sizes: list[int], runs: int) -> None:
    print("   notes   seconds  µs/note      MB")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            make_vault(Path(folder), size)
            seconds, memory = measure(CHECK, Path(folder), runs)
        print(f"{size:8d} {seconds:9.2f} {seconds / size * 1e6:8.0f} {memory:7.0f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, help="measure this vault")
    parser.add_argument("--notes", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peer", metavar="PYTHON")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument(
        "--warm", action="store_true", help="change a note (of a copy), check again"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 3000, 10000, 30000, 100000])
    arguments = parser.parse_args()
    if arguments.growth:
        grow(arguments.sizes, arguments.runs)
        return
    made = None if arguments.folder else Path(tempfile.mkdtemp())
    try:
        if made:
            make_vault(made, arguments.notes)
        if arguments.warm:
            if arguments.folder:
                made = Path(tempfile.mkdtemp())
                shutil.copytree(arguments.folder, made, dirs_exist_ok=True)
            assert made is not None
            check_again(made, max(arguments.runs, 5))
            return
        compare(made or arguments.folder, arguments.runs, arguments.peer)
    finally:
        if made:
            shutil.rmtree(made)


if __name__ == "__main__":
    main()
