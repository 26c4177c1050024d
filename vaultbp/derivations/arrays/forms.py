"""The shape of a term: a rule for each kind of terms, each of which unifies what has to be equal."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from vaultbp.derivations.arrays.dims import NUMBER, Dim, Shape, ShapeError
from vaultbp.derivations.meaning.ground import Indices, NotGround, ground
from vaultbp.derivations.meaning.links import Link, telescoped
from vaultbp.derivations.meaning.scope import match_slots
from vaultbp.derivations.meaning.terms import (
    CHAIN,
    Add,
    Array,
    At,
    Call,
    Cases,
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
    Limit,
    Mul,
    Neg,
    Norm,
    Num,
    Pow,
    Spread,
    Stacked,
    Sym,
    Term,
    Transposed,
    walk,
)
from vaultbp.derivations.numerics.values.arithmetic import ELEMENTWISE_SIGNS
from vaultbp.derivations.numerics.values.calls import LOSS_LETTERS

if TYPE_CHECKING:
    from vaultbp.derivations.arrays.shapes import Shaping


def shape_of(shaping: Shaping, term: Term, at: Indices) -> Shape:
    """The shape of a term. Raises :class:`ShapeError`."""
    match term:
        case Num() | Idx() | Norm() | Indicator() | Spread():
            for part in walk(term):
                if isinstance(part, Norm):
                    shape_of(shaping, part.body, at)
            return NUMBER
        case Sym():
            return _symbol(shaping, term, at)
        case Neg(body=body) | Diff(body=body) | Held(body=body):
            return shape_of(shaping, body, at)
        case Add(terms=terms):
            return _sum(shaping, terms, at)
        case Mul():
            return _product(shaping, term, at)
        case Div(num=num, den=den):
            return _quotient(shaping, shape_of(shaping, num, at), shape_of(shaping, den, at))
        case Pow(base=base, exponent=exponent):
            return _power(shaping, shape_of(shaping, base, at), exponent)
        case Fn():
            return _function(shaping, term, at)
        case Call():
            return _call(shaping, term, at)
        case Deriv(of=of, wrt=wrt):
            shape = shape_of(shaping, of, at)
            for by in wrt:
                shape = derivative(shaping, shape, shape_of(shaping, by, at))
            return shape
        case Grad(of=of, wrt=wrt) if wrt is not None:
            return derivative(shaping, shape_of(shaping, of, at), shape_of(shaping, wrt, at))
        case Fold(index=name, body=body):
            return shape_of(shaping, body, {**at, name: at.get(name, 1)} if name else at)
        case Transposed(body=body):
            return shape_of(shaping, body, at)[::-1]
        case Inner(left=left, right=right):
            shaping.equal(shape_of(shaping, left, at), shape_of(shaping, right, at))
            return NUMBER
        case Cases(rows=rows):
            return shape_of(shaping, rows[0][0], at)
        case At(body=body) | Limit(body=body):
            return shape_of(shaping, body, at)
        case Array(rows=rows):
            return _written(shaping, rows, at)
        case Stacked(indices=names):
            sizes = [range_of(shaping, name) for name in names]
            return (sizes[0], sizes[1] if len(sizes) > 1 else 1)
        case _:
            raise ShapeError("it has a part whose shape is not known")


def range_of(shaping: Shaping, name: str) -> Dim:
    return ("range", shaping.ranges.find(("index", name)))


def _symbol(shaping: Shaping, symbol: Sym, at: Indices) -> Shape:
    try:
        node = ground(symbol, shaping._complete(at), shaping.ranges.count)
    except NotGround:
        return NUMBER
    return shaping.node(node)


def _sum(shaping: Shaping, terms: tuple[Term, ...], at: Indices) -> Shape:
    literal, result = True, NUMBER
    for each in terms:
        bare = each.body if isinstance(each, Neg) else each
        shape = shape_of(shaping, each, at)
        if literal and shaping.is_number(result):
            result = shape
        elif isinstance(bare, Num) and shaping.is_number(shape):
            continue
        elif _is_row_beside(shaping, shape, result):
            shaping.dims.unify(shape[1], result[1])
        else:
            shaping.equal(result, shape)
        literal = literal and isinstance(bare, Num)
    return result


def _is_row_beside(shaping: Shaping, row: Shape, matrix: Shape) -> bool:
    """``XW + b`` with one row ``b`` for all samples."""
    find = shaping.dims.find
    return find(row[0]) == 1 and find(row[1]) != 1 and 1 not in map(find, matrix)


def _product(shaping: Shaping, term: Mul, at: Indices) -> Shape:
    if shaping.options.chained:
        links = _links(shaping, term, at)
        if links is not None:
            return derivative(
                shaping, shape_of(shaping, links[0][0], {}), shape_of(shaping, links[-1][1], {})
            )
    shapes = [shape_of(shaping, each, at) for each in term.factors]
    before = copy(shaping.dims.parent)
    try:
        return _folded(shaping, shapes, term.ops, True)
    except ShapeError:
        shaping.dims.parent = before
        return _folded(shaping, shapes, term.ops, False)


def _links(shaping: Shaping, term: Mul, at: Indices) -> list[Link] | None:
    scope = shaping.scope
    assert scope is not None
    return telescoped(
        term,
        shaping._complete(at),
        lambda node: scope.symbol(node, shaping.order, shaping.exclude),
        shaping.ranges.count,
    )


def _folded(shaping: Shaping, shapes: list[Shape], signs: tuple[str, ...], grouped: bool) -> Shape:
    """The shape of a product, elementwise signs last or in their turn."""
    if grouped and any(s in ELEMENTWISE_SIGNS for s in signs):
        groups, between = split(shapes, signs)
        parts = [_folded(shaping, list(g), tuple(s), False) for g, s in groups]
        return _folded(shaping, parts, tuple(between), False)
    result = shapes[0]
    for sign, shape in zip(signs, shapes[1:], strict=True):
        result = times(shaping, result, shape, sign)
    return result


def times(shaping: Shaping, one: Shape, two: Shape, sign: str) -> Shape:
    """The shape of a product of two, by the sign between them. Raises :class:`ShapeError`."""
    if shaping.is_number(one):
        return two
    if shaping.is_number(two):
        return one
    if sign in ELEMENTWISE_SIGNS:
        shaping.equal(one, two)
        return one
    find = shaping.dims.find
    if (find(one[1]) == 1) == (find(two[0]) == 1):
        shaping.dims.unify(one[1], two[0])
        return one[0], two[1]
    loose = sign in ("·", "*", "×", CHAIN) or (sign == "" and shaping.options.entrywise)
    if loose and (find(one[1]) == 1) == (find(two[1]) == 1):
        shaping.equal(one, two)
        return NUMBER if shaping.options.dot_inner else one
    raise ShapeError("the shapes of a product do not fit")


def _quotient(shaping: Shaping, num: Shape, den: Shape) -> Shape:
    if shaping.is_number(den):
        return num
    if shaping.is_number(num):
        return den
    shaping.equal(num, den)
    return num


def _power(shaping: Shaping, base: Shape, exponent: Term) -> Shape:
    inverse = isinstance(exponent, Neg) or (isinstance(exponent, Num) and exponent.value < 0)
    if inverse and 1 not in map(shaping.dims.find, base):
        shaping.dims.unify(base[0], base[1])
    return base


def _function(shaping: Shaping, term: Fn, at: Indices) -> Shape:
    shape = shape_of(shaping, term.args[0], at)
    matrix = 1 not in map(shaping.dims.find, shape)
    if term.name in ("tr", "det") or (term.name == "abs" and matrix):
        shaping.dims.unify(shape[0], shape[1])
        return NUMBER
    if term.name == "diag":
        if shaping.dims.find(shape[1]) != 1:
            raise ShapeError("diag of a matrix")
        return shape[0], shape[0]
    return shape


def _call(shaping: Shaping, term: Call, at: Indices) -> Shape:
    assert shaping.scope is not None
    args = [shape_of(shaping, a, at) for a in term.args]
    key = term.func.key
    if key.startswith("#"):
        return args[0]
    definitions = shaping.scope.function(key, shaping.order, shaping.exclude)
    for definition in definitions:
        params = definition.params or ()
        node = ground(term.func, shaping._complete(at), shaping.ranges.count)
        bound = match_slots(definition.head.slots, node.slots, shaping.scope.tops)
        if bound is None or len(params) != len(args):
            continue
        if term.order or key in shaping._calling:
            return args[0]
        outer = dict(shaping.env)
        for param, shape in zip(params, args, strict=True):
            if isinstance(param, Sym):
                place = ground(param, shaping._complete(bound), shaping.ranges.count)
                shaping.env[place] = shape
        shaping._calling.add(key)
        try:
            return shape_of(shaping, definition.body, bound)
        finally:
            shaping._calling.discard(key)
            shaping.env = outer
    if len(args) == 1 and key[:1] not in LOSS_LETTERS:
        return args[0]
    return NUMBER


def _written(shaping: Shaping, rows: tuple[tuple[Term, ...], ...], at: Indices) -> Shape:
    for cell in (c for row in rows for c in row):
        shaping.equal(shape_of(shaping, cell, at), NUMBER)
    return len(rows), len(rows[0])


def derivative(shaping: Shaping, of: Shape, by: Shape) -> Shape:
    """The shape of a derivative in the layout of the reading. Raises :class:`ShapeError`."""
    if shaping.is_number(of):
        return by[::-1] if shaping.options.rows else by
    if shaping.is_number(by):
        return of
    if shaping.options.elementwise:
        shaping.equal(of, by)
        return by
    long = [next((d for d in shape if shaping.dims.find(d) != 1), 1) for shape in (of, by)]
    if any(1 not in map(shaping.dims.find, shape) for shape in (of, by)):
        raise ShapeError("a derivative of an array by a matrix has more than two dimensions")
    return (long[1], long[0]) if shaping.options.denominator else (long[0], long[1])


Groups = tuple[list[tuple[list[Any], list[str]]], list[str]]


def split(items: Sequence[Any], signs: Sequence[str]) -> Groups:
    """Cut a product at its elementwise signs: the groups with their own signs, and the cuts."""
    groups: list[tuple[list[Any], list[str]]] = [([items[0]], [])]
    between: list[str] = []
    for sign, item in zip(signs, items[1:], strict=True):
        if sign in ELEMENTWISE_SIGNS:
            between.append(sign)
            groups.append(([item], []))
        else:
            groups[-1][1].append(sign)
            groups[-1][0].append(item)
    return groups, between
