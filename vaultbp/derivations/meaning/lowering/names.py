"""Names: symbols, their labels and their indices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from msgspec.structs import replace

from vaultbp.derivations.meaning.identities import is_identity
from vaultbp.derivations.meaning.kronecker import is_paired
from vaultbp.derivations.meaning.lexicon import plain_key
from vaultbp.derivations.meaning.rates import dots
from vaultbp.derivations.meaning.terms import (
    Add,
    Cond,
    Deriv,
    Idx,
    Indicator,
    Mul,
    Neg,
    Num,
    Opaque,
    Pow,
    Slot,
    Sym,
    Term,
)
from vaultbp.latex import tree

if TYPE_CHECKING:
    from vaultbp.derivations.meaning.lower import Lowering

CONNECTIVES = frozenset(("and", "or", "where", "with", "for", "if", "then", "so", "since"))


def symbol_of(low: Lowering, name: tree.Name, extra_primes: int = 0) -> Sym:
    """The symbol of a name: labels go into its key, indices into its slots."""
    key = plain_key(name)
    slots: list[Slot] = []
    for sub in name.sub:
        index, label = index_of(low, sub)
        if index is None or is_identity(name, low.lexicon):
            key += f"_{label}"
        else:
            slots.extend(Slot("_", each) for each in index)
    for sup in name.sup:
        index, label = index_of(low, sup.body)
        if index is None:
            key += f"^({label})"
        else:
            slots.extend(Slot("^", each) for each in index)
    return Sym(key + "'" * (name.primes + extra_primes), tuple(slots))


def name_or_product(low: Lowering, name: tree.Name, extra_primes: int = 0) -> Term:
    if not (name.sub or name.sup or name.accents or name.primes):
        if name.base == "π" and "π" not in low.lexicon.functions | low.lexicon.heads:
            return Num(math.pi)
        if name.base == "∞":
            return Num(math.inf)
        if name.base == "1" or name.base == "0":
            return Num(float(name.base), name.base)
        if is_index(low, name.base) and name.base in low.lexicon.bound:
            return Idx(name.base)
    if name.base in "ΠΣ∏∑" and not (name.sub or name.sup):
        return Opaque(name.base, "a product or sum of words, not of anything that can be evaluated")
    if name.run and name.base in CONNECTIVES:
        return Opaque(name.base, f"the word “{name.base}” stands where a formula should go on")
    if name.run and name.base not in low.lexicon.names and len(name.base) <= 3:
        return _split_run(low, name)
    power = _superscript_power(low, name)
    if power is not None:
        return power
    if name.base in low.lexicon.rates and (times := dots(name)):
        moving = symbol_of(low, replace(name, accents=()), extra_primes)
        return Deriv(moving, (Sym("t"),) * times, "d")
    if name.base == "δ" and not name.accents and is_kronecker(low, name):
        left, right = kronecker(low, name)
        return Indicator(Cond("=", left, right))
    return symbol_of(low, name, extra_primes)


def _split_run(low: Lowering, name: tree.Name) -> Term:
    letters = [tree.Name(c, span=name.span) for c in name.base]
    letters[-1] = tree.Name(
        letters[-1].base, sub=name.sub, sup=name.sup, primes=name.primes, span=name.span
    )
    if len(letters) == 1:
        return name_or_product(low, letters[0])
    factors = tuple(name_or_product(low, each) for each in letters)
    return Mul(factors, ("",) * (len(factors) - 1))


def _superscript_power(low: Lowering, name: tree.Name) -> Term | None:
    """``x^n`` read as a power where the note uses ``n`` as a number and not as a layer."""
    if len(name.sup) != 1 or name.sup[0].bracket:
        return None
    letters = {n.base for n in name.sup[0].body.walk() if isinstance(n, tree.Name)}
    exponents = letters & low.lexicon.powers
    if not exponents and any(is_index(low, c) or c in low.lexicon.tops for c in letters):
        return None
    if not letters or any(len(c) > 1 for c in letters):
        return None
    base = tree.Name(name.base, name.accents, name.style, name.sub, (), name.primes)
    return Pow(low.term(base), low.term(name.sup[0].body))


def is_index(low: Lowering, letter: str) -> bool:
    return letter in low.lexicon.indices


def index_of(low: Lowering, node: tree.Node) -> tuple[tuple[Term, ...] | None, str]:
    """The indices that a subscript stands for, or its label."""
    match node:
        case tree.Number(text=text):
            return (Num(node.value, text),), text
        case tree.Name(base=base, sub=(), sup=(), primes=0, accents=()):
            if is_index(low, base):
                return (Idx(base),), base
            if base in low.lexicon.tops or base in low.lexicon.members:
                return (Sym(base),), base
            return None, base
        case tree.Name(sub=sub) if sub and not node.primes:
            inner = symbol_of(low, node)
            if inner.key in low.lexicon.members:
                return (inner,), ""
            return ((inner,), "") if inner.slots else (None, inner.key)
        case tree.Label(text=text, upright=False) if _is_run_of_indices(low, text):
            return tuple(Idx(c) for c in text), text
        case tree.Label(text=text):
            if text in low.lexicon.members or text in low.lexicon.tops:
                return (Sym(text),), ""
            return None, text
        case tree.Text(words=words):
            return None, words.strip()
        case tree.Sum() | tree.Neg() | tree.Product():
            term = _index_sum(low, node)
            if term is not None:
                return (term,), ""
            return None, _spell(node)
        case _:
            return None, _spell(node)


def _is_run_of_indices(low: Lowering, text: str) -> bool:
    """``ij``, or more letters if sums bind every one of them."""
    if len(text) == 2:
        return all(is_index(low, c) for c in text)
    return all(c in low.lexicon.bound for c in text) and len(set(text)) == len(text)


def _index_sum(low: Lowering, node: tree.Node) -> Term | None:
    match node:
        case tree.Sum(terms=terms):
            found = [_index_sum(low, each) for each in terms]
            if any(each is None for each in found):
                return None
            return Add(tuple(each for each in found if each is not None))
        case tree.Neg(body=body):
            inner = _index_sum(low, body)
            return None if inner is None else Neg(inner)
        case tree.Product(factors=factors) if all(
            isinstance(f, tree.Name) and len(f.base) == 1 and not f.sub for f in factors
        ):
            word = "".join(f.base for f in factors if isinstance(f, tree.Name))
            return Sym(word) if word in low.lexicon.tops else None
        case tree.Product(factors=factors, ops=ops):
            found = [_index_sum(low, each) for each in factors]
            if any(each is None for each in found):
                return None
            return Mul(tuple(each for each in found if each is not None), ops)
        case _:
            index, _ = index_of(low, node)
            return index[0] if index is not None and len(index) == 1 else None


def is_kronecker(low: Lowering, name: tree.Name) -> bool:
    if len(name.sub) + len(name.sup) != 2 or name.primes:
        return False
    if "δ" in low.lexicon.heads and not (low.lexicon.has_kronecker and is_paired(name)):
        return False
    return all(
        isinstance(each, tree.Name | tree.Number)
        for each in (*name.sub, *(s.body for s in name.sup))
    )


def kronecker(low: Lowering, name: tree.Name) -> tuple[Term, Term]:
    sides = []
    for node in (*name.sub, *(s.body for s in name.sup)):
        index, label = index_of(low, node)
        sides.append(index[0] if index else Sym(label))
    return sides[0], sides[1]


def _spell(node: tree.Node) -> str:
    """A spelling of a label; equal trees get equal spellings."""
    return (
        "".join(
            each.base if isinstance(each, tree.Name) else getattr(each, "text", "")
            for each in node.walk()
        )
        or type(node).__name__
    )
