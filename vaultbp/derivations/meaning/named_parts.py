"""What a step puts a name for, and leaves the rest as it is: ``Q - P`` for ``e^o/(1 + e^o) - P``."""

from __future__ import annotations

from vaultbp.derivations.meaning.ground import fix
from vaultbp.derivations.meaning.scope import is_pattern
from vaultbp.derivations.meaning.terms import Add, Div, Mul, Neg, Sym, Term, walk


def put_for(left: Term, right: Term) -> tuple[Term, Sym] | None:
    """For what a step puts a name, if it changes nothing else."""
    if isinstance(right, Sym):
        if not is_pattern(right.slots) or right in walk(left):
            return None
        return (left, right)
    match left, right:
        case (Add(terms=one), Add(terms=two)) | (Mul(factors=one), Mul(factors=two)):
            rest, other = _without(one, two), _without(two, one)
            if len(other) != 1 or not rest:
                return None
            whole = rest[0] if len(rest) == 1 else _joined(left, rest)
            return put_for(whole, other[0])
        case (Neg(body=one), Neg(body=two)):
            return put_for(one, two)
        case (Div(num=one, den=low), Div(num=two, den=under)) if fix(low, {}) == fix(under, {}):
            return put_for(one, two)
    return None


def _joined(whole: Term, parts: tuple[Term, ...]) -> Term:
    if isinstance(whole, Add):
        return Add(parts)
    return Mul(parts, ("",) * (len(parts) - 1))


def _without(one: tuple[Term, ...], two: tuple[Term, ...]) -> tuple[Term, ...]:
    """The parts of one that two has not."""
    left = [fix(each, {}) for each in two]
    found = []
    for part in one:
        same = fix(part, {})
        if same in left:
            left.remove(same)
        else:
            found.append(part)
    return tuple(found)
