"""From a note to its notebook: formulas read in order, then what they define."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import replace

from msgspec import structs

from vaultbp.derivations.meaning.bare import spelled_out, usage
from vaultbp.derivations.meaning.carry import Ending, carried, ending, without_open_sides
from vaultbp.derivations.meaning.cases import Above, case_above, case_of, inherited, own_case
from vaultbp.derivations.meaning.definitions.defining import define
from vaultbp.derivations.meaning.definitions.implied import declare_by_usage
from vaultbp.derivations.meaning.definitions.shorthands import shorthands_named
from vaultbp.derivations.meaning.gradients import arguments, gradients_written
from vaultbp.derivations.meaning.lexicon import gather
from vaultbp.derivations.meaning.lower import Lowering
from vaultbp.derivations.meaning.notebook import Notebook, Stated
from vaultbp.derivations.meaning.present import present
from vaultbp.derivations.meaning.primes import settled
from vaultbp.derivations.meaning.scope import Scope
from vaultbp.derivations.meaning.squares import add_roots
from vaultbp.derivations.meaning.terms import Opaque, symbol_keys
from vaultbp.derivations.meaning.varied import varied
from vaultbp.latex import parse, tree
from vaultbp.notes.note import Formula, Note

MAX_FORMULAS = 5_000
"""Formulas of one note that are read; the longest real notes have a few hundred."""


def open_notebook(note: Note, linked: Sequence[Note] = ()) -> Notebook:
    """Read all formulas of a note and collect what they define."""
    readings = _parse_all(note)
    lexicon = gather([reading for _, reading in readings])
    lowering = Lowering(lexicon)
    sections = [heading.span.start for heading in note.headings]
    stated: list[Stated] = []
    endings: list[Ending] = []
    case: str | None = None
    above: Above | None = None
    for formula, reading in readings:
        section = bisect.bisect_right(sections, formula.span.start)
        left_over, case = case, case_of(formula, reading, case, lexicon.members)
        anew = bool(stated) and section != stated[-1].section
        above = case_above(formula, reading, None if anew else above, lexicon.members)
        chains = [without_open_sides(chain) for chain in reading.claims]
        left, apart = None, False
        if chains and _is_headless(chains[0]):
            left, apart = carried(note, endings, formula, section)
            chains[0] = _continued(chains[0], left)
        for chain in chains:
            sides = tuple(lowering.term(side) for side in chain.sides)
            if not chain.relations and isinstance(sides[0] if sides else None, Opaque):
                continue
            own = own_case(chain, lexicon.members) or inherited(formula, left_over)
            each = Stated(len(stated), formula, chain, sides, section, case=own, apart=apart)
            stated.append(replace(each, labels=lexicon.members, case_above=above and above.case))
        end = ending(note, formula, chains, section, lowering)
        if end is not None:
            endings.append(end)
        elif left is None and any(chain.relations for chain in chains):
            endings.clear()
    stated = shorthands_named(stated)
    functions = arguments((each.chain, each.sides) for each in stated)
    stated = [replace(s, sides=gradients_written(s.sides, functions)) for s in stated]
    known = usage(each.sides for each in stated)
    stated = [replace(s, sides=varied(settled(spelled_out(s.sides, known)))) for s in stated]
    scope = Scope()
    stated = define(stated, scope, _set_aside(note))
    stated = _with_present_values(stated)
    declare_by_usage(stated, scope)
    add_roots(scope, (side for each in stated for side in each.sides))
    for other in linked:
        _import(other, scope, len(stated))
    read = [r for _, r in readings]
    return Notebook(note, lexicon, stated, scope, read, arguments=functions)


def _parse_all(note: Note) -> list[tuple[Formula, tree.Reading]]:
    macros: tuple[tuple[str, str, int], ...] = ()
    found = []
    for formula in note.formulas[:MAX_FORMULAS]:
        reading = parse(formula.text, macros)
        macros = (*macros, *reading.macros)
        found.append((formula, reading))
    return found


def _continued(chain: tree.Chain, left: tree.Node | None) -> tree.Chain:
    """A formula that begins with ``=`` continues the one before it."""
    if left is None or not _is_headless(chain):
        return chain
    return structs.replace(chain, sides=(left, *chain.sides[1:]), continued=True)


def _is_headless(chain: tree.Chain) -> bool:
    begins = bool(chain.relations) and isinstance(chain.sides[0], tree.Missing)
    return begins and chain.relations[0].op == "="


_SET_ASIDE = re.compile(r"^\s*(vaultbp:\s*)?(ignore|wrong[ -]on[ -]purpose)\b", re.IGNORECASE)


def _set_aside(note: Note) -> set[int]:
    """Where the formulas begin that a comment marks as wrong or to be ignored: they define nothing."""
    found: set[int] = set()
    starts = [f.span.start for f in note.formulas]
    for comment in note.comments:
        if _SET_ASIDE.match(comment.text):
            place = bisect.bisect_left(starts, comment.span.end)
            if place < len(starts):
                found.add(starts[place])
    return found


def _with_present_values(stated: list[Stated]) -> list[Stated]:
    """Call what updates start from by its own name."""
    keys = symbol_keys(*(side for s in stated for side in s.sides))
    return [
        replace(s, sides=tuple(present(side, keys) for side in s.sides)) if s.update else s
        for s in stated
    ]


def _import(other: Note, scope: Scope, order: int) -> None:
    """Definitions of a related note, as the last resort before conventions."""
    book = open_notebook(other)
    for table, target in (
        (book.scope.symbols, scope.symbols),
        (book.scope.functions, scope.functions),
    ):
        for key, definitions in table.items():
            if key in target:
                continue
            for definition in definitions[-1:]:
                text = f"{definition.source.strip()} (from “{other.title}”)"
                target.setdefault(key, []).append(
                    replace(definition, order=order + 1000, section=0, assumption=text)
                )
