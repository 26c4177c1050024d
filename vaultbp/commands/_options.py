"""What several commands take: a vault or a note, and colour."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vaultbp.commands import Refusal
from vaultbp.config import Config, load_config
from vaultbp.terminal import Palette

if TYPE_CHECKING:
    from vaultbp.vault import Vault

color_option: Callable[[Any], Any] = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Colours; `auto` asks the terminal and NO_COLOR.",
)


def palette(color: str) -> Palette:
    """The flag beats NO_COLOR, and NO_COLOR beats the terminal."""
    if color == "auto":
        return Palette(sys.stdout.isatty() and not os.environ.get("NO_COLOR"))
    return Palette(color == "always")


def columns() -> int:
    """How wide a line may be: the terminal's width, within reason."""
    said = os.environ.get("COLUMNS", "")
    found = int(said) if said.isdecimal() else 0
    if not found:
        with contextlib.suppress(OSError):  # no terminal
            found = os.get_terminal_size().columns
    return min(max(found or 100, 40), 140)


def read_vault(*paths: Path, kept: bool = False) -> tuple[Vault, Config, frozenset[str] | None]:
    """The vault at a folder or around it, its configuration, and the notes asked about.

    A folder or note inside a vault (a folder with ``.obsidian`` or ``vaultbp.toml``) is read as part of
    it, so that its links resolve; a folder outside of any is a vault of its own. Several paths lie in
    one vault. ``kept``: notes that did not change since an earlier run are not read again.

    Raises Refusal if there is nothing there, ConfigError if the configuration cannot be used.
    """
    from vaultbp.vault import load

    for path in paths:
        if not path.exists():
            raise Refusal(f"{path}: no such folder or note")
        if path.is_file() and path.suffix.lower() != ".md":
            raise Refusal(f"{path}: not a note (only *.md are notes)")
    root = _common_root(paths)
    config = load_config(root)
    vault = load(root, kept=kept)
    asked = {path.resolve().relative_to(root).as_posix() for path in paths}
    if "." in asked:
        return vault, config, None
    folders = tuple(f"{inside}/" for inside in asked)
    return vault, config, frozenset(p for p in vault.paths if p in asked or p.startswith(folders))


def _common_root(paths: Sequence[Path]) -> Path:
    """The vault that several paths lie in: of folders outside of any, the one around the others."""
    from vaultbp.vault import find_root, is_root

    roots = {find_root(path): path for path in paths}
    outer = min(roots, key=lambda root: len(root.parts))
    for root, path in roots.items():
        if root != outer and (is_root(root) or not root.is_relative_to(outer)):
            raise Refusal(
                f"{roots[outer]} and {path} lie in different vaults: ask about one at a time"
            )
    return outer
