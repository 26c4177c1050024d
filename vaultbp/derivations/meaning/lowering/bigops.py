"""Sums, products, integrals and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaultbp.derivations.meaning.bounds import bounds
from vaultbp.derivations.meaning.limits import approached, counts
from vaultbp.derivations.meaning.terms import (
    Diff,
    Div,
    Fold,
    Idx,
    Integral,
    Limit,
    Mul,
    Num,
    Opaque,
    Sym,
    Term,
)
from vaultbp.latex import tree

if TYPE_CHECKING:
    from vaultbp.derivations.meaning.lower import Lowering


def big_operator(low: Lowering, node: tree.BigOp) -> Term:
    if node.op == "lim":
        return _limit(low, node)
    if node.op == "∫" and len(node.wrt) < 2:
        return _integral(low, node)
    if node.op not in ("Σ", "Π", "max", "min"):
        return Opaque(node.op, f"{node.op} is not evaluated")
    body = low.term(node.body)
    end_node = node.upper.left if isinstance(node.upper, tree.Relation) else node.upper
    upper = low.term(end_node) if end_node is not None else None
    if not node.lower and node.upper is None:
        return Fold("Σ" if node.op == "Σ" else "Π", "", None, None, None, body)
    found = bounds(node.lower, low.term)
    if found is None or any(bound.name not in low.lexicon.indices for bound in found):
        return Opaque(node.op, "a sum over something that is not an index")
    for each in reversed(found):
        end = each.upper or upper
        body = Fold(node.op, each.name, each.lower, end, each.where, body, each.over)  # type: ignore[arg-type]
    return body


def _integral(low: Lowering, node: tree.BigOp) -> Term:
    body, differential = _split_differential(low.term(node.body))
    by = low.term(node.wrt[0]) if node.wrt else differential
    by = Sym(by.name) if isinstance(by, Idx) else by
    ends = (*node.lower, *([node.upper] if node.upper is not None else []))
    if by is None or any(isinstance(end, tree.Relation) for end in ends) or len(ends) == 1:
        return Opaque("∫", "∫ is not evaluated")
    if len(ends) == 2:
        return Integral(body, by, *map(low.term, ends))
    return Integral(body, by) if not ends else Opaque("∫", "∫ is not evaluated")


def _limit(low: Lowering, node: tree.BigOp) -> Term:
    match node.lower:
        case (tree.Relation(op="→" | "↓" | "↑" as op, left=tree.Name() as name, right=to),):
            symbol = low.term(name)
            to, side = approached(op, to)
            if isinstance(symbol, Idx):
                symbol = Sym(symbol.name)
            body = low.term(node.body)
            if counts(body, symbol):
                return Opaque("lim", "a limit of a sequence is not evaluated")
            if isinstance(symbol, Sym) and not isinstance(to, tree.Tuple):
                return Limit(body, symbol, low.term(to), side)
    return Opaque("lim", "a limit of something that does not go to one value")


def _split_differential(body: Term) -> tuple[Term, Term | None]:
    """``x`` and ``x^2`` of ``x d(x^2)``, and the same under a bar; ``None`` without a differential."""
    match body:
        case Diff(body=by):
            return Num(1.0, "1"), by
        case Div(num=num, den=den):
            above, inner = _split_differential(num)
            return Div(above, den), inner
        case Mul(factors=(*rest, Diff(body=by)), ops=ops):
            return Mul(tuple(rest), ops[:-1]) if len(rest) > 1 else rest[0], by
        case _:
            return body, None
