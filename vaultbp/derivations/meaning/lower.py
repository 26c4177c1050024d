"""Syntax to meaning: a node of the formula's tree becomes a term under one note's lexicon."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from vaultbp.derivations.meaning.dots import dotted
from vaultbp.derivations.meaning.lexicon import Lexicon
from vaultbp.derivations.meaning.lowering.bigops import big_operator
from vaultbp.derivations.meaning.lowering.calls import applied, maybe_call
from vaultbp.derivations.meaning.lowering.derived import derivative, evaluated, gradient
from vaultbp.derivations.meaning.lowering.entries import component
from vaultbp.derivations.meaning.lowering.names import is_index, name_or_product, symbol_of
from vaultbp.derivations.meaning.lowering.products import power, product
from vaultbp.derivations.meaning.primes import of_bracket
from vaultbp.derivations.meaning.terms import (
    Add,
    Array,
    Cases,
    Cond,
    Diff,
    Div,
    Fn,
    Idx,
    Indicator,
    Inner,
    Mul,
    Neg,
    Norm,
    Num,
    Opaque,
    Pow,
    Sym,
    Term,
    Transposed,
)
from vaultbp.derivations.meaning.uncomputed import SORTS
from vaultbp.latex import tree


@dataclass(frozen=True)
class Lowering:
    """Turns trees into terms. ``pick`` chooses among the readings of ambiguous text."""

    lexicon: Lexicon
    pick: int = 0
    products: bool = False
    """Read ``f(a + b)`` as a product where it may be one."""

    def term(self, node: tree.Node) -> Term:
        """The meaning of one node; what has none becomes :class:`Opaque`, never an error."""
        match node:
            case tree.Number(text=text):
                return Num(node.value, text)
            case tree.Name():
                return name_or_product(self, node)
            case tree.Neg(body=body):
                return Neg(self.term(body))
            case tree.Sum(terms=terms):
                return dotted(Add(tuple(self.term(each) for each in terms)))
            case tree.Product(factors=factors, ops=ops):
                return product(self, factors, ops)
            case tree.Quotient(num=num, den=den):
                return Div(self.term(num), self.term(den))
            case (
                tree.Power(base=tree.MaybeCall() as call)
                | tree.Transpose(body=tree.MaybeCall() as call)
                | tree.Component(body=tree.MaybeCall() as call)
                | tree.Primed(body=tree.MaybeCall() as call)
            ) if isinstance(self.term(call), Mul):
                return self.term(_product_reading(node, call))
            case tree.Power(base=base, exp=exp):
                return power(self, base, exp)
            case tree.Root(body=body, degree=degree):
                if degree is None:
                    return Fn("sqrt", (self.term(body),))
                return Pow(self.term(body), Div(Num(1.0, "1"), self.term(degree)))
            case tree.Transpose(body=body):
                return Transposed(self.term(body))
            case tree.Apply(func=func, args=args):
                return applied(self, func, args)
            case tree.MaybeCall(func=func, args=args):
                return maybe_call(self, node, func, args)
            case tree.BigOp():
                return big_operator(self, node)
            case tree.Derivative():
                return derivative(self, node)
            case tree.Gradient(op="∇", order=1 | 2):
                return gradient(self, node)
            case tree.Differential(body=body, kind="d", upright=False) if (
                self.lexicon.d_is_a_number
            ):
                return Mul((Sym("d"), self.term(body)), ("",))
            case tree.Differential(body=body, kind="d"):
                return Diff(self.term(body))
            case tree.Abs(body=body):
                return Fn("abs", (self.term(body),))
            case tree.Norm(body=body, kind=kind):
                return Norm(self.term(body), kind.text if isinstance(kind, tree.Number) else "2")
            case tree.Inner(left=left, right=right):
                return Inner(self.term(left), self.term(right))
            case tree.Indicator(condition=condition):
                return Indicator(self.term(condition))
            case tree.Relation(op=op, left=left, right=right):
                return Cond(op, self._compared(left), self._compared(right))
            case tree.Component(body=body):
                return component(self, node)
            case tree.Matrix(rows=rows):
                return Array(tuple(tuple(self.term(c) for c in row) for row in rows))
            case tree.Cases(rows=rows):
                return Cases(tuple(self._case(row) for row in rows))
            case tree.Evaluated():
                return evaluated(self, node)
            case tree.Tuple(items=(item,), open=bracket) if bracket in "([":
                return self.term(item)
            case tree.Tuple(items=items) if len(items) > 1:
                return Array(tuple((self.term(item),) for item in items))
            case tree.Ambiguous(readings=readings):
                return self.term(readings[min(self.pick, len(readings) - 1)])
            case tree.Primed(body=tree.Name() as name, count=count):
                return name_or_product(self, name, extra_primes=count)
            case tree.Primed(body=body, count=count):
                return of_bracket(self.term(body), count)
            case tree.Ellipsis():
                return Opaque("…", "dots stand for terms that are not written")
            case tree.Unreadable(text=text, why=why):
                return Opaque(text, why)
            case tree.Text(words=words):
                return Opaque(words, f"“{words.strip()[:40]}” is words, not a formula")
            case tree.Expectation():
                return Opaque("𝔼", "an expectation over a distribution that is not given")
            case _:
                sort = type(node).__name__
                words = SORTS.get(sort, f"a {sort.lower()}")
                return Opaque(sort.lower(), f"{words} is not computed")

    def symbol(self, name: tree.Name) -> Sym:
        """The symbol of a name: labels go into its key, indices into its slots."""
        return symbol_of(self, name)

    def _compared(self, node: tree.Node) -> Term:
        """A side of a condition: an index letter is an index here."""
        if isinstance(node, tree.Name) and not (node.sub or node.sup or node.accents):
            if is_index(self, node.base):
                return Idx(node.base)
        return self.term(node)

    def _case(self, row: tree.CaseRow) -> tuple[Term, Term | None]:
        value = self.term(row.value)
        condition = row.condition
        if isinstance(condition, tree.Tuple):
            relations = [i for i in condition.items if isinstance(i, tree.Relation)]
            condition = relations[0] if len(relations) == 1 else condition
        if condition is None or (
            isinstance(condition, tree.Text) and _says_otherwise(condition.words)
        ):
            return value, None
        return value, self.term(condition)


def _product_reading(
    node: tree.Power | tree.Transpose | tree.Component | tree.Primed, call: tree.MaybeCall
) -> tree.Product:
    """``a(1 - b)^2`` where a is no function: the exponent belongs to the bracket alone."""
    inner = call.args[0]
    if isinstance(node, tree.Power):
        marked: tree.Node = replace(node, base=inner)
    else:
        marked = replace(node, body=inner)
    return tree.Product((call.func, marked), ("",), span=node.span)


def _says_otherwise(words: str) -> bool:
    lowered = words.lower()
    return any(w in lowered for w in ("otherwise", "else", "иначе", "sonst", "其他", "否则"))
