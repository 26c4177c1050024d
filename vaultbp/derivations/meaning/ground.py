"""Terms with concrete indices: the names of nodes, and subexpressions to match as nodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from vaultbp.derivations.meaning.scope import Ground
from vaultbp.derivations.meaning.terms import (
    Add,
    Array,
    At,
    Call,
    Cases,
    Cond,
    Deriv,
    Diff,
    Div,
    Fn,
    Fold,
    Grad,
    Held,
    Idx,
    Indicator,
    Inner,
    Integral,
    Limit,
    Mul,
    Neg,
    Norm,
    Num,
    Pow,
    Slot,
    Stacked,
    Sym,
    Term,
    Transposed,
    rebuilt,
    walk,
)

Indices = Mapping[str, int]


class NotGround(ValueError):  # noqa: N818
    """An index of a symbol has no value."""


def integer(term: Term, at: Indices, count: Callable[[str], int | None]) -> int | None:
    """The integer value of an index term, or ``None`` if it has none."""
    match term:
        case Num(value=value):
            return int(value) if value.is_integer() else None
        case Idx(name=name):
            return at.get(name)
        case Sym(key=key, slots=()):
            return at.get(key) if key in at else count(key)
        case Neg(body=body):
            inner = integer(body, at, count)
            return None if inner is None else -inner
        case Add(terms=terms):
            total = 0
            for each in terms:
                part = integer(each, at, count)
                if part is None:
                    return None
                total += part
            return total
        case Mul(factors=factors):
            product = 1
            for each in factors:
                part = integer(each, at, count)
                if part is None:
                    return None
                product *= part
            return product
        case _:
            return None


def ground(symbol: Sym, at: Indices, count: Callable[[str], int | None]) -> Ground:
    """The node that a symbol names when its indices have the given values."""
    if not symbol.slots:
        known: dict[str, Ground] = symbol.__dict__
        return known.get("ground") or known.setdefault("ground", Ground(symbol.key))
    slots = []
    for slot in symbol.slots:
        value: object = integer(slot.index, at, count)
        if value is None:
            if isinstance(slot.index, Sym):
                value = ground(slot.index, at, count)
            else:
                raise NotGround(symbol.key)
        slots.append((slot.place, value))
    return Ground(symbol.key, tuple(slots))


def fix(term: Term, at: Indices) -> Term:
    """The term with index variables replaced by numbers, sums and products in a fixed order.

    Two subexpressions that say the same up to the order of terms and factors and the letters of their
    sums become equal.
    """
    match term:
        case Idx(name=name):
            return Num(float(at[name])) if name in at else term
        case Num(value=value):
            return Num(value)
        case Sym(key=key, slots=slots):
            if not slots:
                return term
            fixed = tuple(Slot(s.place, _arithmetic(fix(s.index, at))) for s in slots)
            return Sym(key, fixed)
        case Add(terms=terms):
            flat: list[Term] = []
            for each in terms:
                inner = fix(each, at)
                flat.extend(inner.terms if isinstance(inner, Add) else (inner,))
            return Add(tuple(sorted(flat, key=repr)))
        case Mul(factors=factors):
            parts: list[Term] = []
            for each in factors:
                inner = fix(each, at)
                parts.extend(inner.factors if isinstance(inner, Mul) else (inner,))
            return Mul(tuple(sorted(parts, key=repr)), ())
        case Neg(body=body):
            return Neg(fix(body, at))
        case Div(num=num, den=den):
            return Div(fix(num, at), fix(den, at))
        case Pow(base=base, exponent=exponent):
            return Pow(fix(base, at), fix(exponent, at))
        case Fn(name=name, args=args):
            return Fn(name, tuple(fix(a, at) for a in args))
        case Call(func=func, args=args, order=order):
            called = fix(func, at)
            assert isinstance(called, Sym)
            return Call(called, tuple(fix(a, at) for a in args), order)
        case Deriv(of=of, wrt=wrt):
            return Deriv(fix(of, at), tuple(fix(w, at) for w in wrt), term.kind)
        case Grad(of=of, wrt=wrt):
            return Grad(fix(of, at), None if wrt is None else fix(wrt, at))
        case Fold(index=index):
            inner_at = {k: v for k, v in at.items() if k != index}
            return _relettered(
                replace(
                    term,
                    body=fix(term.body, inner_at),
                    lower=None if term.lower is None else fix(term.lower, at),
                    upper=None if term.upper is None else fix(term.upper, at),
                    where=None if term.where is None else fix(term.where, inner_at),
                )
            )
        case Diff(body=body) | Transposed(body=body) | Indicator(condition=body):
            return type(term)(fix(body, at))
        case Held(body=body, fixed=held):
            return Held(fix(body, at), held)
        case Stacked(body=body, indices=names):
            return Stacked(fix(body, {k: v for k, v in at.items() if k not in names}), names)
        case Norm(body=body, kind=kind):
            return Norm(fix(body, at), kind)
        case Inner(left=left, right=right):
            return Inner(fix(left, at), fix(right, at))
        case Cond(op=op, left=left, right=right):
            return Cond(op, fix(left, at), fix(right, at))
        case Array(rows=rows):
            return Array(tuple(tuple(fix(c, at) for c in row) for row in rows))
        case Cases(rows=rows):
            return Cases(tuple((fix(v, at), None if c is None else fix(c, at)) for v, c in rows))
        case At(body=body, places=places):
            return At(fix(body, at), tuple((fix(a, at), fix(b, at)) for a, b in places))
        case Integral(body=body, by=by, lower=lower, upper=upper):
            ends = (None if end is None else fix(end, at) for end in (lower, upper))
            return Integral(fix(body, at), fix(by, at), *ends)
        case Limit(body=body, symbol=symbol, to=to, side=side):
            return Limit(fix(body, at), symbol, fix(to, at), side)
        case _:
            return term


def _relettered(fold: Fold) -> Fold:
    """A sum over a letter of its own: ``Σ_k w_k x_k`` and ``Σ_j w_j x_j`` are one.

    Only where the letter numbers members of a family, which say over what it runs.
    """
    below = walk(fold.body)
    own = Idx(fold.index)
    if not any(isinstance(t, Sym) and any(s.index == own for s in t.slots) for t in below):
        return fold
    depth = sum(isinstance(t, Fold) for t in below)
    letter = Idx(f"·{depth}")
    where = None if fold.where is None else rename(fold.where, {fold.index: letter})
    body = fix(rename(fold.body, {fold.index: letter}), {})
    return replace(fold, index=letter.name, body=body, where=where)


def _arithmetic(term: Term) -> Term:
    value = integer(term, {}, lambda _: None)
    return term if value is None else Num(float(value))


def renaming(pattern: tuple[Slot, ...], slots: tuple[Slot, ...]) -> dict[str, Term] | None:
    """What the indices of a head stand for in a symbol of its family."""
    if len(pattern) != len(slots):
        return None
    names: dict[str, Term] = {}
    for one, two in zip(pattern, slots, strict=True):
        if isinstance(one.index, Idx) and one.place == two.place:
            names[one.index.name] = two.index
        elif one != two:
            return None
    return names


def rename(term: Term, names: dict[str, Term]) -> Term:
    """The term with free index variables replaced."""
    if isinstance(term, Idx):
        return names.get(term.name, term)
    return rebuilt(
        term,
        lambda part: rename(part, names),
        lambda slot: Slot(slot.place, rename(slot.index, names)),
    )
