"""Write the pages of the documentation that are lists of what the code holds.

    python scripts/write_docs.py [--check]

With ``--check`` nothing is written, and the exit code is 1 if a page is out of date.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
MADE = "<!-- Written by scripts/write_docs.py: change the code, not this page. -->"


def rules() -> str:
    """Every rule: a table, then each rule's own page."""
    from vaultbp.rules import all_rules

    found = all_rules()
    rows = [
        f"| [{rule.name}](#{rule.name}) | {rule.code} | {rule.group} | {level(rule)} "
        f"| {rule.summary.replace('|', chr(92) + '|')} |"
        for rule in found
    ]
    pages = [
        f"## {rule.name}\n\n*{rule.code}, group `{rule.group}`, {level(rule)}.*\n\n{rule.doc}"
        for rule in found
    ]
    return _page(
        "Rules",
        "What `vaultbp check` can find. `vaultbp explain RULE` shows the same page in the terminal. "
        "Severities are the defaults; `vaultbp.toml` changes them, see [configuration]"
        "(configuration.md). In the examples, `bad` is found and `good` is not.",
        "| rule | code | group | severity | what it finds |\n| --- | --- | --- | --- | --- |\n"
        + "\n".join(rows),
        *pages,
    )


def level(rule: object) -> str:
    severity, default = rule.severity, rule.default  # type: ignore[attr-defined]
    return str(severity) if default else f"{severity}, off by default"


def operations() -> str:
    """The operations of the engine and its conventions at kinks."""
    from vaultbp.engine import kinks_markdown, ops_markdown

    return _page(
        "Operations of the engine",
        "What can be differentiated, and where. [The guide](engine.md) shows how to use it.",
        ops_markdown(),
        "## At kinks",
        "Where a function has a corner its derivative is a convention. Libraries differ; these are "
        "the engine's.",
        kinks_markdown(),
    )


def conventions() -> str:
    """What the judge assumes where a note leaves a symbol undefined."""
    import vaultbp.derivations

    path = Path(vaultbp.derivations.__file__).with_name("meaning") / "conventions.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    parts = []
    for kind, entries in table.items():
        rows = [
            f"| {', '.join(f'`{name}`' for name in entry['names'])} "
            f"| ${_cell(entry['formula'])}$ | {_cell(entry['says'])} |"
            for entry in entries
        ]
        parts += [
            f"## {kind.capitalize()}s",
            "| names | read as | listed as an assumption |\n| --- | --- | --- |\n"
            + "\n".join(rows),
        ]
    return _page(
        "Conventions",
        "What a note may leave unsaid. A convention is tried only where the note itself is silent, "
        "and each use is listed among the assumptions of the claim. `[math.conventions]` in "
        "`vaultbp.toml` adds to the list. [How formulas are judged](judging.md) says more.",
        *parts,
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\vert ")


def _page(title: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", MADE, *(part.strip("\n") for part in parts)]) + "\n"


def written() -> dict[str, str]:
    """The pages by file name."""
    return {
        "rules.md": rules(),
        "operations.md": operations(),
        "conventions.md": conventions(),
    }


def main() -> int:
    stale = 0
    for name, text in written().items():
        path = DOCS / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        print(f"{path.relative_to(DOCS.parent)}: out of date")
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8", newline="\n")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
