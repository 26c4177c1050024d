"""A node as LaTeX that reads back to the same node: for repairs, and to test the parser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vaultbp.latex.symbols import COMMANDS, FUNCTIONS
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


@dataclass(frozen=True, slots=True)
class Style:
    """How to write what can be written in more than one way."""

    fraction: str = "\\frac"
    left: str = "("
    right: str = ")"
    space: str = " "
    derivative: str = "\\partial"
    ordinary: str = "d"
    """How the d of an ordinary derivative is set: ``d``, ``\\mathrm{d}``."""
    transpose: str = "^\\top"
    limits: str = ""


STYLES: dict[str, Style] = {
    "plain": Style(),
    "sized": Style("\\dfrac", "\\left(", "\\right)", "\\,", "\\partial ", "\\mathrm{d}", "^T"),
    "big": Style("\\tfrac", "\\big(", "\\big)", " ", "\\partial", "d ", "^{\\top}", "\\limits"),
}

_UNICODE_NAMES = {
    row.value: "\\" + name
    for name, row in reversed(list(COMMANDS.items()))
    if row.kind == "name" and not row.value.isascii() and not name.startswith("var")
}
_UNICODE_NAMES |= {"ε": "\\epsilon", "∞": "\\infty", "ℓ": "\\ell"}
_OPS = {
    "": "",
    "·": "\\cdot",
    "×": "\\times",
    "*": "*",
    "⊙": "\\odot",
    "∘": "\\circ",
    "⊗": "\\otimes",
    "⋆": "\\star",
    "⊕": "\\oplus",
}
_RELATIONS = {
    row.value: "\\" + name
    for name, row in reversed(list(COMMANDS.items()))
    if row.kind == "rel" and not row.value.isascii()
} | {"=": "=", "<": "<", ">": ">", ":=": ":=", ":": ":"}
_BIG = {
    row.value: "\\" + name
    for name, row in reversed(list(COMMANDS.items()))
    if row.kind == "big" and not name.startswith("var") and name != "intop"
}
_STYLES = {"bold": "\\mathbf", "cal": "\\mathcal", "bb": "\\mathbb", "frak": "\\mathfrak"}
_STYLES |= {"tt": "\\mathtt", "sf": "\\mathsf"}
_CLOSING = {"(": ")", "[": "]", "{": "\\}", "<": "\\rangle", "⟨": "\\rangle", "⌊": "\\rfloor"}
_OPENING = {"{": "\\{", "<": "\\langle", "⟨": "\\langle", "⌊": "\\lfloor", "": ""}
_MATRICES = {"[": "bmatrix", "(": "pmatrix", "|": "vmatrix", "‖": "Vmatrix", "{": "Bmatrix"}
_INVERSE_FUNCTIONS = {"arsinh", "arcosh", "artanh"}


def to_latex(node: Node, style: str | Style = "plain") -> str:
    """Print a node as LaTeX in one of ``STYLES``."""
    chosen = STYLES[style] if isinstance(style, str) else style
    return _Printer(chosen).text(node)


class _Printer:
    def __init__(self, style: Style) -> None:
        self.style = style

    def text(self, node: Node) -> str:
        return self.print(node)[0]

    def print(self, node: Node) -> tuple[str, int]:
        return _PRINTERS[type(node)](self, node)

    def at(self, node: Node, level: int) -> str:
        """Printed, in brackets when it holds together less than asked."""
        text, own = self.print(node)
        return text if own >= level else f"{self.style.left}{text}{self.style.right}"

    def listed(self, nodes: tuple[Node, ...]) -> str:
        return ", ".join(self.text(node) for node in nodes)

    # Atoms

    def name(self, node: Name) -> tuple[str, int]:
        base = node.base
        increment = base.startswith("Δ") and len(base) > 1
        base = base[1:] if increment else base
        out = _UNICODE_NAMES.get(base, base)
        if len(base) > 1 and base.isascii():
            out = base if node.run else f"\\mathrm{{{base}}}"
            if base in FUNCTIONS:
                out = f"\\operatorname{{{base}}}"
        if node.style in _STYLES:
            out = f"{_STYLES[node.style]}{{{out}}}"
        for accent in node.accents:
            out = f"\\{accent}{{{out}}}"
        out += "'" * node.primes
        if node.sub:
            out += "_{" + self.indices(node.sub) + "}"
        for mark in node.sup:
            out = f"{{{out}}}" if mark is not node.sup[0] else out
            out += "^{" + self.mark(mark) + "}"
        return ("\\Delta " if increment else "") + out, ATOM

    def indices(self, nodes: tuple[Node, ...]) -> str:
        parts = [self.text(node) for node in nodes]
        if all(len(part) == 1 for part in parts) and not (
            len(parts) > 1 and "".join(parts).isdigit()
        ):
            return " ".join(parts)
        return ",".join(parts)

    def mark(self, node: Superscript) -> str:
        inner = self.text(node.body)
        if not node.bracket:
            return inner
        return f"{_OPENING.get(node.bracket, node.bracket)}{inner}{_CLOSING[node.bracket]}"

    def label(self, node: Label) -> tuple[str, int]:
        plain = not node.upright
        return (node.text if plain else f"\\text{{{node.text}}}"), ATOM

    # Arithmetic

    def sum(self, node: Sum) -> tuple[str, int]:
        out = ""
        for place, term in enumerate(node.terms):
            last = place == len(node.terms) - 1
            sign, body = "+", term
            if isinstance(term, Neg):
                sign, body = "-", term.body
            elif isinstance(term, PlusMinus):
                sign, body = ("\\pm" if term.sign == "±" else "\\mp"), term.body
            piece = self.at(body, PRODUCT)
            if not last and _open_ended(body):
                piece = f"{self.style.left}{piece}{self.style.right}"
            lead = "" if place == 0 and sign == "+" else f"{sign} "
            out += (" " if out else "") + lead + piece
        return out, SUM

    def product(self, node: Product) -> tuple[str, int]:
        out = ""
        last = len(node.factors) - 1
        for place, factor in enumerate(node.factors):
            piece = self.at(factor, UNARY)
            if isinstance(factor, (BigOp, Derivative)) and place == last:
                piece = self.at(factor, PRODUCT)
            if place:
                out += f" {_OPS.get(node.ops[place - 1], node.ops[place - 1])} "
            out += piece
        return out, PRODUCT

    def quotient(self, node: Quotient) -> tuple[str, int]:
        above, below = self.text(node.num), self.text(node.den)
        return f"{self.style.fraction}{{{above}}}{{{below}}}", ATOM

    def power(self, node: Power) -> tuple[str, int]:
        base = self.at(node.base, ATOM)
        marked = isinstance(node.base, Name) and bool(node.base.sup)
        if marked or isinstance(node.base, (Quotient, Derivative, Apply, Component, BigOp)):
            base = f"{self.style.left}{self.text(node.base)}{self.style.right}"
        return f"{base}^{{{self.text(node.exp)}}}", POWER

    def transpose(self, node: Transpose) -> tuple[str, int]:
        base = self.at(node.body, ATOM)
        if isinstance(node.body, Name) and node.body.sup:
            base = f"{{{base}}}"
        return base + self.style.transpose, POWER

    def root(self, node: Root) -> tuple[str, int]:
        degree = "" if node.degree is None else f"[{self.text(node.degree)}]"
        return f"\\sqrt{degree}{{{self.text(node.body)}}}", ATOM

    # Functions and operators

    def apply(self, node: Apply) -> tuple[str, int]:
        func = node.func
        if isinstance(func, Name) and func.base in FUNCTIONS | {"max", "min", "sup", "inf"}:
            known = func.base in COMMANDS and func.base not in _INVERSE_FUNCTIONS
            name = f"\\{func.base}" if known else f"\\operatorname{{{func.base}}}"
            name += "'" * func.primes
            name += f"_{{{self.indices(func.sub)}}}" if func.sub else ""
        else:
            name = self.at(func, ATOM)
        return f"{name}{self.style.left}{self.listed(node.args)}{self.style.right}", ATOM

    def call(self, node: MaybeCall) -> tuple[str, int]:
        opening, closing = self.style.left, self.style.right
        if node.bracket == "[":
            opening, closing = opening.replace("(", "["), closing.replace(")", "]")
        return f"{self.at(node.func, POWER)}{opening}{self.listed(node.args)}{closing}", ATOM

    def big(self, node: BigOp) -> tuple[str, int]:
        sign = _BIG.get(node.op, f"\\operatorname*{{{node.op}}}")
        if node.op in ("argmax", "argmin"):
            sign = f"\\arg\\{node.op[3:]}"
        elif sign.startswith(("\\sum", "\\prod")):
            sign += self.style.limits
        lower = f"_{{{self.listed(node.lower)}}}" if node.lower else ""
        upper = "" if node.upper is None else f"^{{{self.text(node.upper)}}}"
        wrt = "".join(f" \\, d {self.at(v, ATOM)}".replace("d ", "d", 1) for v in node.wrt)
        return f"{sign}{lower}{upper} {self.at(node.body, PRODUCT)}{wrt}", PRODUCT

    def derivative(self, node: Derivative) -> tuple[str, int]:
        signs = {"∂": self.style.derivative + " ", "d": self.style.ordinary, "δ": "\\delta "}
        sign = signs[node.kind]
        order = self.order(node.order)
        variables = "".join(f"{sign}{self.at(w.body, ATOM)}{self.order(w.order)}" for w in node.wrt)
        if node.of is None:
            return f"{self.style.fraction}{{{sign.strip()}{order}}}{{{variables}}}", UNARY
        if node.form == "operator":
            operator = f"{self.style.fraction}{{{sign.strip()}{order}}}{{{variables}}}"
            return f"{operator} {self.style.left}{self.text(node.of)}{self.style.right}", PRODUCT
        head = f"{sign.strip()}{order} " if order else sign
        return f"{self.style.fraction}{{{head}{self.at(node.of, ATOM)}}}{{{variables}}}", ATOM

    def order(self, order: int | Node) -> str:
        if order == 1:
            return ""
        return f"^{{{order if isinstance(order, int) else self.text(order)}}}"

    def gradient(self, node: Gradient) -> tuple[str, int]:
        sign = "\\nabla"
        if node.wrt:
            sign += f"_{{{self.listed(node.wrt)}}}"
        if node.order == 2:
            sign += "^{2}"
        sign += {"∇": "", "∇·": " \\cdot", "∇×": " \\times"}[node.op]
        return (sign if node.of is None else f"{sign} {self.at(node.of, ATOM)}"), UNARY

    def differential(self, node: Differential) -> tuple[str, int]:
        sign = {"d": "\\mathrm{d}" if node.upright else "d", "∂": "\\partial ", "δ": "\\delta "}
        return sign[node.kind] + self.at(node.body, ATOM), UNARY

    def norm(self, node: Norm) -> tuple[str, int]:
        kind = "" if node.kind is None else f"_{{{self.text(node.kind)}}}"
        return f"\\left\\|{self.text(node.body)}\\right\\|{kind}", ATOM

    def expectation(self, node: Expectation) -> tuple[str, int]:
        over = f"_{{{self.listed(node.over)}}}" if node.over else ""
        return f"\\mathbb{{E}}{over}[{self.text(node.body)}]", ATOM

    # Layout

    def matrix(self, node: Matrix) -> tuple[str, int]:
        name = _MATRICES.get(node.bracket, "matrix")
        rows = " \\\\ ".join(" & ".join(self.text(cell) for cell in row) for row in node.rows)
        return f"\\begin{{{name}}} {rows} \\end{{{name}}}", ATOM

    def cases(self, node: Cases) -> tuple[str, int]:
        rows = " \\\\ ".join(self.text(row) for row in node.rows)
        return f"\\begin{{cases}} {rows} \\end{{cases}}", ATOM

    def case_row(self, node: CaseRow) -> tuple[str, int]:
        if node.condition is None:
            return self.text(node.value), SUM
        return f"{self.text(node.value)} & {self.text(node.condition)}", SUM

    def evaluated(self, node: Evaluated) -> tuple[str, int]:
        upper = "" if node.upper is None else f"^{{{self.text(node.upper)}}}"
        where = f"_{{{self.listed(node.conditions)}}}"
        return f"\\left. {self.text(node.body)} \\right|{where}{upper}", ATOM

    def bracketed(self, node: Tuple) -> tuple[str, int]:
        if not node.open:
            return self.listed(node.items), SUM - 1
        opening = _OPENING.get(node.open, node.open)
        closing = {"}": "\\}", "⟩": "\\rangle", "⌋": "\\rfloor"}.get(node.close, node.close)
        return f"{opening}{self.listed(node.items)}{closing}", ATOM

    def relation(self, node: Relation) -> tuple[str, int]:
        sign = _RELATIONS.get(node.op, node.op)
        return f"{self.text(node.left)} {sign} {self.text(node.right)}", SUM - 1


def _open_ended(node: Node) -> bool:
    """Whether a node ends with an operator whose body could take in what follows."""
    while isinstance(node, (Neg, PlusMinus, Product)):
        node = node.factors[-1] if isinstance(node, Product) else node.body
    return isinstance(node, BigOp)


def _unreadable(printer: _Printer, node: Unreadable) -> tuple[str, int]:
    return node.text, ATOM


_PRINTERS: dict[type[Node], Callable[[_Printer, Any], tuple[str, int]]] = {
    Number: lambda p, n: (n.text, ATOM),
    Name: _Printer.name,
    Superscript: lambda p, n: (p.mark(n), ATOM),
    Label: _Printer.label,
    Text: lambda p, n: (f"\\text{{{n.words}}}", ATOM),
    Ellipsis: lambda p, n: ("\\dots", ATOM),
    Missing: lambda p, n: ("?", ATOM),
    Unreadable: _unreadable,
    Neg: lambda p, n: ("-" + p.at(n.body, PRODUCT), SUM),
    PlusMinus: lambda p, n: (("\\pm " if n.sign == "±" else "\\mp ") + p.at(n.body, PRODUCT), SUM),
    Sum: _Printer.sum,
    Product: _Printer.product,
    Quotient: _Printer.quotient,
    Power: _Printer.power,
    Root: _Printer.root,
    Transpose: _Printer.transpose,
    Component: lambda p, n: (f"({p.text(n.body)})_{{{p.indices(n.indices)}}}", ATOM),
    Factorial: lambda p, n: (p.at(n.body, ATOM) + "!", POWER),
    Binomial: lambda p, n: (f"\\binom{{{p.text(n.top)}}}{{{p.text(n.bottom)}}}", ATOM),
    Apply: _Printer.apply,
    MaybeCall: _Printer.call,
    BigOp: _Printer.big,
    Wrt: lambda p, n: (p.at(n.body, ATOM) + p.order(n.order), ATOM),
    Derivative: _Printer.derivative,
    Gradient: _Printer.gradient,
    Differential: _Printer.differential,
    Primed: lambda p, n: (f"({p.text(n.body)})" + "'" * n.count, ATOM),
    Norm: _Printer.norm,
    Abs: lambda p, n: (f"\\left|{p.text(n.body)}\\right|", ATOM),
    Inner: lambda p, n: (f"\\langle {p.text(n.left)}, {p.text(n.right)}\\rangle", ATOM),
    Expectation: _Printer.expectation,
    Given: lambda p, n: (f"{p.listed(n.body)} \\mid {p.listed(n.given)}", SUM - 1),
    Indicator: lambda p, n: (f"\\mathbb{{1}}[{p.text(n.condition)}]", ATOM),
    Matrix: _Printer.matrix,
    CaseRow: _Printer.case_row,
    Cases: _Printer.cases,
    Tuple: _Printer.bracketed,
    Evaluated: _Printer.evaluated,
    Relation: _Printer.relation,
    Quantified: lambda p, n: (
        ("\\forall " if n.quantifier == "∀" else "\\exists ") + p.text(n.body),
        SUM - 1,
    ),
    Ambiguous: lambda p, n: p.print(n.readings[0]),
}
