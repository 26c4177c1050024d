"""What ``run`` said of a folder, kept, and said again while nothing has changed.

Most of a run in which every result is known goes into reading the command line and the notes and looking
each result up. So what such a run says is kept under its very arguments, together with the state of all
that it came from. `state` names that; it is the one place to add to when ``run`` heeds something more.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from vaultbp.cells import keys
from vaultbp.cells.cache import Cache, digest
from vaultbp.cells.trust import trust_file
from vaultbp.store import code_state
from vaultbp.vault.disk import CONFIGURATION, find_root, is_at_rest, is_note, walk_stamped

TAKEN = "\0"
"""In what is kept: the place of the time that it took."""
_PLAIN = ("--format", "--color", "--sandbox", "--timeout", "--jobs", "-j")
"""Options of a run that only asks what comes out; the others want something done."""


def ask(arguments: Sequence[str]) -> Asked | None:
    """A command line that may have been answered before; ``None`` for all others."""
    options = [word.partition("=")[0] for word in arguments[1:] if word.startswith("-")]
    if arguments[:1] != ["run"] or not all(option.startswith(_PLAIN) for option in options):
        return None
    if (sys.stdout.encoding or "").lower().replace("-", "") != "utf8":
        return None  # click finds another way to print
    try:
        return Asked(arguments)
    except OSError:  # the current folder is gone
        return None


class Asked:
    """A command line, and the open cache in which its answer may be."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self.began = time.monotonic()
        self._key = digest("answer", str(Path.cwd()), *map(os.fsencode, arguments))
        self.cache = Cache()
        self._states: dict[Path, str | None] = {}

    def repeat(self) -> int | None:
        """Say again what was said, if it holds; the exit code. ``None`` if it is not known."""
        kept = self.cache.get_bytes(self._key)
        if kept is None:
            return None
        folder, code, known, *text = kept.decode("utf-8", "surrogateescape").split(TAKEN)
        if self.state(Path(folder)) != known:
            return None
        self.cache.close()
        print(self.taken.join(text), flush=True)
        return int(code)

    def keep(self, folder: Path, state: str, text: str, code: int) -> None:
        """Keep what is to be said of a folder, if ``state`` is what it was before it was looked at.

        ``TAKEN`` in the text stands for the time that it takes.
        """
        if text.count(TAKEN) <= 1:
            kept = TAKEN.join((str(folder), str(code), state, text))
            with Cache() as cache:
                cache.put_bytes(self._key, kept.encode("utf-8", "surrogateescape"))

    @property
    def taken(self) -> str:
        """The time since the question, as it is said."""
        return f"{time.monotonic() - self.began:.2f} s"

    def state(self, folder: Path) -> str | None:
        """All that a run of the notes in a folder depended on when this was first asked; ``None`` if that
        cannot be told: a note is a link, or so young that it may change within the same tick."""
        if folder not in self._states:
            self._states[folder] = _state(folder, self.cache.generation())
        return self._states[folder]


def _state(folder: Path, generation: bytes) -> str | None:
    stamps = {path: at for path, at in walk_stamped(folder).items() if is_note(path)}
    now = time.time_ns()
    if not all(is_at_rest(at, now) for at in stamps.values()):
        return None
    root = find_root(folder)
    return digest(
        *code_state("", "cells", "commands", "notes", "vault", "engine"),
        keys.surroundings(),
        keys.host(),
        generation,
        str(sys.stdout.isatty()),
        os.environ.get("NO_COLOR", ""),
        os.fsencode(root),
        _content(root / CONFIGURATION),
        _content(trust_file()),
        *(part for path, at in stamps.items() for part in (path, at or b"")),
    ).hex()


def _content(path: Path) -> bytes:
    """What stands in a file; of one that cannot be read, why."""
    try:
        return b"\0" + path.read_bytes()
    except OSError as error:
        return str(error.errno).encode()
