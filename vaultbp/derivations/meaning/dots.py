"""Dots in sums: ``w_1 x_1 + w_2 x_2 + … + w_n x_n`` is a sum over the running index."""

from __future__ import annotations

from vaultbp.derivations.meaning.scope import is_dots
from vaultbp.derivations.meaning.terms import Add, Fold, Idx, Mul, Num, Slot, Sym, Term, rebuilt

RUNNING = "#i"


def dotted(term: Add) -> Term:
    """The sum with its dots written out as a :class:`Fold`, or the term as it is."""
    term = _with_signs(term)
    place = next((k for k, t in enumerate(term.terms) if is_dots(t)), None)
    if place is None or place == 0 or any(is_dots(t) for t in term.terms[place + 1 :]):
        return term
    before, after = term.terms[:place], term.terms[place + 1 :]
    if not after:
        return term
    last = _last_index(after[0])
    if last is None:
        return term
    template = _rebase(after[0], last, Idx(RUNNING))
    run = []
    number = None
    for each in reversed(before):
        start = _matching(template, each)
        if start is None or (number is not None and start != number - 1):
            break
        number = start
        run.append(each)
    if number is None or not run:
        return term
    fold = Fold("Σ", RUNNING, Num(float(number), str(number)), _bound(last), None, template)
    kept = before[: len(before) - len(run)]
    rest = after[1:]
    return Add((*kept, fold, *rest)) if kept or rest else fold


def _with_signs(term: Add) -> Add:
    """``a_1 + … a_n`` and ``a_1 + a_2 … a_n``: dots in a sum stand between terms, signs or not."""
    terms: list[Term] = []
    for each in term.terms:
        if not isinstance(each, Mul) or not any(is_dots(f) for f in each.factors):
            terms.append(each)
            continue
        at = next(k for k, f in enumerate(each.factors) if is_dots(f))
        if any(op for op in (*each.ops[max(at - 1, 0) : at], *each.ops[at : at + 1])):
            return term
        for start, stop in ((0, at), (at, at + 1), (at + 1, len(each.factors))):
            part = each.factors[start:stop]
            if len(part) > 1:
                terms.append(Mul(part, each.ops[start : stop - 1]))
            else:
                terms.extend(part)
    return Add(tuple(terms))


def _last_index(term: Term) -> Term | None:
    """The one symbolic index that the last term carries."""
    found = {
        s.index
        for t in _all(term)
        if isinstance(t, Sym)
        for s in t.slots
        if isinstance(s.index, Sym | Idx | Add)
    }
    return next(iter(found)) if len(found) == 1 else None


def _all(term: Term) -> list[Term]:
    from vaultbp.derivations.meaning.terms import walk

    return list(walk(term))


def _bound(index: Term) -> Term:
    """The last index as a count: ``n``, or ``n - 1``."""
    if isinstance(index, Add):
        return Add(tuple(_bound(each) for each in index.terms))
    return Sym(index.name) if isinstance(index, Idx) else index


def _rebase(term: Term, old: Term, new: Term) -> Term:
    """The term with one index replaced in all slots."""
    if isinstance(term, Sym):
        slots = tuple(Slot(s.place, new if s.index == old else s.index) for s in term.slots)
        return Sym(term.key, slots)
    return rebuilt(term, lambda part: _rebase(part, old, new))


def _matching(template: Term, term: Term) -> int | None:
    """The number that, put for the running index, gives the term."""
    for number in range(6):
        if _plain(_rebase(template, Idx(RUNNING), Num(float(number)))) == _plain(term):
            return number
    return None


def _plain(term: Term) -> Term:
    from vaultbp.derivations.meaning.ground import fix

    return fix(term, {})
