"""Writing fixes: only edits that were asked for, atomically, keeping every other byte.

A file is written beside itself, flushed to disk and put in place by one rename, so that a crash leaves
either the old note or the new one. It is refused when it changed since it was read.
"""

from __future__ import annotations

import difflib
import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vaultbp.diagnostics import Diagnostic, Edit
from vaultbp.source import Source
from vaultbp.vault.disk import file_at


class FixError(Exception):
    """A note was not written; the message says why. It is as it was."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A note before and after its fixes."""

    source: Source
    text: str
    applied: tuple[Diagnostic, ...]

    @property
    def changes(self) -> bool:
        return self.text != self.source.text

    def then(self, later: Rewrite) -> Rewrite:
        """Both in one, the later one being of the text that this one makes."""
        return Rewrite(self.source, later.text, (*self.applied, *later.applied))

    def diff(self) -> str:
        """The change as a unified diff that ``patch -p1`` and ``git apply`` take."""
        mark = "\ufeff" if self.source.bom else ""
        before, after = _lines(mark + self.source.text), _lines(mark + self.text)
        a, b = (_diff_name(f"{side}/{self.source.path}") for side in "ab")
        return "".join(
            line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"
            for line in difflib.unified_diff(before, after, a, b)
        )


def _lines(text: str) -> list[str]:
    """The lines as ``patch`` counts them: only ``\\n`` ends one, whatever else Python splits at."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _diff_name(name: str) -> str:
    """A file name in the head of a diff, as git writes it: a tab ends one that holds spaces, and one
    that holds quotes or control characters is quoted."""
    quoted = re.sub(r'["\\]', r"\\\g<0>", name)
    quoted = re.sub(r"[\x00-\x1f\x7f]", lambda match: f"\\{ord(match[0]):03o}", quoted)
    if quoted != name:
        return f'"{quoted}"'
    return f"{name}\t" if " " in name else name


def plan(source: Source, findings: Iterable[Diagnostic], unsafe: bool = False) -> Rewrite:
    """Put the fixes of one note together; of two that overlap, the first in the text is taken."""
    taken: list[Edit] = []
    applied = []
    for item in findings:
        fix = item.fix
        if fix is None or not (fix.safe or unsafe) or source.damage is not None:
            continue
        if not any(_clash(edit, other) for edit in fix.edits for other in taken):
            taken += fix.edits
            applied.append(item)
    return Rewrite(source, apply(source.text, taken), tuple(applied))


def apply(text: str, edits: Sequence[Edit]) -> str:
    """The text with edits made; their spans are those of the text given and do not overlap."""
    pieces, at = [], 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        pieces += [text[at : edit.span.start], edit.text]
        at = edit.span.end
    return "".join([*pieces, text[at:]])


def write(root: Path, rewrite: Rewrite) -> None:
    """Put the new text in place of the old.

    Raises FixError if the file changed since it was read, is a link, or cannot be written.
    """
    source = rewrite.source
    path = Path(file_at(root, source.path))
    mark = "\ufeff" if source.bom else ""
    try:
        if path.is_symlink():
            raise FixError(f"{source.path}: is a symbolic link; mend the note it points to")
        if path.read_bytes() != (mark + source.text).encode():
            raise FixError(f"{source.path}: changed since it was read; check again")
        _replace(path, (mark + rewrite.text).encode())
    except OSError as error:
        raise FixError(f"{source.path}: {error.strerror}") from None


def _replace(path: Path, data: bytes) -> None:
    mode = path.stat().st_mode
    handle, name = tempfile.mkstemp(prefix=".", suffix=".vaultbp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _clash(edit: Edit, other: Edit) -> bool:
    if edit.span == other.span:
        return True
    return edit.span.start < other.span.end and other.span.start < edit.span.end
