"""What a run wants of its fork server, told by the notes' texts before anything is read or planned.

So the server starts while this process still loads what plans and judges, which takes as long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from vaultbp.cells.children import ForkServer
from vaultbp.cores import available_cores
from vaultbp.source import Source

if TYPE_CHECKING:
    from vaultbp.notes import Note

MANY = 40
"""From so many notes on, preparing the server's memory for them pays."""


class Demand(NamedTuple):
    """What a fork server for some notes is started with."""

    layers: Sequence[str]
    preload: Sequence[str]
    notes: int
    """How many of the notes may have something to run."""
    slots: int

    def start(self) -> ForkServer:
        """Start a server. Raises ServerLostError."""
        return ForkServer(self.layers, self.preload, self.slots, many=self.notes > MANY)


def demand(notes: Sequence[Note | Source], layers: Sequence[str], jobs: int | None) -> Demand:
    """What running notes will want; of none that may have a cell, nothing."""
    texts = [note.text if isinstance(note, Source) else _code(note) for note in notes]
    texts = [text for text in texts if _may_run(text)]
    return Demand(layers, _preload(texts), len(texts), min(jobs or available_cores(), len(texts)))


_LIBRARIES = {
    "random": ("random",),
    "numpy": ("numpy",),
    "vaultbp": ("numpy", "vaultbp.engine"),
    "matplotlib": ("numpy", "matplotlib.pyplot"),
}
_IMPORT = re.compile(r"^[ \t>]*(?:import|from)[ \t].*", re.MULTILINE)
_FENCE = re.compile(r"(?:```|~~~)[^\n]*(?:py|\{)", re.IGNORECASE)


def _code(note: Note) -> str:
    return "".join(f"```py\n{cell.code}" for cell in note.cells if cell.language == "python")


def _may_run(text: str) -> bool:
    """Whether a text can hold a cell: cheaper than reading it, and never wrong about a cell."""
    return _FENCE.search(text) is not None


def _preload(texts: Iterable[str]) -> list[str]:
    """Modules worth loading once, before the first fork: those that the notes seem to import.

    Nothing else is loaded: every module makes every fork a little slower.
    """
    lines = {line for text in texts for line in _IMPORT.findall(text)}
    named = {name for line in lines for name in _LIBRARIES if re.search(rf"\b{name}\b", line)}
    wanted = [module for name in _LIBRARIES if name in named for module in _LIBRARIES[name]]
    if "numpy" in wanted and any("random" in text for text in texts):
        wanted += ["random", "numpy.random"]
    return list(dict.fromkeys(wanted))
