"""Reads the examples out of a page of the documentation: files, sessions at a terminal, programs.

A fence with ``title="path"`` is a file that the page asks its reader to write. A ``console`` fence is
a session: lines after ``$`` are commands, the lines below each are what it prints, ``...`` standing for
anything, within a line or for any number of lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(
    r"^(?P<indent> *)(?P<marks>`{3,})(?P<info>[^`\n]*)\n(?P<body>.*?)^(?P=indent)(?P=marks)`*[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
_TITLE = re.compile(r'title="([^"]+)"')


@dataclass(frozen=True)
class Fence:
    """One fence of a page: its language, the file it stands for if any, its line and its text."""

    language: str
    file: str | None
    line: int
    body: str


@dataclass(frozen=True)
class Command:
    """One command of a session and what the page says it prints."""

    line: int
    text: str
    printed: str


def pages() -> list[Path]:
    """Every page of the documentation, and the README."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def fences(page: Path) -> list[Fence]:
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        info, indent = match["info"].strip(), match["indent"]
        title = _TITLE.search(info)
        body = re.sub(rf"^{indent}", "", match["body"], flags=re.MULTILINE)
        line = text.count("\n", 0, match.start()) + 1
        found.append(Fence(info.split(" ")[0], title and title[1], line, body))
    return found


def commands(fence: Fence) -> list[Command]:
    """The commands of a ``console`` fence, each with the lines below it."""
    found: list[Command] = []
    for number, line in enumerate(fence.body.splitlines(), fence.line + 1):
        if line.startswith("$ "):
            found.append(Command(number, line[2:], ""))
        elif found:
            last = found.pop()
            found.append(Command(last.line, last.text, last.printed + line + "\n"))
    return found


def agrees(said: str, printed: str) -> bool:
    """Whether a session prints what the page says, ``...`` standing for anything."""
    parts = [re.escape(part) for part in _even(said).split("...")]
    return re.fullmatch(".*?".join(parts), _even(printed), re.DOTALL) is not None


def _even(text: str) -> str:
    """Without colour and trailing white space, and with times rounded away."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
