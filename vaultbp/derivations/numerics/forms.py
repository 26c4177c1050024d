"""What a step looks like: which kinds of steps a difference can make wrong."""

from __future__ import annotations

from itertools import pairwise

from vaultbp.derivations.meaning.notebook import Stated
from vaultbp.derivations.meaning.terms import (
    Add,
    Call,
    Deriv,
    Diff,
    Div,
    Fn,
    Fold,
    Grad,
    Idx,
    Inner,
    Limit,
    Mul,
    Neg,
    Norm,
    Num,
    Stacked,
    Sym,
    Term,
    Transposed,
    free_indices,
    symbol_keys,
    walk,
)
from vaultbp.derivations.numerics.compare import Comparison


def derives(left: Term, right: Term) -> bool:
    """Whether a derivative is taken in the step."""
    return any(
        isinstance(t, Deriv | Grad | Limit) or (isinstance(t, Call) and t.order > 0)
        for side in (left, right)
        for t in walk(side)
    )


def in_a_derivation(stated: Stated, left: Term) -> bool:
    """Whether the step is a later one of a chain that computes something."""
    place = next((k for k, s in enumerate(stated.sides) if s is left), None)
    if place is None or place < max(stated.heads, 1):
        return False
    before = stated.sides[:place]
    return stated.heads > 0 or stated.chain.continued or any(derives(s, s) for s in before)


def elementwise(term: Term) -> bool:
    """Whether a term is an elementwise or outer product."""
    return isinstance(term, Mul) and any(op in ("⊙", "∘", "⊗") for op in term.ops)


def has_symbols(term: Term) -> bool:
    """Whether anything but numbers stands in a term."""
    return any(isinstance(t, Sym | Call | Idx) for t in walk(term))


def needs_shapes(left: Term, right: Term) -> bool:
    """Whether the step speaks of vectors or matrices."""
    return any(isinstance(t, Transposed) or elementwise(t) for s in (left, right) for t in walk(s))


def speaks_of_arrays(term: Term) -> bool:
    """Whether something in a term only makes sense for vectors and matrices."""
    return any(
        isinstance(t, Transposed | Stacked | Norm | Inner)
        or elementwise(t)
        or (isinstance(t, Fn) and t.name in ("tr", "det", "diag", "softmax"))
        for t in walk(term)
    )


def says_zero(term: Term) -> bool:
    """Whether a term is a written zero: ``0``, ``0·x``, or a sum of such."""
    match term:
        case Num(value=value):
            return value == 0
        case Neg(body=body):
            return says_zero(body)
        case Mul(factors=factors):
            return any(says_zero(factor) for factor in factors)
        case Add(terms=terms):
            return all(says_zero(each) for each in terms)
        case _:
            return False


def targets(found: Comparison) -> frozenset[str]:
    """Families with one index that may be targets or probabilities."""
    families = (f.rsplit("/", 1) for f in found.leaves_left | found.leaves_right)
    return frozenset(
        key for key, slots in families if slots == "1" and key[:1] in ("y", "t", "p", "q", "P", "d")
    )


def primes(term: Term, key: str) -> int:
    """How often a function is differentiated by a prime in a term."""
    return sum(isinstance(t, Call) and t.func.key == key and t.order > 0 for t in walk(term))


def is_particular(right: Term, key: str, found: Comparison) -> bool:
    """Whether a step can only hold for one particular function: its derivative is written out.

    ``σ'(z) = σ(z)(1 - σ(z))`` speaks of one σ, ``∂a/∂z = σ'(z)`` of any, and so does ``db/da da/dz``
    where ``a = σ(z)``, whether the derivatives are written or named.
    """
    names = {d.head.key for d in found.used.values() if calls(d.body, key)}
    written = symbol_keys(right)
    named = [d.body for d in found.used.values() if d.by_derivative and d.head.key in written]
    return not primes(right, key) and not any(
        isinstance(t, Deriv | Grad) and (calls(t.of, key) or symbol_keys(t.of) & names)
        for side in (right, *named)
        for t in walk(side)
    )


def has_members(key: str, found: Comparison) -> bool:
    """Whether the formulas of a step call several functions of one name: ``g_1`` here, ``g_2`` there."""
    return (
        len(
            {
                t.func
                for d in found.used.values()
                for t in walk(d.body)
                if isinstance(t, Call)
                and t.func.key == key
                and any(isinstance(slot.index, Num) for slot in t.func.slots)
            }
        )
        > 1
    )


def leaves_index_open(left: Term, right: Term, found: Comparison) -> bool:
    """Whether a sum's index stands in a definition whose name does not show it: ``Σ_t ∂l/∂W``
    where ``l = l(y_t)``, or in the brackets of a name that stands without: ``pᵀv = Σ_s p(s) v(s)``."""
    terms = [t for side in (left, right) for t in walk(side)]
    bound = {t.index for t in terms if isinstance(t, Fold)}
    whole = {t.key for t in terms if isinstance(t, Sym) and not t.slots}
    for call in (t for t in terms if isinstance(t, Call) and t.func.key in whole):
        if any(isinstance(each, Idx) and each.name in bound for each in call.args):
            return True
    return any(
        bound & (free_indices(d.body) - free_indices(d.head) - _indices(d.params or ()))
        for d in found.used.values()
    )


def sums_over_nothing(left: Term, right: Term, found: Comparison) -> bool:
    """Whether a bare Σ has only an index of the claim's own, over which the note sums elsewhere:
    ``∂S/∂y_j = 2 Σ (y_j - a)`` for ``S = Σ (y_i - a)^2``."""
    free = free_indices(left) | free_indices(right)
    own = {
        _family(t)
        for side in (left, right)
        for fold in walk(side)
        if isinstance(fold, Fold) and not fold.index and free_indices(fold.body) <= free
        for t in walk(fold.body)
        if isinstance(t, Sym) and free_indices(t)
    }
    return bool(own) and any(
        isinstance(fold, Fold)
        and any(
            _family(t) in own and free_indices(t) for t in walk(fold.body) if isinstance(t, Sym)
        )
        for definition in found.used.values()
        for fold in walk(definition.body)
    )


def _family(symbol: Sym) -> tuple[str, int]:
    return symbol.key, len(symbol.slots)


def writes_out_a_sum(summed: Term, other: Term) -> bool:
    """``Σ_i x_i = x_1 + x_2``: only the terms say how many there are."""
    bare = [t for t in walk(summed) if isinstance(t, Fold) and t.upper is None]
    inside = {
        t.key for fold in bare for t in walk(fold.body) if isinstance(t, Sym) and free_indices(t)
    }
    members = {t for t in walk(other) if isinstance(t, Sym) and t.key in inside}
    concrete = [m.key for m in members if any(isinstance(s.index, Num) for s in m.slots)]
    return len(concrete) > len(set(concrete))


def _indices(terms: tuple[Term, ...]) -> set[str]:
    return {name for term in terms for name in free_indices(term)}


def calls(term: Term, key: str) -> bool:
    """Whether a function is called in a term as written."""
    return any(isinstance(t, Call) and t.func.key == key for t in walk(term))


def is_algebra(stated: Stated, left: Term, right: Term, found: Comparison) -> bool:
    """A step of a longer chain of rewritings: both sides compound, of the same quantities."""
    return (
        (len(stated.sides) > 2 or stated.chain.continued)
        and found.leaves_left == found.leaves_right
        and len(found.leaves_left) > 0
        and all(isinstance(side, Add | Mul | Div | Neg | Fold) for side in (left, right))
    )


def is_off_by_a_factor(left: Term, right: Term, found: Comparison) -> bool:
    """Two compound sides, one a fixed multiple of the other: no condition, since both would be zero.

    Not where the order of factors may be what makes the sign: ``a × b = -b × a``.
    """
    compound = all(isinstance(_bare(side), Add | Div | Fold) for side in (left, right))
    ordered = any(isinstance(t, Mul) and "×" in t.ops for side in (left, right) for t in walk(side))
    return compound and not ordered and found.multiple and found.varies and not found.used


def _bare(term: Term) -> Term:
    """The term without its sign and a number before it."""
    if isinstance(term, Neg):
        return _bare(term.body)
    if isinstance(term, Mul) and len(term.factors) == 2 and not has_symbols(term.factors[0]):
        return _bare(term.factors[1])
    return term


def is_total_differential(left: Term, right: Term) -> bool:
    """``d(AB) = …``: what the left side depends on, and no more, moves on the right.

    Partial derivatives of a call may hold fixed what else leads to its arguments. Products of
    differentials may follow rules of their own, as those of random processes do.
    """
    if not isinstance(left, Diff) or differential_of(left) is not None:
        return False
    moving = {differential_of(t) for t in walk(right) if isinstance(t, Diff)} - {None}
    inside = symbol_keys(left.body)
    partial = any(
        isinstance(t, Deriv) and isinstance(t.of, Call) and t.of.args[1:] for t in walk(right)
    )
    return bool(moving) and moving <= inside and not partial and _is_linear(right)


def differential_of(term: Diff) -> str | None:
    """The symbol whose own differential a term is: ``dX`` and ``dX^T``, and not ``d(AX)``."""
    body = term.body.body if isinstance(term.body, Transposed) else term.body
    return body.key if isinstance(body, Sym) else None


def _is_linear(term: Term) -> bool:
    """Whether every summand of a term has one differential as a factor, or none."""
    if isinstance(term, Diff) or not _has_differential(term):
        return True
    match term:
        case Add(terms=terms):
            return all(_is_linear(each) for each in terms)
        case Mul(factors=factors):
            return sum(map(_has_differential, factors)) == 1 and all(map(_is_linear, factors))
        case Inner(left=one, right=two):
            return _is_linear(Mul((one, two), ("",)))
        case Neg(body=body) | Transposed(body=body) | Fold(op="Σ", body=body):
            return _is_linear(body)
        case Div(num=num, den=den):
            return _is_linear(num) and not _has_differential(den)
        case Fn(name="tr", args=(body,)):
            return _is_linear(body)
        case _:
            return False


def _has_differential(term: Term) -> bool:
    return any(isinstance(t, Diff) for t in walk(term))


def is_mean(term: Term) -> bool:
    """Whether a sum is divided by the count that bounds it: then N terms are meant."""
    counts = {t.upper for t in walk(term) if isinstance(t, Fold) and isinstance(t.upper, Sym)}
    return any(
        isinstance(t, Div) and any(each in counts for each in walk(t.den)) for t in walk(term)
    )


def is_chain_rule(left: Term, right: Term) -> bool:
    """A step made of derivatives alone: products and sums of them, and nothing else."""
    return all(_only_derivatives(side) for side in (left, right))


def composes(left: Term, right: Term) -> bool:
    """Whether every product of a step is one of derivatives that join end to end, all in one order.

    Then it is about the composition of linear maps, and what holds of its paths holds for arrays too.
    """
    sides = (left, right)
    return any(all(_composition(side, turned) is not None for side in sides) for turned in (0, 1))


def _composition(term: Term, turned: int) -> tuple[Term, Term] | None:
    """The upper and the lower end of a composition; ``None`` if a term is none. Of a product over an
    index only the family of the ends is known: there the end is a bare symbol."""
    match term:
        case Deriv(of=of, wrt=(by,)) if isinstance(of, Sym | Call) and isinstance(by, Sym | Call):
            return of, by
        case Mul(factors=factors) if not elementwise(term):
            links = [_composition(f, turned) for f in (factors[::-1] if turned else factors)]
            known = [each for each in links if each is not None]
            joined = all(_joins(a, b) for (_, a), (b, _) in pairwise(known))
            return (known[0][0], known[-1][1]) if len(known) == len(links) and joined else None
        case Fold(op="Π", body=Deriv(of=Sym(key=one), wrt=(Sym(key=two),))):
            return Sym(one), Sym(two)
        case Fold(op="Σ", body=body) | Neg(body=body):
            return _composition(body, turned)
        case Add(terms=terms):
            parts = [_composition(each, turned) for each in terms]
            return parts[0] if None not in parts else None
        case _:
            return None


def _joins(above: Term, below: Term) -> bool:
    if above == below:
        return True
    if not isinstance(above, Sym) or not isinstance(below, Sym):
        return False
    return above.key == below.key and not (above.slots and below.slots)


def _only_derivatives(term: Term) -> bool:
    if isinstance(term, Deriv):
        return isinstance(term.of, Sym) and all(isinstance(w, Sym) for w in term.wrt)
    if isinstance(term, Mul | Add):
        parts = term.factors if isinstance(term, Mul) else term.terms
        return all(_only_derivatives(part) for part in parts)
    return isinstance(term, Fold) and term.op == "Σ" and _only_derivatives(term.body)
