"""The expression tree of a formula, and the claims read from it.

Every node is a frozen Struct with a ``span``: offsets into the formula's text, left out of
comparison, so that two trees are equal when they say the same thing. Brackets are not nodes: they
show in the shape. A node never decides what only the whole note can decide; it keeps the two
readings apart instead (``MaybeCall``, ``Ambiguous``, ``Name.run``, a ``Label`` as subscript).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, ClassVar, Literal

from msgspec import Struct

from vaultbp.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

NOWHERE = Span(0, 0)


class Read(Struct, frozen=True, eq=False):
    """Something read. Two are equal when they say the same: how it is written does not count."""

    beside: ClassVar[tuple[str, ...]] = ()
    """The fields that say how something is written, or where."""

    def __eq__(self, other: object) -> bool:
        kind = type(self)
        return type(other) is kind and all(
            getattr(self, name) == getattr(other, name) for name in _said(kind)
        )

    def __ne__(self, other: object) -> bool:  # a Struct does not derive it from __eq__
        return not self == other

    def __hash__(self) -> int:
        kind = type(self)
        return hash((kind, *[getattr(self, name) for name in _said(kind)]))


@cache
def _said(kind: type[Read]) -> tuple[str, ...]:
    beside = {name for base in kind.__mro__ for name in vars(base).get("beside", ())}
    return tuple(name for name in kind.__struct_fields__ if name not in beside)


class Node(Read, frozen=True, kw_only=True, repr_omit_defaults=True):
    """Anything in a formula. ``span`` is keyword-only and does not take part in comparison."""

    beside = ("span",)
    span: Span = NOWHERE

    def children(self) -> Iterator[Node]:
        """The nodes directly below this one, in the order of the fields."""
        for name in _child_fields(type(self)):
            value = getattr(self, name)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, tuple):
                yield from _nodes_in(value)

    def walk(self) -> Iterator[Node]:
        """This node and everything below it, parents first. Does not recurse."""
        waiting: list[Node] = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(list(node.children())))


@cache
def _child_fields(kind: type[Node]) -> tuple[str, ...]:
    """The fields of a node class that may hold nodes, by their annotation."""
    said = {
        k: v
        for base in reversed(kind.__mro__)
        for k, v in vars(base).get("__annotations__", {}).items()
    }
    plain = ("str", "int", "bool")
    return tuple(
        name
        for name in kind.__struct_fields__
        if name != "span" and said[name] not in plain and "tuple[str" not in said[name]
    )


def _nodes_in(values: tuple[object, ...]) -> Iterator[Node]:
    for item in values:
        if isinstance(item, Node):
            yield item
        elif isinstance(item, tuple):
            yield from _nodes_in(item)


# Atoms


class Number(Node, frozen=True):
    """A number as printed: ``text`` keeps its digits (``0.50`` has a precision, ``0.5`` another)."""

    text: str

    @property
    def value(self) -> float:
        """The number as a float; infinite when it does not fit."""
        return float(self.text)


class Superscript(Node, frozen=True):
    """A superscript that marks rather than raises: ``(l)``, ``[l]``, ``l``, ``L-1``, ``*``, ``+``."""

    body: Node
    bracket: Literal["(", "[", "<", "{", ""] = ""


class Name(Node, frozen=True):
    """A symbol with everything that belongs to it: one atom, never a product.

    ``base`` is canonical Unicode (``σ``, ``w``, ``loss``, ``Δy``, ``ℝ`` is ``R`` with style ``bb``).
    Plain powers are not here: ``x^2`` is a ``Power`` of a name. ``x^l`` and ``x^{L-1}`` are here, as
    ``Superscript`` without bracket, which the note may still turn into a power.
    """

    beside = ("run",)
    base: str
    accents: tuple[str, ...] = ()
    """Inner first: ``hat``, ``bar``, ``tilde``, ``vec``, ``dot``, ``ddot``, ``underline`` …"""
    style: str = ""
    """``bold``, ``cal``, ``bb``, ``frak``, ``tt``, ``sf`` or nothing (italic and upright alike)."""
    sub: tuple[Node, ...] = ()
    """One node per index: ``_{ij}`` is (i, j), ``_{i,j}`` too, ``_{t-1}`` one ``Sum``."""
    sup: tuple[Superscript, ...] = ()
    primes: int = 0
    run: bool = False
    """Written as adjacent letters without markup (``target``): may also be their product."""


class Label(Node, frozen=True):
    """Letters used as an index, ``_{total}`` or ``_{\\text{total}}``. Without markup (``upright`` is
    false) they may also be one index per letter."""

    beside = ("upright",)
    text: str
    upright: bool = False


class Text(Node, frozen=True):
    """Words in a formula."""

    words: str


class Ellipsis(Node, frozen=True):
    """Dots of any kind."""


class Missing(Node, frozen=True):
    """An empty place: an empty matrix cell, the dot of ``f(\\cdot)``, a ``?``."""


class Unreadable(Node, frozen=True):
    """What could not be read, and why. Whoever judges it must leave its side unchecked."""

    text: str
    why: str


# Arithmetic


class Neg(Node, frozen=True):
    body: Node


class PlusMinus(Node, frozen=True):
    """``±body`` (``sign`` is ``±`` or ``∓``), alone or as a term of a ``Sum``."""

    body: Node
    sign: str = "±"


class Sum(Node, frozen=True):
    """Two or more terms; a subtracted term is ``Neg``."""

    terms: tuple[Node, ...]


class Product(Node, frozen=True):
    """Two or more factors; ``ops[k]`` stands between factors k and k + 1 as written: ``''`` for
    juxtaposition, ``·``, ``×``, ``*``, ``⊙``, ``∘``, ``⊗``, ``⋆``, ``⊕``."""

    factors: tuple[Node, ...]
    ops: tuple[str, ...]


class Quotient(Node, frozen=True):
    """``num`` over ``den``, as a fraction or with a slash."""

    beside = ("slash",)
    num: Node
    den: Node
    slash: bool = False


class Power(Node, frozen=True):
    """``base`` to the ``exp``. The inverse is the power -1."""

    base: Node
    exp: Node


class Root(Node, frozen=True):
    """Square root, or the root of a given degree."""

    body: Node
    degree: Node | None = None


class Transpose(Node, frozen=True):
    """``body^T``. ``letter`` tells a plain ``T``, which may be a name, from ``\\top`` or ``ᵀ``."""

    beside = ("letter",)
    body: Node
    letter: bool = False


class Component(Node, frozen=True):
    """An entry of something that is no name: ``(Wx)_i``, ``softmax(z)_j``. Names carry ``sub``."""

    body: Node
    indices: tuple[Node, ...]


class Factorial(Node, frozen=True):
    body: Node


class Binomial(Node, frozen=True):
    top: Node
    bottom: Node


# Functions and operators


class Apply(Node, frozen=True):
    """Certainly a call: ``\\sin x``, ``\\log_2 y``, ``\\exp(…)``, ``σ'(z)``, ``(fg)'(x)``.

    A base or power of the function name stays on it: ``\\log_2`` is a ``Name`` with ``sub``;
    ``\\sin^2 x`` is the ``Power`` of a call and ``\\sin^{-1}`` is ``arcsin``.
    """

    func: Node
    args: tuple[Node, ...]


class MaybeCall(Node, frozen=True):
    """``f(x)``: a call, or the product of ``f`` and ``(x)``. ``func`` is a ``Name``, a ``Power`` of one
    (``f^{-1}(y)``), a composition ``f∘g`` or a derivative (``\\frac{dL}{dw}(w_0)``)."""

    beside = ("bracket",)
    func: Node
    args: tuple[Node, ...]
    bracket: Literal["(", "[", "{"] = "("


class BigOp(Node, frozen=True):
    """An operator with bounds and a body: sums, products, integrals, limits, extremes.

    ``op`` is ``Σ``, ``Π``, ``∫``, ``∮``, ``⋃``, ``⋂``, ``max``, ``min``, ``sup``, ``inf``, ``lim``,
    ``argmax``, ``argmin``. ``lower`` holds one node per condition: ``i=1`` is a ``Relation``, ``i`` a
    ``Name``, ``1≤i≤n`` two relations; an integral's lower bound is a plain node. ``wrt`` are the
    variables of integration.
    """

    op: str
    lower: tuple[Node, ...]
    upper: Node | None
    body: Node
    wrt: tuple[Node, ...] = ()


class Wrt(Node, frozen=True):
    """A variable of differentiation with its order (a node when symbolic, as in ``d^n/dx^n``)."""

    body: Node
    order: int | Node = 1


class Derivative(Node, frozen=True):
    """``∂of/∂wrt``. ``of`` is ``None`` for an operator with nothing after it.

    ``order`` is the order as written above the bar: 1 unless it says otherwise. ``form`` is how it was
    written: ``fraction``, ``slash``, ``operator`` (``d/dx`` before ``of``), ``subscript`` (``∂_x f``).
    """

    beside = ("form",)
    kind: Literal["∂", "d", "δ"]
    of: Node | None
    wrt: tuple[Wrt, ...]
    order: int | Node = 1
    form: Literal["fraction", "slash", "operator", "subscript"] = "fraction"


class Gradient(Node, frozen=True):
    """``∇_wrt of``. ``op`` is ``∇``, ``∇·`` (divergence) or ``∇×``; ``order`` is 2 for ``∇²``."""

    of: Node | None
    wrt: tuple[Node, ...] = ()
    op: Literal["∇", "∇·", "∇×"] = "∇"
    order: int = 1


class Differential(Node, frozen=True):
    """``d body`` (or a lone ``∂ body``). ``upright`` or a ``\\partial`` is certain; an italic ``dx``
    may also be the product of d and x, or a name for ∂J/∂x."""

    beside = ("upright",)
    body: Node
    kind: Literal["d", "∂", "δ"] = "d"
    upright: bool = False


class Primed(Node, frozen=True):
    """Primes on something that is no name: ``(fg)'``."""

    body: Node
    count: int = 1


class Norm(Node, frozen=True):
    """``‖body‖_kind``; ``kind`` is ``None`` when not written."""

    body: Node
    kind: Node | None = None


class Abs(Node, frozen=True):
    """``|body|``: absolute value, determinant or cardinality."""

    body: Node


class Inner(Node, frozen=True):
    """``⟨left, right⟩``."""

    left: Node
    right: Node


class Expectation(Node, frozen=True):
    """``𝔼_over[body]``; a condition stands in ``body`` as ``Given``."""

    body: Node
    over: tuple[Node, ...] = ()


class Given(Node, frozen=True):
    """``body | given``, as in ``p(x | y)`` and ``p(x; θ)``."""

    body: tuple[Node, ...]
    given: tuple[Node, ...]


class Indicator(Node, frozen=True):
    """One where the condition holds, else zero: ``𝟙{y = k}``, ``[i = j]``, ``\\mathbb 1_A``."""

    condition: Node


class Matrix(Node, frozen=True):
    """Rows of cells. ``bracket`` is ``[``, ``(``, ``{``, ``|`` (determinant), ``‖`` or nothing."""

    rows: tuple[tuple[Node, ...], ...]
    bracket: str = "["


class CaseRow(Node, frozen=True):
    value: Node
    condition: Node | None
    """A ``Relation``, ``Text`` (``otherwise``), or a ``Tuple`` of several."""


class Cases(Node, frozen=True):
    rows: tuple[CaseRow, ...]


class Tuple(Node, frozen=True):
    """Things separated by commas in brackets: ``(a, b)``, ``[0, 1)``, ``{x_1, …}``, ``⟨a, b, c⟩``;
    also a bracketed single thing where the bracket means something (``{x}``, ``⟨x⟩``, ``⌊x⌋``).
    Without brackets (``open`` is empty) a list such as ``i, j``."""

    items: tuple[Node, ...]
    open: str = "("
    close: str = ")"


class Evaluated(Node, frozen=True):
    """``body |_{x=0}``; with ``upper`` the difference of two evaluations, ``[F]_a^b``."""

    body: Node
    conditions: tuple[Node, ...]
    upper: Node | None = None


class Relation(Node, frozen=True):
    """A relation inside a formula: in a limit, a case, a condition, a set. ``op`` as in ``Mark``."""

    op: str
    left: Node
    right: Node


class Quantified(Node, frozen=True):
    """``∀ body`` or ``∃ body``."""

    quantifier: Literal["∀", "∃"]
    body: Node


class Ambiguous(Node, frozen=True):
    """Two or more readings of the same text, the likeliest first; the judge tries them in turn.

    Examples: how far ``\\frac{d}{dx}`` or a sum reaches, ``\\log x y``, ``1/2m``."""

    readings: tuple[Node, ...]


# Claims


class Mark(Read, frozen=True):
    """A relation sign between two sides.

    ``op`` is canonical: ``=``, ``:=``, ``=:``, ``≡``, ``≈``, ``≃``, ``≅``, ``∼``, ``∝``, ``←``, ``→``,
    ``↦``, ``≤``, ``≥``, ``<``, ``>``, ``≪``, ``≫``, ``≠``, ``∈``, ``∉``, ``⊂``, ``⊆``, ``:`` (declares),
    ``+=``, ``-=``, ``∣``, ``⊥``, ``≜`` is ``:=``, and ``?=`` for a questioned equality.
    """

    beside = ("span",)
    op: str
    span: Span = NOWHERE


class Chain(Read, frozen=True):
    """Sides joined by relations: ``sides[k] relations[k] sides[k + 1]``.

    A chain of one side and no relation is an expression that stands alone.
    """

    beside = ("remarks", "source", "span")
    sides: tuple[Node, ...]
    relations: tuple[Mark, ...]
    span: Span = NOWHERE
    connective: str = ""
    """What introduced it: ``⇒``, ``⇔``, ``⇐``, ``∴``, ``∵``, ``and``, ``or``, ``,``, ``;``, ``:``,
    ``row``, ``word`` (other words), ``underbrace`` (``\\underbrace{X}_{=δ}``)."""
    conditions: tuple[Node, ...] = ()
    """What follows or precedes it as a condition: ``(x > 0)``, ``i ≠ j``, ``for all i``, words."""
    continued: bool = False
    """The formula begins with a relation: ``sides[0]`` is ``Missing`` and stands in the formula
    before. A row that begins with ``=`` inside a formula just lengthens the chain above it."""
    source: str = ""
    remarks: tuple[str, ...] = ()
    """Words beside it that are no condition (``by the chain rule``)."""


class Problem(Read, frozen=True):
    """What could not be read, where in the formula's text, said for people."""

    span: Span
    message: str


class Reading(Read, frozen=True):
    """A formula as read."""

    text: str
    claims: tuple[Chain, ...] = ()
    problems: tuple[Problem, ...] = ()
    macros: tuple[tuple[str, str, int], ...] = ()
    """``(name, body, number of arguments)`` of each ``\\newcommand`` or ``\\def`` in the text; MathJax
    keeps them for the formulas that follow."""
