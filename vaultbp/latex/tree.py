"""The expression tree of a formula, and the claims read from it.

Every node is a frozen dataclass with a ``span``: offsets into the formula's text, left out of
comparison, so that two trees are equal when they say the same thing. Brackets are not nodes: they
show in the shape. A node never decides what only the whole note can decide; it keeps the two
readings apart instead (``MaybeCall``, ``Ambiguous``, ``Name.run``, a ``Label`` as subscript).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Literal

from vaultbp.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Node:
    """Anything in a formula. ``span`` is keyword-only and does not take part in comparison."""

    span: Span = field(default=NOWHERE, compare=False, kw_only=True, repr=False)

    def children(self) -> Iterator[Node]:
        """The nodes directly below this one, in the order of the fields."""
        names = _CHILD_FIELDS.get(type(self))
        if names is None:
            names = _CHILD_FIELDS[type(self)] = _child_fields(type(self))
        for name in names:
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


_CHILD_FIELDS: dict[type[Node], tuple[str, ...]] = {}


def _child_fields(kind: type[Node]) -> tuple[str, ...]:
    """The fields of a node class that may hold nodes, by their annotation."""
    plain = ("span", "str", "int", "bool")
    return tuple(
        each.name
        for each in fields(kind)
        if each.name != "span" and str(each.type) not in plain and "tuple[str" not in str(each.type)
    )


def _nodes_in(values: tuple[object, ...]) -> Iterator[Node]:
    for item in values:
        if isinstance(item, Node):
            yield item
        elif isinstance(item, tuple):
            yield from _nodes_in(item)


# Atoms


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number as printed: ``text`` keeps its digits (``0.50`` has a precision, ``0.5`` another)."""

    text: str

    @property
    def value(self) -> float:
        """The number as a float; infinite when it does not fit."""
        return float(self.text)


@dataclass(frozen=True, slots=True)
class Superscript(Node):
    """A superscript that marks rather than raises: ``(l)``, ``[l]``, ``l``, ``L-1``, ``*``, ``+``."""

    body: Node
    bracket: Literal["(", "[", "<", "{", ""] = ""


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A symbol with everything that belongs to it: one atom, never a product.

    ``base`` is canonical Unicode (``σ``, ``w``, ``loss``, ``Δy``, ``ℝ`` is ``R`` with style ``bb``).
    Plain powers are not here: ``x^2`` is a ``Power`` of a name. ``x^l`` and ``x^{L-1}`` are here, as
    ``Superscript`` without bracket, which the note may still turn into a power.
    """

    base: str
    accents: tuple[str, ...] = ()
    """Inner first: ``hat``, ``bar``, ``tilde``, ``vec``, ``dot``, ``ddot``, ``underline`` …"""
    style: str = ""
    """``bold``, ``cal``, ``bb``, ``frak``, ``tt``, ``sf`` or nothing (italic and upright alike)."""
    sub: tuple[Node, ...] = ()
    """One node per index: ``_{ij}`` is (i, j), ``_{i,j}`` too, ``_{t-1}`` one ``Sum``."""
    sup: tuple[Superscript, ...] = ()
    primes: int = 0
    run: bool = field(default=False, compare=False, kw_only=True)
    """Written as adjacent letters without markup (``target``): may also be their product."""


@dataclass(frozen=True, slots=True)
class Label(Node):
    """Letters used as an index, ``_{total}`` or ``_{\\text{total}}``. Without markup (``upright`` is
    false) they may also be one index per letter."""

    text: str
    upright: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Text(Node):
    """Words in a formula."""

    words: str


@dataclass(frozen=True, slots=True)
class Ellipsis(Node):
    """Dots of any kind."""


@dataclass(frozen=True, slots=True)
class Missing(Node):
    """An empty place: an empty matrix cell, the dot of ``f(\\cdot)``, a ``?``."""


@dataclass(frozen=True, slots=True)
class Unreadable(Node):
    """What could not be read, and why. Whoever judges it must leave its side unchecked."""

    text: str
    why: str


# Arithmetic


@dataclass(frozen=True, slots=True)
class Neg(Node):
    body: Node


@dataclass(frozen=True, slots=True)
class PlusMinus(Node):
    """``±body`` (``sign`` is ``±`` or ``∓``), alone or as a term of a ``Sum``."""

    body: Node
    sign: str = "±"


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """Two or more terms; a subtracted term is ``Neg``."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Product(Node):
    """Two or more factors; ``ops[k]`` stands between factors k and k + 1 as written: ``''`` for
    juxtaposition, ``·``, ``×``, ``*``, ``⊙``, ``∘``, ``⊗``, ``⋆``, ``⊕``."""

    factors: tuple[Node, ...]
    ops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quotient(Node):
    """``num`` over ``den``, as a fraction or with a slash."""

    num: Node
    den: Node
    slash: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Power(Node):
    """``base`` to the ``exp``. The inverse is the power -1."""

    base: Node
    exp: Node


@dataclass(frozen=True, slots=True)
class Root(Node):
    """Square root, or the root of a given degree."""

    body: Node
    degree: Node | None = None


@dataclass(frozen=True, slots=True)
class Transpose(Node):
    """``body^T``. ``letter`` tells a plain ``T``, which may be a name, from ``\\top`` or ``ᵀ``."""

    body: Node
    letter: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Component(Node):
    """An entry of something that is no name: ``(Wx)_i``, ``softmax(z)_j``. Names carry ``sub``."""

    body: Node
    indices: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Factorial(Node):
    body: Node


@dataclass(frozen=True, slots=True)
class Binomial(Node):
    top: Node
    bottom: Node


# Functions and operators


@dataclass(frozen=True, slots=True)
class Apply(Node):
    """Certainly a call: ``\\sin x``, ``\\log_2 y``, ``\\exp(…)``, ``σ'(z)``, ``(fg)'(x)``.

    A base or power of the function name stays on it: ``\\log_2`` is a ``Name`` with ``sub``;
    ``\\sin^2 x`` is the ``Power`` of a call and ``\\sin^{-1}`` is ``arcsin``.
    """

    func: Node
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class MaybeCall(Node):
    """``f(x)``: a call, or the product of ``f`` and ``(x)``. ``func`` is a ``Name``, a ``Power`` of one
    (``f^{-1}(y)``), a composition ``f∘g`` or a derivative (``\\frac{dL}{dw}(w_0)``)."""

    func: Node
    args: tuple[Node, ...]
    bracket: Literal["(", "[", "{"] = field(default="(", compare=False)


@dataclass(frozen=True, slots=True)
class BigOp(Node):
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


@dataclass(frozen=True, slots=True)
class Wrt(Node):
    """A variable of differentiation with its order (a node when symbolic, as in ``d^n/dx^n``)."""

    body: Node
    order: int | Node = 1


@dataclass(frozen=True, slots=True)
class Derivative(Node):
    """``∂of/∂wrt``. ``of`` is ``None`` for an operator with nothing after it.

    ``order`` is the order as written above the bar: 1 unless it says otherwise. ``form`` is how it was
    written: ``fraction``, ``slash``, ``operator`` (``d/dx`` before ``of``), ``subscript`` (``∂_x f``).
    """

    kind: Literal["∂", "d", "δ"]
    of: Node | None
    wrt: tuple[Wrt, ...]
    order: int | Node = 1
    form: Literal["fraction", "slash", "operator", "subscript"] = field(
        default="fraction", compare=False
    )


@dataclass(frozen=True, slots=True)
class Gradient(Node):
    """``∇_wrt of``. ``op`` is ``∇``, ``∇·`` (divergence) or ``∇×``; ``order`` is 2 for ``∇²``."""

    of: Node | None
    wrt: tuple[Node, ...] = ()
    op: Literal["∇", "∇·", "∇×"] = "∇"
    order: int = 1


@dataclass(frozen=True, slots=True)
class Differential(Node):
    """``d body`` (or a lone ``∂ body``). ``upright`` or a ``\\partial`` is certain; an italic ``dx``
    may also be the product of d and x, or a name for ∂J/∂x."""

    body: Node
    kind: Literal["d", "∂", "δ"] = "d"
    upright: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Primed(Node):
    """Primes on something that is no name: ``(fg)'``."""

    body: Node
    count: int = 1


@dataclass(frozen=True, slots=True)
class Norm(Node):
    """``‖body‖_kind``; ``kind`` is ``None`` when not written."""

    body: Node
    kind: Node | None = None


@dataclass(frozen=True, slots=True)
class Abs(Node):
    """``|body|``: absolute value, determinant or cardinality."""

    body: Node


@dataclass(frozen=True, slots=True)
class Inner(Node):
    """``⟨left, right⟩``."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Expectation(Node):
    """``𝔼_over[body]``; a condition stands in ``body`` as ``Given``."""

    body: Node
    over: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Given(Node):
    """``body | given``, as in ``p(x | y)`` and ``p(x; θ)``."""

    body: tuple[Node, ...]
    given: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Indicator(Node):
    """One where the condition holds, else zero: ``𝟙{y = k}``, ``[i = j]``, ``\\mathbb 1_A``."""

    condition: Node


@dataclass(frozen=True, slots=True)
class Matrix(Node):
    """Rows of cells. ``bracket`` is ``[``, ``(``, ``{``, ``|`` (determinant), ``‖`` or nothing."""

    rows: tuple[tuple[Node, ...], ...]
    bracket: str = "["


@dataclass(frozen=True, slots=True)
class CaseRow(Node):
    value: Node
    condition: Node | None
    """A ``Relation``, ``Text`` (``otherwise``), or a ``Tuple`` of several."""


@dataclass(frozen=True, slots=True)
class Cases(Node):
    rows: tuple[CaseRow, ...]


@dataclass(frozen=True, slots=True)
class Tuple(Node):
    """Things separated by commas in brackets: ``(a, b)``, ``[0, 1)``, ``{x_1, …}``, ``⟨a, b, c⟩``;
    also a bracketed single thing where the bracket means something (``{x}``, ``⟨x⟩``, ``⌊x⌋``).
    Without brackets (``open`` is empty) a list such as ``i, j``."""

    items: tuple[Node, ...]
    open: str = "("
    close: str = ")"


@dataclass(frozen=True, slots=True)
class Evaluated(Node):
    """``body |_{x=0}``; with ``upper`` the difference of two evaluations, ``[F]_a^b``."""

    body: Node
    conditions: tuple[Node, ...]
    upper: Node | None = None


@dataclass(frozen=True, slots=True)
class Relation(Node):
    """A relation inside a formula: in a limit, a case, a condition, a set. ``op`` as in ``Mark``."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """``∀ body`` or ``∃ body``."""

    quantifier: Literal["∀", "∃"]
    body: Node


@dataclass(frozen=True, slots=True)
class Ambiguous(Node):
    """Two or more readings of the same text, the likeliest first; the judge tries them in turn.

    Examples: how far ``\\frac{d}{dx}`` or a sum reaches, ``\\log x y``, ``1/2m``."""

    readings: tuple[Node, ...]


# Claims


@dataclass(frozen=True, slots=True)
class Mark:
    """A relation sign between two sides.

    ``op`` is canonical: ``=``, ``:=``, ``=:``, ``≡``, ``≈``, ``≃``, ``≅``, ``∼``, ``∝``, ``←``, ``→``,
    ``↦``, ``≤``, ``≥``, ``<``, ``>``, ``≪``, ``≫``, ``≠``, ``∈``, ``∉``, ``⊂``, ``⊆``, ``:`` (declares),
    ``+=``, ``-=``, ``∣``, ``⊥``, ``≜`` is ``:=``, and ``?=`` for a questioned equality.
    """

    op: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Chain:
    """Sides joined by relations: ``sides[k] relations[k] sides[k + 1]``.

    A chain of one side and no relation is an expression that stands alone.
    """

    sides: tuple[Node, ...]
    relations: tuple[Mark, ...]
    span: Span = field(default=NOWHERE, compare=False)
    connective: str = ""
    """What introduced it: ``⇒``, ``⇔``, ``⇐``, ``∴``, ``∵``, ``and``, ``or``, ``,``, ``;``, ``:``,
    ``row``, ``word`` (other words), ``underbrace`` (``\\underbrace{X}_{=δ}``)."""
    conditions: tuple[Node, ...] = field(default=())
    """What follows or precedes it as a condition: ``(x > 0)``, ``i ≠ j``, ``for all i``, words."""
    continued: bool = False
    """The formula begins with a relation: ``sides[0]`` is ``Missing`` and stands in the formula
    before. A row that begins with ``=`` inside a formula just lengthens the chain above it."""
    source: str = field(default="", compare=False)
    remarks: tuple[str, ...] = field(default=(), compare=False)
    """Words beside it that are no condition (``by the chain rule``)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be read, where in the formula's text, said for people."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A formula as read."""

    text: str
    claims: tuple[Chain, ...] = ()
    problems: tuple[Problem, ...] = ()
    macros: tuple[tuple[str, str, int], ...] = ()
    """``(name, body, number of arguments)`` of each ``\\newcommand`` or ``\\def`` in the text; MathJax
    keeps them for the formulas that follow."""
