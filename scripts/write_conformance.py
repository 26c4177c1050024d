"""Write docs/conformance.md from the table that the tests run (tests/vault/cases.py)."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "conformance.md"
HEAD = """# Conformance: how links are read

What vaultbp does with each kind of link, case by case. Every row is a test (`tests/vault`), and this page
is written from the same table by `scripts/write_conformance.py`.

The linking note is `src.md` at the vault's root unless said. Evidence: **O** observed in Obsidian 1.13
(public reports), **H** Obsidian's help, **A** its public programming interface, **M** measured on thirty
public vaults, **C** our choice where Obsidian's behaviour is open; otherwise a public thread.
"""
TAIL = """
Cases 57 (odd files: a folder named `x.md`, NUL bytes, UTF-16, a byte order mark, CRLF) and 59 (a note that
`userIgnoreFilters` hides still resolves, and is not drawn) need files on disk: `tests/vault/test_disk.py`.
"""


def page() -> str:
    """The whole page."""
    sys.path.insert(0, str(ROOT))
    from tests.vault.cases import CASES

    lines, section = [HEAD], ""
    for case in CASES:
        if case.section != section:
            section = case.section
            lines += [f"\n## {section}\n", "| # | text | other files | outcome | evidence |"]
            lines.append("| --- | --- | --- | --- | --- |")
        text = _code(case.text)
        if case.source != "src.md":
            text += f" in {_code(case.source)}"
        files = ", ".join(_code(path) for path in case.files) or "–"
        lines.append(f"| {case.number} | {text} | {files} | {case.says} | {case.evidence} |")
    return "\n".join([*lines, TAIL])


def _code(text: str) -> str:
    shown = text.rstrip("\n").replace("\n", "⏎").replace("|", "\\|")
    marks = "``" if "`" in shown else "`"
    pad = " " if marks == "``" else ""
    return f"{marks}{pad}{shown}{pad}{marks}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
