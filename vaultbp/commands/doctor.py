"""``vaultbp doctor [VAULT]``: what works here, what is missing, and what for."""

from __future__ import annotations

import importlib.util
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

import click

from vaultbp import __version__
from vaultbp.commands._options import color_option, palette
from vaultbp.errors import ConfigError

_NEEDED = (
    "click",
    "markdown-it-py",
    "markupsafe",
    "math-core",
    "networkx",
    "nh3",
    "numpy",
    "Pygments",
    "python-frontmatter",
    "PyYAML",
    "resvg-py",
    "wcwidth",
)
_EXTRAS = (("pygls", "pygls", "lsp", "speaks to editors"),)


class Line(NamedTuple):
    """One thing looked at: ``good``, ``bad`` (something will not work) or ``dim`` (optional)."""

    style: str
    text: str


_MARKS = {"good": "✓", "bad": "✗", "dim": "–"}


@click.command()
@click.argument("vault", type=click.Path(path_type=Path), default=".")
@color_option
def command(vault: Path, color: str) -> None:
    """Look over the installation, the sandbox and a vault. Exit code 1 if something is broken.

    One cell of vaultbp's own is run, to see how confined it is; none of the vault's.
    """
    paint = palette(color)
    broken = False
    for line in (*_program(), *_libraries(), *_sandbox(), *_vault(vault)):
        broken |= line.style == "bad"
        click.echo(f"{paint.paint(line.style, _MARKS[line.style])} {line.text}", color=True)
    raise click.exceptions.Exit(1 if broken else 0)


def _program() -> Iterator[Line]:
    where = Path(__file__).resolve().parents[1]
    yield Line("good", f"vaultbp {__version__} in {where}")
    python = ".".join(map(str, sys.version_info[:3]))
    style = "good" if sys.version_info >= (3, 11) else "bad"
    yield Line(style, f"Python {python} on {platform.system()} {platform.machine()}")


def _libraries() -> Iterator[Line]:
    found = []
    for name in _NEEDED:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Line("bad", f"{name} is missing: `pip install --force-reinstall vaultbp`")
    yield Line("good", "libraries: " + ", ".join(found))
    for module, name, extra, purpose in _EXTRAS:
        if importlib.util.find_spec(module) is not None:
            yield Line("good", f"{name} {version(name)}: {purpose}")
        else:
            yield Line("dim", f"{name}, which {purpose}: `pip install 'vaultbp[{extra}]'`")


def _sandbox() -> Iterator[Line]:
    from vaultbp.cells import run
    from vaultbp.source import Source

    own = Source("doctor.md", "```python\nprint(6 * 7)\n```\n")
    done = run([own])
    result = done.cells[0]
    if result.status == "passed" and result.stdout.strip() == "42":
        yield Line("good", f"cells run, confined by {done.sandbox.level}")
    else:
        why = result.error.message if result.error else result.status
        yield Line("bad", f"cells do not run: {why}")
    for missing in done.sandbox.missing:
        yield Line("dim", f"sandbox: {missing}")


def _vault(path: Path) -> Iterator[Line]:
    from vaultbp.config import load_config
    from vaultbp.vault import find_root, load

    if not path.exists():
        yield Line("bad", f"{path}: no such folder")
        return
    root = find_root(path)
    config = root / "vaultbp.toml"
    try:
        load_config(root)
    except ConfigError as error:
        yield Line("bad", " ".join(str(error).split()))
    else:
        state = "read" if config.is_file() else "not there, and not needed"
        yield Line("good", f"{config}: {state}")
    vault = load(root)
    yield Line(
        "good",
        f"vault {root}: {_count(len(vault.notes), 'note')}, {_count(len(vault.files), 'file')}",
    )
    damaged = [note.path for note in vault.notes if note.source.damage]
    if damaged:
        named = ", ".join(damaged[:3]) + (", …" if len(damaged) > 3 else "")
        yield Line("bad", f"{_count(len(damaged), 'note')} cannot be read faithfully: {named}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
