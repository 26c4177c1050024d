"""Which cells of a note are run, in which order, and which cells of other notes come first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaultbp.cells.options import Options, read_options
from vaultbp.cells.outputs import expected_output
from vaultbp.cells.results import CellError
from vaultbp.source import Span

if TYPE_CHECKING:
    from vaultbp.notes import Cell, Link, Note

IMPORTS = "imports"
"""The relation by which a note uses the cells of another: ``imports: "[[Line fit]]"``."""

Lookup = Callable[["Note", "Link"], "Note | None"]
"""Finds the note that a link of a note names; ``None`` when there is none."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One cell and how it is to be run."""

    path: str
    cell: Cell
    name: str
    options: Options
    output: Cell | None = None
    """The output fence that says what the cell prints."""
    borrowed: bool = False
    """The cell belongs to an imported note: it is run first, its output is not the note's."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What running one note means. With a ``problem`` nothing of it can be run."""

    note: Note
    pieces: tuple[Piece, ...]
    """The note's own cells, in order."""
    borrowed: tuple[Piece, ...] = ()
    """Cells of imported notes, in the order in which they must run."""
    problem: CellError | None = None

    @property
    def import_line(self) -> int:
        """1-based line on disk of the note's first import; 1 when it has none."""
        links = _imports(self.note)
        return self.note.source.position(links[0].span.start).line if links else 1

    @property
    def runnable(self) -> tuple[Piece, ...]:
        """The pieces a child process has to run, borrowed ones first."""
        own = tuple(piece for piece in self.pieces if piece.options.skip is None)
        return (*self.borrowed, *own) if own else ()


def plan_note(note: Note, lookup: Lookup | None = None) -> Plan:
    """Plan one note. Imports that cannot be followed become the plan's problem."""
    pieces = _pieces(note)
    if not pieces or lookup is None:
        problem = None
        if pieces and _imports(note):
            problem = _problem(
                note, _imports(note)[0].span, "imports need the whole vault to be read"
            )
        return Plan(note, pieces, problem=problem)
    order: list[Note] = []
    problem = _collect(note, lookup, order, (note.path,))
    borrowed = tuple(
        Piece(piece.path, piece.cell, piece.name, piece.options, borrowed=True)
        for imported in order
        for piece in _pieces(imported)
        if piece.options.skip is None and not piece.options.isolated and not piece.options.raises
    )
    return Plan(note, pieces, borrowed, problem)


def _pieces(note: Note) -> tuple[Piece, ...]:
    cells = [cell for cell in note.cells if cell.language == "python"]
    pieces = []
    for number, cell in enumerate(cells, 1):
        options = read_options(cell)
        name = options.name or f"cell {number}"
        output = expected_output(note, cell)
        pieces.append(Piece(note.path, cell, name, options, output))
    return tuple(pieces)


def _imports(note: Note) -> list[Link]:
    return [
        link
        for link in note.links
        if link.key == IMPORTS or (link.key or "").startswith(f"{IMPORTS}.")
    ]


def _collect(
    note: Note, lookup: Lookup, order: list[Note], trail: tuple[str, ...]
) -> CellError | None:
    """Append the notes that ``note`` imports, each after its own imports."""
    for link in _imports(note):
        imported = lookup(note, link)
        if imported is None:
            return _problem(note, link.span, f"no note is named {link.target!r}")
        if imported.path in trail:
            circle = " → ".join((*trail[trail.index(imported.path) :], imported.path))
            return _problem(note, link.span, f"imports go in a circle: {circle}")
        if any(seen.path == imported.path for seen in order):
            continue
        problem = _collect(imported, lookup, order, (*trail, imported.path))
        if problem is not None:
            place = note.source.position(link.span.start)
            where = f"{imported.path}:{problem.line}: {problem.message}"
            return CellError("ImportError", where, place.line, place.column)
        order.append(imported)
    return None


def _problem(note: Note, span: Span, message: str) -> CellError:
    place = note.source.position(span.start)
    return CellError("ImportError", message, place.line, place.column)
