"""A node as compact readable text, for messages and ``math`` output."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from vaultbp.latex.tree import (
    Abs,
    Ambiguous,
    Apply,
    BigOp,
    Binomial,
    CaseRow,
    Cases,
    Component,
    Derivative,
    Differential,
    Ellipsis,
    Evaluated,
    Expectation,
    Factorial,
    Given,
    Gradient,
    Indicator,
    Inner,
    Label,
    Matrix,
    MaybeCall,
    Missing,
    Name,
    Neg,
    Node,
    Norm,
    Number,
    PlusMinus,
    Power,
    Primed,
    Product,
    Quantified,
    Quotient,
    Relation,
    Root,
    Sum,
    Superscript,
    Text,
    Transpose,
    Tuple,
    Unreadable,
    Wrt,
)

SUM, PRODUCT, UNARY, POWER, ATOM = range(1, 6)
"""How tightly a printed node holds together."""

_SUPERSCRIPTS = dict(zip("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻", strict=True))
_SUBSCRIPTS = dict(zip("0123456789aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
_ACCENTS = {
    "hat": "\u0302",
    "bar": "\u0304",
    "tilde": "\u0303",
    "vec": "\u20d7",
    "dot": "\u0307",
    "ddot": "\u0308",
    "check": "\u030c",
    "underline": "\u0332",
}
_BLACKBOARD = {"R": "ℝ", "N": "ℕ", "Z": "ℤ", "Q": "ℚ", "C": "ℂ", "E": "𝔼", "1": "𝟙", "P": "ℙ"}
_BRACKETS = {"(": ")", "[": "]", "{": "}", "<": ">", "|": "|", "‖": "‖", "": ""}


def to_text(node: Node) -> str:
    """Print a node on one line with Unicode signs. Never raises on a tree that the parser made."""
    return _print(node)[0]


def _print(node: Node) -> tuple[str, int]:
    return _PRINTERS[type(node)](node)


def _at(node: Node, level: int) -> str:
    """Printed, in brackets when it holds together less than asked."""
    text, own = _print(node)
    return text if own >= level else f"({text})"


def _list(nodes: tuple[Node, ...]) -> str:
    return ", ".join(to_text(node) for node in nodes)


def _name(node: Name) -> tuple[str, int]:
    base = _BLACKBOARD.get(node.base, node.base) if node.style == "bb" else node.base
    for accent in node.accents:
        mark = _ACCENTS.get(accent)
        if mark and len(base.removeprefix("Δ")) == 1:
            base += mark
        else:
            base = f"{accent}({base})"
    return base + "′" * node.primes + _sup(node.sup) + _sub(node.sub), ATOM


def _sup(marks: tuple[Superscript, ...]) -> str:
    out = ""
    for mark in marks:
        inner = to_text(mark.body)
        if mark.bracket:
            out += f"^{mark.bracket}{inner}{_BRACKETS[mark.bracket]}"
        else:
            out += f"^{inner}" if len(inner) == 1 else f"^{{{inner}}}"
    return out


def _sub(nodes: tuple[Node, ...]) -> str:
    if not nodes:
        return ""
    parts = [to_text(node) for node in nodes]
    joined = "".join(parts)
    short = all(len(part) == 1 or part.isdigit() for part in parts)
    apart = any(a.isdigit() and b.isdigit() for a, b in pairwise(parts))
    if short and not apart and all(c in _SUBSCRIPTS for c in joined):
        return "".join(_SUBSCRIPTS[c] for c in joined)
    if all(len(part) == 1 for part in parts):
        return f"_{joined}" if len(parts) == 1 else f"_{{{joined}}}"
    return "_{" + ",".join(parts) + "}"


def _sum(node: Sum) -> tuple[str, int]:
    out = ""
    for place, term in enumerate(node.terms):
        if isinstance(term, Neg):
            out += (" − " if place else "−") + _at(term.body, PRODUCT)
        elif isinstance(term, PlusMinus):
            out += f" {term.sign} " + _at(term.body, PRODUCT)
        else:
            out += (" + " if place else "") + _at(term, PRODUCT)
    return out, SUM


def _product(node: Product) -> tuple[str, int]:
    out = ""
    last = len(node.factors) - 1
    for place, factor in enumerate(node.factors):
        level = UNARY
        if isinstance(factor, (BigOp, Derivative, Gradient)) and place == last:
            level = PRODUCT
        piece = _at(factor, level)
        if place:
            op = node.ops[place - 1]
            if op == "":
                out += " " if _needs_space(out, piece, node.factors[place - 1], factor) else ""
            else:
                out += f" {op} "
        out += piece
    return out, PRODUCT


def _needs_space(left: str, right: str, before: Node, after: Node) -> bool:
    if isinstance(before, Name) and right.startswith("("):
        return True
    if isinstance(before, Number) and isinstance(after, (Name, Power)):
        return right[0].isdigit()
    return not (left.endswith(")") and right.startswith("("))


def _quotient(node: Quotient) -> tuple[str, int]:
    return f"{_at(node.num, POWER)}/{_at(node.den, POWER)}", UNARY


def _power(node: Power) -> tuple[str, int]:
    marked = isinstance(node.base, Name) and bool(node.base.sup)
    base = _at(node.base, ATOM + marked)
    exponent = to_text(node.exp)
    if exponent and all(c in _SUPERSCRIPTS for c in exponent.replace("−", "-")):
        return base + "".join(_SUPERSCRIPTS[c] for c in exponent.replace("−", "-")), POWER
    if len(exponent) > 1:
        exponent = f"({exponent})"
    return f"{base}^{exponent}", POWER


def _apply(node: Apply | MaybeCall) -> tuple[str, int]:
    func = _at(node.func, POWER)
    return f"{func}({_list(node.args)})", ATOM


def _big(node: BigOp) -> tuple[str, int]:
    upper = "" if node.upper is None else f"^{_tight(node.upper)}"
    lower = ""
    if node.lower:
        inner = ",".join(to_text(low).replace(" ", "") for low in node.lower)
        lower = f"_{inner}" if len(inner) == 1 else f"_{{{inner}}}"
    wrt = "".join(f" d{to_text(variable)}" for variable in node.wrt)
    return f"{node.op}{lower}{upper} {_at(node.body, PRODUCT)}{wrt}", PRODUCT


def _tight(node: Node) -> str:
    text = to_text(node).replace(" ", "")
    return text if len(text) == 1 else f"{{{text}}}"


def _order(order: int | Node) -> str:
    if order == 1:
        return ""
    if isinstance(order, int):
        return "".join(_SUPERSCRIPTS[c] for c in str(order))
    return f"^{_tight(order)}"


def _derivative(node: Derivative) -> tuple[str, int]:
    sign = node.kind
    below = "".join(sign + _variable(w) for w in node.wrt)
    order = _order(node.order)
    if node.of is None:
        return f"{sign}{order}/{below}", UNARY
    if node.form == "operator":
        return f"{sign}{order}/{below} {_at(node.of, ATOM)}", PRODUCT
    return f"{sign}{order}{_at(node.of, ATOM)}/{below}", UNARY


def _variable(node: Wrt) -> str:
    return _at(node.body, ATOM) + _order(node.order)


def _gradient(node: Gradient) -> tuple[str, int]:
    sign = "∇" + node.op[1:] + ("²" if node.order == 2 else "") + _sub(node.wrt)
    if node.of is None:
        return sign, ATOM
    body = _at(node.of, UNARY)
    return f"{sign} {body}" if node.wrt else f"{sign}{body}", UNARY


def _matrix(node: Matrix) -> tuple[str, int]:
    rows = "; ".join(", ".join(to_text(cell) for cell in row) for row in node.rows)
    opening = node.bracket or "["
    return f"{opening}{rows}{_BRACKETS.get(opening, ']')}", ATOM


def _cases(node: Cases) -> tuple[str, int]:
    return "{" + "; ".join(to_text(row) for row in node.rows) + "}", ATOM


def _case_row(node: CaseRow) -> tuple[str, int]:
    if node.condition is None:
        return to_text(node.value), SUM
    return f"{to_text(node.value)} if {to_text(node.condition)}", SUM


def _evaluated(node: Evaluated) -> tuple[str, int]:
    upper = "" if node.upper is None else f"^{_tight(node.upper)}"
    return f"{_at(node.body, POWER)}|_{{{_list(node.conditions)}}}{upper}", UNARY


def _tuple(node: Tuple) -> tuple[str, int]:
    if not node.open:
        return _list(node.items), SUM - 1
    return f"{node.open}{_list(node.items)}{node.close}", ATOM


def _root(node: Root) -> tuple[str, int]:
    degree = "" if node.degree is None else _tight(node.degree)
    return f"{degree}√{_at(node.body, ATOM)}", POWER


def _expectation(node: Expectation) -> tuple[str, int]:
    return f"𝔼{_sub(node.over)}[{to_text(node.body)}]", ATOM


def _relation(node: Relation) -> tuple[str, int]:
    return f"{to_text(node.left)} {node.op} {to_text(node.right)}", SUM - 1


def _norm(node: Norm) -> tuple[str, int]:
    return f"‖{to_text(node.body)}‖" + ("" if node.kind is None else _sub((node.kind,))), ATOM


_PRINTERS: dict[type[Node], Callable[[Any], tuple[str, int]]] = {
    Number: lambda n: (n.text, ATOM),
    Name: _name,
    Label: lambda n: (n.text, ATOM),
    Text: lambda n: (f"“{n.words}”", ATOM),
    Ellipsis: lambda n: ("…", ATOM),
    Missing: lambda n: ("?", ATOM),
    Unreadable: lambda n: (f"⟪{' '.join(n.text.split())}⟫", ATOM),
    Superscript: lambda n: (_sup((n,)), ATOM),
    Neg: lambda n: ("−" + _at(n.body, PRODUCT), SUM),
    PlusMinus: lambda n: (n.sign + _at(n.body, PRODUCT), SUM),
    Sum: _sum,
    Product: _product,
    Quotient: _quotient,
    Power: _power,
    Root: _root,
    Transpose: lambda n: (_at(n.body, ATOM) + "ᵀ", ATOM),
    Component: lambda n: (_at(n.body, ATOM + 1) + _sub(n.indices), ATOM),
    Factorial: lambda n: (_at(n.body, ATOM) + "!", POWER),
    Binomial: lambda n: (f"C({to_text(n.top)}, {to_text(n.bottom)})", ATOM),
    Apply: _apply,
    MaybeCall: _apply,
    BigOp: _big,
    Wrt: lambda n: (_variable(n), ATOM),
    Derivative: _derivative,
    Gradient: _gradient,
    Differential: lambda n: (n.kind + _at(n.body, ATOM), UNARY),
    Primed: lambda n: (_at(n.body, ATOM + 1) + "′" * n.count, ATOM),
    Norm: _norm,
    Abs: lambda n: (f"|{to_text(n.body)}|", ATOM),
    Inner: lambda n: (f"⟨{to_text(n.left)}, {to_text(n.right)}⟩", ATOM),
    Expectation: _expectation,
    Given: lambda n: (f"{_list(n.body)} | {_list(n.given)}", SUM - 1),
    Indicator: lambda n: (f"𝟙[{to_text(n.condition)}]", ATOM),
    Matrix: _matrix,
    CaseRow: _case_row,
    Cases: _cases,
    Tuple: _tuple,
    Evaluated: _evaluated,
    Relation: _relation,
    Quantified: lambda n: (f"{n.quantifier} {to_text(n.body)}", SUM - 1),
    Ambiguous: lambda n: _print(n.readings[0]),
}
