"""Targets that are held: ``½(r + γ Q_w(s') - Q_w(s))²`` by w, with ``Q_w(s')`` as it is.

Where one open function of the parameters stands at several places, notes on learning from their own
estimates differentiate it at one of them and take the others for given, often without a word.
"""

from __future__ import annotations

from collections.abc import Iterable

from vaultbp.derivations.meaning.terms import Call, Deriv, Grad, Term, variables_of, walk

HELD = "a function may be held fixed at one of its places, as targets are"


def may_hold_targets(terms: Iterable[Term]) -> bool:
    """Whether a function of the variable of a gradient stands at several places in some terms."""
    inside = [t for term in terms for t in walk(term)]
    moving = {by for t in inside for by in variables_of(t)}
    named = {id(t.of) for t in inside if isinstance(t, Deriv | Grad)}
    places: dict[str, set[tuple[Term, ...]]] = {}
    for term in inside:
        if not isinstance(term, Call) or id(term) in named:
            continue
        if len(term.args) > 1 and moving & set(term.args):
            places.setdefault(term.func.key, set()).add(term.args)
    return any(len(each) > 1 for each in places.values())
