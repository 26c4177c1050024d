"""Products and powers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from vaultbp.derivations.meaning.lexicon import plain_key
from vaultbp.derivations.meaning.lowering.names import is_index, is_kronecker, kronecker, symbol_of
from vaultbp.derivations.meaning.terms import (
    Call,
    Cond,
    Diff,
    Fn,
    Indicator,
    Inner,
    Mul,
    Num,
    Opaque,
    Pow,
    Slot,
    Sym,
    Term,
    Transposed,
)
from vaultbp.derivations.meaning.uncomputed import EITHER_WAY, UNCOMPUTED
from vaultbp.latex import tree

if TYPE_CHECKING:
    from vaultbp.derivations.meaning.lower import Lowering

ONES = "𝟏"
"""The vector of ones, which people write as a 1 with a transpose."""


def product(low: Lowering, factors: tuple[tree.Node, ...], ops: tuple[str, ...]) -> Term:
    composed = composition(low, factors, ops)
    if composed is not None:
        return composed
    if "δ" in low.lexicon.prefixes:
        factors, ops = _prefixed(factors, ops)
        if len(factors) == 1:
            return low.term(factors[0])
    factors, ops = without_slips(low, factors, ops)
    if len(factors) == 1:
        return low.term(factors[0])
    if any(map(_is_place, factors, factors[1:], ops)):
        return Opaque("value", "a name with an exponent before (0) may be a derivative at zero")
    terms = [low.term(each) for each in factors]
    if not UNCOMPUTED.isdisjoint(ops):
        return _uncomputed(terms, ops)
    if "d" not in low.lexicon.heads and factors[0] == tree.Name("d") and ops[0] == "":
        if _is_number_of_arrays(terms[1]):
            terms[:2], ops = [Diff(terms[1])], ops[1:]
    return Mul(tuple(terms), ops) if ops else terms[0]


def _is_place(before: tree.Node, factor: tree.Node, op: str) -> bool:
    """Whether ``y^{(2n)}(0)``, with a zero that nobody writes for a factor."""
    power = isinstance(before, tree.Power) and isinstance(before.base, tree.Name)
    return power and op == "" and factor == tree.Number("0")


def _uncomputed(terms: list[Term], ops: tuple[str, ...]) -> Term:
    """``A ∩ B``, ``a mod b``: an unknown function of what is multiplied on either side."""
    groups: list[list[Term]] = [[terms[0]]]
    inner: list[list[str]] = [[]]
    signs: list[str] = []
    for sign, term in zip(ops, terms[1:], strict=True):
        if sign in UNCOMPUTED:
            signs.append(sign)
            groups.append([term])
            inner.append([])
        else:
            groups[-1].append(term)
            inner[-1].append(sign)
    parts = [
        Mul(tuple(group), tuple(between)) if between else group[0]
        for group, between in zip(groups, inner, strict=True)
    ]
    result = parts[0]
    for sign, part in zip(signs, parts[1:], strict=True):
        both = (result, part)
        result = Call(Sym(sign), tuple(sorted(both, key=repr)) if sign in EITHER_WAY else both)
    return result


def composition(low: Lowering, factors: tuple[tree.Node, ...], ops: tuple[str, ...]) -> Term | None:
    """``f ∘ g(x)`` of functions is ``f(g(x))``."""
    last = factors[-1]
    if set(ops) != {"∘"} or not isinstance(last, tree.MaybeCall | tree.Apply):
        return None
    names = [f for f in (*factors[:-1], last.func) if isinstance(f, tree.Name)]
    if len(names) != len(factors):
        return None
    if not all(plain_key(name) in low.lexicon.functions for name in names):
        return None
    inner: tree.Node = last
    for name in reversed(names[:-1]):
        inner = tree.Apply(name, (inner,))
    return low.term(inner)


def without_slips(
    low: Lowering, factors: tuple[tree.Node, ...], ops: tuple[str, ...]
) -> tuple[tuple[tree.Node, ...], tuple[str, ...]]:
    """``xj`` typed for ``x_j``, where the note has an ``x_i`` and j is an index."""
    kept: list[tree.Node] = [factors[0]]
    signs: list[str] = []
    for sign, factor in zip(ops, factors[1:], strict=True):
        before = kept[-1]
        slip = (
            sign == ""
            and isinstance(before, tree.Name)
            and isinstance(factor, tree.Name)
            and before == tree.Name(before.base, before.accents, before.style)
            and factor == tree.Name(factor.base)
            and plain_key(before) in low.lexicon.families
            and is_index(low, factor.base)
            and factor.base not in low.lexicon.factors
        )
        if slip and isinstance(before, tree.Name):
            kept[-1] = replace(before, sub=(factor,))
        else:
            kept.append(factor)
            signs.append(sign)
    return tuple(kept), tuple(signs)


def power(low: Lowering, base: tree.Node, exp: tree.Node) -> Term:
    if isinstance(base, tree.Name) and base.base == "e" and not base.sub and not base.accents:
        if "e" not in low.lexicon.heads or not isinstance(exp, tree.Number):
            return Fn("exp", (low.term(exp),))
    if isinstance(base, tree.Name) and base.base == "δ" and len(base.sub) == 1:
        if isinstance(exp, tree.Name) and "δ" not in low.lexicon.heads:
            both = tree.Name("δ", sub=(*base.sub, exp))
            if is_index(low, exp.base) and is_kronecker(low, both):
                left, right = kronecker(low, both)
                return Indicator(Cond("=", left, right))
    if isinstance(base, tree.Name) and isinstance(exp, tree.Name):
        if exp.base in low.lexicon.marks:
            return symbol_of(low, replace(base, sup=(*base.sup, tree.Superscript(exp))))
    if base == tree.Number("1") and exp == tree.Name("T"):
        return Transposed(Sym(ONES))
    if isinstance(base, tree.Name) and isinstance(exp, tree.Number) and exp.text.isdigit():
        if plain_key(base) in low.lexicon.layered:
            symbol = symbol_of(low, base)
            return Sym(symbol.key, (*symbol.slots, Slot("^", Num(exp.value, exp.text))))
    return Pow(low.term(base), low.term(exp))


def _prefixed(
    factors: tuple[tree.Node, ...], ops: tuple[str, ...]
) -> tuple[tuple[tree.Node, ...], tuple[str, ...]]:
    """``δ x_i`` as one name ``δx_i``, where the note uses δ in no other way."""
    kept: list[tree.Node] = []
    signs: list[str] = []
    waiting = False
    for place, factor in enumerate(factors):
        if waiting and isinstance(factor, tree.Name):
            kept[-1] = replace(factor, base="δ" + factor.base)
        elif waiting and isinstance(factor, tree.MaybeCall) and isinstance(factor.func, tree.Name):
            kept[-1] = replace(factor, func=replace(factor.func, base="δ" + factor.func.base))
        else:
            if place:
                signs.append(ops[place - 1])
            kept.append(factor)
        follows = place < len(ops) and ops[place] == ""
        waiting = factor == tree.Name("δ") and follows
    return tuple(kept), tuple(signs)


def _is_number_of_arrays(term: Term) -> bool:
    """A determinant, a trace or an inner product, after which a ``d`` is no factor."""
    if isinstance(term, Fn) and term.name in ("log", "logb"):
        return _is_number_of_arrays(term.args[0])
    return isinstance(term, Inner) or (isinstance(term, Fn) and term.name in ("det", "tr"))
