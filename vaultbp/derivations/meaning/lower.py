"""Syntax to meaning: a node of the formula's tree becomes a term under one note's lexicon."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from msgspec.structs import replace

from vaultbp.derivations.meaning.bounds import bounds
from vaultbp.derivations.meaning.dots import dotted
from vaultbp.derivations.meaning.identities import is_identity
from vaultbp.derivations.meaning.kronecker import is_paired
from vaultbp.derivations.meaning.lexicon import (
    Lexicon,
    is_surely_call,
    plain_key,
)
from vaultbp.derivations.meaning.limits import approached, counts
from vaultbp.derivations.meaning.primes import of_bracket
from vaultbp.derivations.meaning.rates import dots
from vaultbp.derivations.meaning.terms import (
    CHAIN,
    HESSIAN,
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
    Opaque,
    Pow,
    Slot,
    Stacked,
    Sym,
    Term,
    Transposed,
)
from vaultbp.latex import tree

ELEMENTARY = {
    "exp": "exp", "log": "logb", "ln": "log", "lg": "log10", "sin": "sin", "cos": "cos", "tan": "tan",
    "sec": "sec", "csc": "csc", "cot": "cot", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh",
    "Tanh": "tanh", "coth": "coth", "sech": "sech", "arcsin": "arcsin", "arccos": "arccos",
    "arctan": "arctan", "arcsinh": "arcsinh", "arctanh": "arctanh", "sqrt": "sqrt", "abs": "abs",
    "sign": "sign", "sgn": "sign", "max": "max", "min": "min", "sigmoid": "sigmoid",
    "Sigmoid": "sigmoid", "sigm": "sigmoid", "logistic": "sigmoid", "relu": "relu", "ReLU": "relu",
    "Relu": "relu", "RELU": "relu", "softplus": "softplus", "Softplus": "softplus",
    "softmax": "softmax", "Softmax": "softmax", "SoftMax": "softmax", "tr": "tr", "Tr": "tr",
    "trace": "tr", "det": "det", "diag": "diag", "tg": "tan", "ctg": "cot", "cotg": "cot",
    "sen": "sin", "arcsen": "arcsin", "arctg": "arctan", "cosec": "csc", "ctan": "cot",
}  # fmt: skip
"""Names that mean one function unless the note defines them otherwise."""


def _is_number_of_arrays(term: Term) -> bool:
    """A determinant, a trace or an inner product, after which a ``d`` is no factor."""
    if isinstance(term, Fn) and term.name in ("log", "logb"):
        return _is_number_of_arrays(term.args[0])
    return isinstance(term, Inner) or (isinstance(term, Fn) and term.name in ("det", "tr"))


CONNECTIVES = frozenset(("and", "or", "where", "with", "for", "if", "then", "so", "since"))

ONES = "𝟏"
"""The vector of ones, which people write as a 1 with a transpose."""

DERIVED = {"sec": "cos", "csc": "sin", "cot": "tan", "sech": "cosh", "coth": "tanh"}


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
                return self._name(node)
            case tree.Neg(body=body):
                return Neg(self.term(body))
            case tree.Sum(terms=terms):
                return dotted(Add(tuple(self.term(each) for each in terms)))
            case tree.Product(factors=factors, ops=ops):
                return self._product(factors, ops)
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
                return self._power(base, exp)
            case tree.Root(body=body, degree=degree):
                if degree is None:
                    return Fn("sqrt", (self.term(body),))
                return Pow(self.term(body), Div(Num(1.0, "1"), self.term(degree)))
            case tree.Transpose(body=body):
                return Transposed(self.term(body))
            case tree.Apply(func=func, args=args):
                return self._apply(func, args)
            case tree.MaybeCall(func=func, args=args):
                return self._maybe_call(node, func, args)
            case tree.BigOp():
                return self._fold(node)
            case tree.Derivative():
                return self._derivative(node)
            case tree.Gradient(op="∇", order=1 | 2):
                return self._gradient(node)
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
                return self._component(node)
            case tree.Matrix(rows=rows):
                return Array(tuple(tuple(self.term(c) for c in row) for row in rows))
            case tree.Cases(rows=rows):
                return Cases(tuple(self._case(row) for row in rows))
            case tree.Evaluated():
                return self._evaluated(node)
            case tree.Tuple(items=(item,), open=bracket) if bracket in "([":
                return self.term(item)
            case tree.Tuple(items=items) if len(items) > 1:
                return Array(tuple((self.term(item),) for item in items))
            case tree.Ambiguous(readings=readings):
                return self.term(readings[min(self.pick, len(readings) - 1)])
            case tree.Primed(body=tree.Name() as name, count=count):
                return self._name(name, extra_primes=count)
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
                sort = type(node).__name__.lower()
                return Opaque(sort, f"a {sort} here is not something that can be evaluated")

    def _gradient(self, node: tree.Gradient) -> Term:
        """``∇f(x)``, its transpose ``∇f(x)^T``, and the matrix of second derivatives ``∇^2 f(x)``."""
        if node.of is None or len(node.wrt) > 1:
            return Opaque("∇", "a gradient of nothing")
        below = self.term(node.of)
        of = below.body if isinstance(below, Transposed) else below
        by = self.term(node.wrt[0]) if node.wrt else gradient_variable(of)
        found: Term = Grad(of, by)
        if node.order == 2:
            if by is None:
                return Opaque("∇²", "second derivatives that do not say by what")
            found = Deriv(of, (by, by), HESSIAN)
        return found if of is below else Transposed(found)

    def _compared(self, node: tree.Node) -> Term:
        """A side of a condition: an index letter is an index here."""
        if isinstance(node, tree.Name) and not (node.sub or node.sup or node.accents):
            if self._is_index(node.base):
                return Idx(node.base)
        return self.term(node)

    def _component(self, node: tree.Component) -> Term:
        """``(∂U/∂S)_V`` holds V fixed; ``[∂E/∂x_i]_i`` is all the components together."""
        body = self.term(node.body)
        if isinstance(body, Fn) and body.name == "softmax" and isinstance(body.args[0], Sym):
            index, _ = self._index(node.indices[0])
            if index is not None and len(node.indices) == 1:
                vector = body.args[0]
                entry = softmax_entry(Sym(vector.key, (Slot("_", index[0]), *vector.slots)))
                if entry is not None:
                    return entry
        names = [i for i in node.indices if isinstance(i, tree.Name)]
        if isinstance(node.body, tree.Derivative) and len(names) == len(node.indices):
            if not any(self._is_index(n.base) for n in names):
                return Held(body, tuple(self.term(n) for n in names))
            if all(self._is_index(n.base) for n in names) and len(names) <= 2:
                return Stacked(body, tuple(n.base for n in names))
        return Opaque("component", "an entry of something that is no name")

    # Names

    def symbol(self, name: tree.Name, extra_primes: int = 0) -> Sym:
        """The symbol of a name: labels go into its key, indices into its slots."""
        key = plain_key(name)
        slots: list[Slot] = []
        for sub in name.sub:
            index, label = self._index(sub)
            if index is None or is_identity(name, self.lexicon):
                key += f"_{label}"
            else:
                slots.extend(Slot("_", each) for each in index)
        for sup in name.sup:
            index, label = self._index(sup.body)
            if index is None:
                key += f"^({label})"
            else:
                slots.extend(Slot("^", each) for each in index)
        return Sym(key + "'" * (name.primes + extra_primes), tuple(slots))

    def _name(self, name: tree.Name, extra_primes: int = 0) -> Term:
        if not (name.sub or name.sup or name.accents or name.primes):
            if name.base == "π" and "π" not in self.lexicon.functions | self.lexicon.heads:
                return Num(math.pi)
            if name.base == "∞":
                return Num(math.inf)
            if name.base == "1" or name.base == "0":
                return Num(float(name.base), name.base)
            if self._is_index(name.base) and name.base in self.lexicon.bound:
                return Idx(name.base)
        if name.base in "ΠΣ∏∑" and not (name.sub or name.sup):
            return Opaque(
                name.base, "a product or sum of words, not of anything that can be evaluated"
            )
        if name.run and name.base in CONNECTIVES:
            return Opaque(name.base, f"the word “{name.base}” stands where a formula should go on")
        if name.run and name.base not in self.lexicon.names and len(name.base) <= 3:
            return self._split_run(name)
        power = self._superscript_power(name)
        if power is not None:
            return power
        if name.base in self.lexicon.rates and (times := dots(name)):
            moving = self.symbol(replace(name, accents=()), extra_primes)
            return Deriv(moving, (Sym("t"),) * times, "d")
        if name.base == "δ" and not name.accents and self._is_kronecker(name):
            left, right = self._kronecker(name)
            return Indicator(Cond("=", left, right))
        return self.symbol(name, extra_primes)

    def _split_run(self, name: tree.Name) -> Term:
        letters = [tree.Name(c, span=name.span) for c in name.base]
        letters[-1] = tree.Name(
            letters[-1].base, sub=name.sub, sup=name.sup, primes=name.primes, span=name.span
        )
        if len(letters) == 1:
            return self._name(letters[0])
        factors = tuple(self._name(each) for each in letters)
        return Mul(factors, ("",) * (len(factors) - 1))

    def _superscript_power(self, name: tree.Name) -> Term | None:
        """``x^n`` read as a power where the note uses ``n`` as a number and not as a layer."""
        if len(name.sup) != 1 or name.sup[0].bracket:
            return None
        letters = {n.base for n in name.sup[0].body.walk() if isinstance(n, tree.Name)}
        exponents = letters & self.lexicon.powers
        if not exponents and any(self._is_index(c) or c in self.lexicon.tops for c in letters):
            return None
        if not letters or any(len(c) > 1 for c in letters):
            return None
        base = tree.Name(name.base, name.accents, name.style, name.sub, (), name.primes)
        return Pow(self.term(base), self.term(name.sup[0].body))

    def _is_index(self, letter: str) -> bool:
        return letter in self.lexicon.indices

    def _index(self, node: tree.Node) -> tuple[tuple[Term, ...] | None, str]:
        """The indices that a subscript stands for, or its label."""
        match node:
            case tree.Number(text=text):
                return (Num(node.value, text),), text
            case tree.Name(base=base, sub=(), sup=(), primes=0, accents=()):
                if self._is_index(base):
                    return (Idx(base),), base
                if base in self.lexicon.tops or base in self.lexicon.members:
                    return (Sym(base),), base
                return None, base
            case tree.Name(sub=sub) if sub and not node.primes:
                inner = self.symbol(node)
                if inner.key in self.lexicon.members:
                    return (inner,), ""
                return ((inner,), "") if inner.slots else (None, inner.key)
            case tree.Label(text=text, upright=False) if self._is_run_of_indices(text):
                return tuple(Idx(c) for c in text), text
            case tree.Label(text=text):
                if text in self.lexicon.members or text in self.lexicon.tops:
                    return (Sym(text),), ""
                return None, text
            case tree.Text(words=words):
                return None, words.strip()
            case tree.Sum() | tree.Neg() | tree.Product():
                term = self._index_sum(node)
                if term is not None:
                    return (term,), ""
                return None, _spell(node)
            case _:
                return None, _spell(node)

    def _is_run_of_indices(self, text: str) -> bool:
        """``ij``, or more letters if sums bind every one of them."""
        if len(text) == 2:
            return all(self._is_index(c) for c in text)
        return all(c in self.lexicon.bound for c in text) and len(set(text)) == len(text)

    def _index_sum(self, node: tree.Node) -> Term | None:
        match node:
            case tree.Sum(terms=terms):
                found = [self._index_sum(each) for each in terms]
                if any(each is None for each in found):
                    return None
                return Add(tuple(each for each in found if each is not None))
            case tree.Neg(body=body):
                inner = self._index_sum(body)
                return None if inner is None else Neg(inner)
            case tree.Product(factors=factors) if all(
                isinstance(f, tree.Name) and len(f.base) == 1 and not f.sub for f in factors
            ):
                word = "".join(f.base for f in factors if isinstance(f, tree.Name))
                return Sym(word) if word in self.lexicon.tops else None
            case tree.Product(factors=factors, ops=ops):
                found = [self._index_sum(each) for each in factors]
                if any(each is None for each in found):
                    return None
                return Mul(tuple(each for each in found if each is not None), ops)
            case _:
                index, _ = self._index(node)
                return index[0] if index is not None and len(index) == 1 else None

    def _is_kronecker(self, name: tree.Name) -> bool:
        if len(name.sub) + len(name.sup) != 2 or name.primes:
            return False
        if "δ" in self.lexicon.heads and not (self.lexicon.has_kronecker and is_paired(name)):
            return False
        return all(
            isinstance(each, tree.Name | tree.Number)
            for each in (*name.sub, *(s.body for s in name.sup))
        )

    def _kronecker(self, name: tree.Name) -> tuple[Term, Term]:
        sides = []
        for node in (*name.sub, *(s.body for s in name.sup)):
            index, label = self._index(node)
            sides.append(index[0] if index else Sym(label))
        return sides[0], sides[1]

    # Powers and calls

    def _power(self, base: tree.Node, exp: tree.Node) -> Term:
        if isinstance(base, tree.Name) and base.base == "e" and not base.sub and not base.accents:
            if "e" not in self.lexicon.heads or not isinstance(exp, tree.Number):
                return Fn("exp", (self.term(exp),))
        if isinstance(base, tree.Name) and base.base == "δ" and len(base.sub) == 1:
            if isinstance(exp, tree.Name) and "δ" not in self.lexicon.heads:
                both = tree.Name("δ", sub=(*base.sub, exp))
                if self._is_index(exp.base) and self._is_kronecker(both):
                    left, right = self._kronecker(both)
                    return Indicator(Cond("=", left, right))
        if isinstance(base, tree.Name) and isinstance(exp, tree.Name):
            if exp.base in self.lexicon.marks:
                return self.symbol(replace(base, sup=(*base.sup, tree.Superscript(exp))))
        if base == tree.Number("1") and exp == tree.Name("T"):
            return Transposed(Sym(ONES))
        if isinstance(base, tree.Name) and isinstance(exp, tree.Number) and exp.text.isdigit():
            if plain_key(base) in self.lexicon.layered:
                symbol = self.symbol(base)
                return Sym(symbol.key, (*symbol.slots, Slot("^", Num(exp.value, exp.text))))
        return Pow(self.term(base), self.term(exp))

    def _apply(self, func: tree.Node, args: tuple[tree.Node, ...]) -> Term:
        terms = tuple(self.term(each) for each in _given_flat(args))
        if isinstance(func, tree.Name):
            known = self._elementary(func)
            if known is not None:
                return self._known(func, known, terms)
            if func.base == "prod" and "prod" not in self.lexicon.defined and is_chain(terms):
                return Mul(terms, (CHAIN,) * (len(terms) - 1))
            primes = func.primes
            bare = tree.Name(func.base, func.accents, func.style, func.sub, func.sup)
            if bare.base == "log" and bare.sub:
                return Div(Fn("log", terms), Fn("log", (self.term(bare.sub[0]),)))
            return Call(self.symbol(bare), terms, primes)
        return Opaque("call", "what is called here is not a name")

    def _elementary(self, func: tree.Name) -> str | None:
        if func.sub or func.accents or plain_key(func) in self.lexicon.heads:
            return None
        if plain_key(func) in self.lexicon.defined:
            return None
        return ELEMENTARY.get(func.base)

    def _known(self, func: tree.Name, known: str, terms: tuple[Term, ...]) -> Term:
        if not terms:
            return Opaque(func.base, f"{func.base} has no argument")
        if func.primes:
            return Call(Sym(f"#{known}"), terms, func.primes)
        if known == "softmax" and isinstance(terms[0], Sym) and self._runs(terms[0]):
            entry = softmax_entry(terms[0])
            if entry is not None:
                return entry
        if known in DERIVED:
            return Div(Num(1.0, "1"), Fn(DERIVED[known], terms))
        return Fn(known, terms)

    def _runs(self, symbol: Sym) -> bool:
        """Whether a lower index runs over entries: the ``i`` of ``z_i``, not the t of ``o_t``."""
        return any(
            isinstance(s.index, Idx) and s.index.name not in self.lexicon.steps
            for s in symbol.slots
            if s.place == "_"
        )

    def _maybe_call(
        self, node: tree.MaybeCall, func: tree.Node, args: tuple[tree.Node, ...]
    ) -> Term:
        if isinstance(func, tree.Name):
            if func == tree.Name("d") and "d" not in self.lexicon.heads and len(args) == 1:
                return Diff(self.term(args[0]))
            if func.base == "E" and node.bracket == "[":
                return Opaque("𝔼", "an expectation over a distribution that is not given")
            if self._elementary(func) is not None:
                return self._apply(func, args)
            called = node.bracket == "(" or plain_key(func) in self.lexicon.defined
            if called and plain_key(func) in self.lexicon.functions:
                itself = tree.MaybeCall(func, args, node.bracket)
                simple = all(isinstance(a, tree.Name | tree.Given | tree.MaybeCall) for a in args)
                sure = plain_key(func) in self.lexicon.surely
                if self.products and not sure and not simple and not func.primes and len(args) == 1:
                    pass
                elif is_surely_call(itself, func) or not _repeats(args, func):
                    return self._apply(func, args)
        if isinstance(func, tree.Name) and plain_key(func) in self.lexicon.remainders:
            return Opaque("remainder", "a remainder of which only the order is known")
        if isinstance(func, tree.Product) and isinstance(func.factors[-1], tree.Name):
            inner = tree.MaybeCall(func.factors[-1], args, node.bracket)
            composed = self._composed((*func.factors[:-1], inner), func.ops)
            if composed is not None:
                return composed
        if isinstance(func, tree.Power) and isinstance(func.base, tree.Name):
            known = self._elementary(func.base) is not None
            if known or plain_key(func.base) in self.lexicon.functions:
                if func.exp == tree.Neg(tree.Number("1")):
                    return Opaque("⁻¹", "an inverse function that the note does not define")
                return Pow(self._apply(func.base, args), self.term(func.exp))
        if isinstance(func, tree.Derivative):
            placed = self._derivative_at(func, args)
            if placed is not None:
                return placed
        if len(args) != 1:
            return Opaque("call", "something that is no function has several arguments")
        if isinstance(func, tree.Name) and _is_index(args[0], self.lexicon.bound):
            whole = self.term(func)
            if isinstance(whole, Sym):
                return Sym(whole.key, (*whole.slots, Slot("_", self.term(args[0]))))
        return Mul((self.term(func), self.term(args[0])), ("",))

    def _derivative_at(
        self, derivative: tree.Derivative, args: tuple[tree.Node, ...]
    ) -> Term | None:
        """``∂f/∂x (a, b)``: the derivative of ``f(x, y)`` where x is a and y is b.

        ``None`` where one bracket after a derivative may be a factor.
        """
        func, by = derivative.of, [each.body for each in derivative.wrt]
        simple = isinstance(args[0], tree.Name | tree.Number) or (
            isinstance(args[0], tree.MaybeCall) and args[0].func in by
        )
        if len(args) == 1 and not simple:
            return None
        names = self._parameters(func, by, len(args)) if isinstance(func, tree.Name) else None
        if len(args) == 1 and isinstance(args[0], tree.Name) and args[0] not in by:
            inner = {plain_key(each) for each in by if isinstance(each, tree.Name)}
            names = None if inner & self.lexicon.functions else names  # ``dg/dh (x)`` at h(x)
        whole = self._derivative(derivative)
        if names is None or not isinstance(whole, Deriv) or not isinstance(whole.of, Sym):
            return Opaque("call", "a derivative at a place; write it with a bar |_{x=…}")
        symbols = tuple(Sym(name) for name in names)
        places = tuple(zip(symbols, map(self.term, args), strict=True))
        moved = Deriv(Call(whole.of, symbols), whole.wrt, whole.kind)
        return moved if all(one == two for one, two in places) else At(moved, places)

    def _parameters(
        self, func: tree.Name, by: list[tree.Node], count: int
    ) -> tuple[str, ...] | None:
        """The names of a function's arguments: as the note applies it, or as usual."""
        names = [each for each in by if isinstance(each, tree.Name)]
        letters = [each.base for each in names if each == tree.Name(each.base)]
        if len(letters) != len(by) or plain_key(func) not in self.lexicon.functions:
            return None
        known = sorted(self.lexicon.arguments.get(plain_key(func), ()))
        known += [("x", "y", "z", "w")[:count], (letters[0],)]
        fitting = (each for each in known if len(each) == count == len(set(each)))
        return next((each for each in fitting if set(letters) <= set(each)), None)

    def _composed(self, factors: tuple[tree.Node, ...], ops: tuple[str, ...]) -> Term | None:
        """``f ∘ g(x)`` of functions is ``f(g(x))``."""
        last = factors[-1]
        if set(ops) != {"∘"} or not isinstance(last, tree.MaybeCall | tree.Apply):
            return None
        names = [f for f in (*factors[:-1], last.func) if isinstance(f, tree.Name)]
        if len(names) != len(factors):
            return None
        if not all(plain_key(name) in self.lexicon.functions for name in names):
            return None
        inner: tree.Node = last
        for name in reversed(names[:-1]):
            inner = tree.Apply(name, (inner,))
        return self.term(inner)

    def _product(self, factors: tuple[tree.Node, ...], ops: tuple[str, ...]) -> Term:
        composed = self._composed(factors, ops)
        if composed is not None:
            return composed
        if "δ" in self.lexicon.prefixes:
            factors, ops = _prefixed(factors, ops)
            if len(factors) == 1:
                return self.term(factors[0])
        factors, ops = self._slips(factors, ops)
        if len(factors) == 1:
            return self.term(factors[0])
        terms = [self.term(each) for each in factors]
        if "d" not in self.lexicon.heads and factors[0] == tree.Name("d") and ops[0] == "":
            if _is_number_of_arrays(terms[1]):
                terms[:2], ops = [Diff(terms[1])], ops[1:]
        return Mul(tuple(terms), ops) if ops else terms[0]

    def _slips(
        self, factors: tuple[tree.Node, ...], ops: tuple[str, ...]
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
                and plain_key(before) in self.lexicon.families
                and self._is_index(factor.base)
                and factor.base not in self.lexicon.factors
            )
            if slip and isinstance(before, tree.Name):
                kept[-1] = replace(before, sub=(factor,))
            else:
                kept.append(factor)
                signs.append(sign)
        return tuple(kept), tuple(signs)

    # Sums and derivatives

    def _fold(self, node: tree.BigOp) -> Term:
        if node.op == "lim":
            return self._limit(node)
        if node.op == "∫" and len(node.wrt) < 2:
            return self._integral(node)
        if node.op not in ("Σ", "Π", "max", "min"):
            return Opaque(node.op, f"{node.op} is not evaluated")
        body = self.term(node.body)
        end_node = node.upper.left if isinstance(node.upper, tree.Relation) else node.upper
        upper = self.term(end_node) if end_node is not None else None
        if not node.lower and node.upper is None:
            return Fold("Σ" if node.op == "Σ" else "Π", "", None, None, None, body)
        found = bounds(node.lower, self.term)
        if found is None or any(bound.name not in self.lexicon.indices for bound in found):
            return Opaque(node.op, "a sum over something that is not an index")
        for each in reversed(found):
            end = each.upper or upper
            body = Fold(node.op, each.name, each.lower, end, each.where, body, each.over)  # type: ignore[arg-type]
        return body

    def _integral(self, node: tree.BigOp) -> Term:
        body, differential = _split_differential(self.term(node.body))
        by = self.term(node.wrt[0]) if node.wrt else differential
        by = Sym(by.name) if isinstance(by, Idx) else by
        ends = (*node.lower, *([node.upper] if node.upper is not None else []))
        if by is None or any(isinstance(end, tree.Relation) for end in ends) or len(ends) == 1:
            return Opaque("∫", "∫ is not evaluated")
        if len(ends) == 2:
            return Integral(body, by, *map(self.term, ends))
        return Integral(body, by) if not ends else Opaque("∫", "∫ is not evaluated")

    def _limit(self, node: tree.BigOp) -> Term:
        match node.lower:
            case (tree.Relation(op="→" | "↓" | "↑" as op, left=tree.Name() as name, right=to),):
                symbol = self.term(name)
                to, side = approached(op, to)
                if isinstance(symbol, Idx):
                    symbol = Sym(symbol.name)
                body = self.term(node.body)
                if counts(body, symbol):
                    return Opaque("lim", "a limit of a sequence is not evaluated")
                if isinstance(symbol, Sym) and not isinstance(to, tree.Tuple):
                    return Limit(body, symbol, self.term(to), side)
        return Opaque("lim", "a limit of something that does not go to one value")

    def _derivative(self, node: tree.Derivative) -> Term:
        if node.of is None:
            return Opaque("d/dx", "a derivative of nothing")
        wrt: list[Term] = []
        for each in node.wrt:
            if not isinstance(each.order, int) or each.order > 4:
                return Opaque("d^n", "a derivative of symbolic order")
            body = self._variable(each.body)
            if isinstance(body, Idx):
                body = Sym(body.name)
            wrt.extend([body] * each.order)
        if not wrt or not isinstance(node.order, int) or node.order != len(wrt):
            return Opaque("d", "the orders above and below the bar differ")
        return Deriv(self.term(node.of), tuple(wrt), node.kind)

    def _variable(self, node: tree.Node) -> Term:
        """What a derivative is by; ``xj`` may be typed for ``x_j``."""
        if isinstance(node, tree.Product):
            factors, _ = self._slips(node.factors, node.ops)
            if len(factors) == 1:
                return self.term(factors[0])
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

    def _evaluated(self, node: tree.Evaluated) -> Term:
        if node.upper is not None:
            return Opaque("|", "a difference of two evaluations")
        places = []
        for condition in node.conditions:
            if not isinstance(condition, tree.Relation) or condition.op != "=":
                return Opaque("|", "where this is evaluated is not of the form x = …")
            places.append((self.term(condition.left), self.term(condition.right)))
        return At(self.term(node.body), tuple(places))


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


def softmax_entry(symbol: Sym) -> Term | None:
    """``softmax(z_i)`` means the entry ``softmax(z)_i``."""
    lower = [s for s in symbol.slots if s.place == "_"]
    if len(lower) != 1:
        return None
    slots = tuple(Slot("_", Idx("#k")) if s is lower[0] else s for s in symbol.slots)
    below = Fold("Σ", "#k", None, None, None, Fn("exp", (Sym(symbol.key, slots),)))
    return Div(Fn("exp", (symbol,)), below)


def is_chain(terms: tuple[Term, ...]) -> bool:
    """Whether ``prod(∂Z/∂Y, ∂Y/∂X)`` multiplies derivatives that join end to end: some write so the
    chain rule for quantities of any shape."""
    if len(terms) < 2 or not all(isinstance(each, Deriv) for each in terms):
        return False
    return all(
        isinstance(one, Deriv) and isinstance(two, Deriv) and one.wrt == (two.of,)
        for one, two in pairwise(terms)
    )


def gradient_variable(body: Term) -> Term | None:
    """By what ``∇f(x)`` is taken when nothing is written: the only argument, or the parameters."""
    if not isinstance(body, Call):
        return None
    symbols = [a for a in body.args if isinstance(a, Sym)]
    if len(body.args) == 1 and symbols:
        return symbols[0]
    named = [a for a in symbols if a.key in ("θ", "w", "φ", "ϕ")]
    return named[0] if len(named) == 1 else None


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


def _repeats(args: tuple[tree.Node, ...], func: tree.Name) -> bool:
    return any(
        isinstance(node, tree.Name) and node.base == func.base and node.sub == func.sub
        for arg in args
        for node in arg.walk()
    )


def _given_flat(args: tuple[tree.Node, ...]) -> tuple[tree.Node, ...]:
    flat: list[tree.Node] = []
    for arg in args:
        if isinstance(arg, tree.Given):
            flat.extend((*arg.body, *arg.given))
        else:
            flat.append(arg)
    return tuple(flat)


def _spell(node: tree.Node) -> str:
    """A spelling of a label; equal trees get equal spellings."""
    return (
        "".join(
            each.base if isinstance(each, tree.Name) else getattr(each, "text", "")
            for each in node.walk()
        )
        or type(node).__name__
    )


def _is_index(node: tree.Node, bound: frozenset[str]) -> bool:
    """Whether a bracket holds nothing but the index of a sum: ``Σ_k a(k)``."""
    return isinstance(node, tree.Name) and not node.sub and node.base in bound
