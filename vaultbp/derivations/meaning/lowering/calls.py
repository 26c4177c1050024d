"""Calls: functions applied to arguments, and what only looks like it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from vaultbp.derivations.meaning.lexicon import is_surely_call, plain_key
from vaultbp.derivations.meaning.lowering.derived import derivative_at
from vaultbp.derivations.meaning.lowering.entries import runs_over_entries, softmax_entry
from vaultbp.derivations.meaning.lowering.names import symbol_of
from vaultbp.derivations.meaning.lowering.products import composition
from vaultbp.derivations.meaning.terms import (
    CHAIN,
    Call,
    Deriv,
    Diff,
    Div,
    Fn,
    Mul,
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

DERIVED = {"sec": "cos", "csc": "sin", "cot": "tan", "sech": "cosh", "coth": "tanh"}


def applied(low: Lowering, func: tree.Node, args: tuple[tree.Node, ...]) -> Term:
    terms = tuple(low.term(each) for each in _given_flat(args))
    if isinstance(func, tree.Name):
        known = _elementary(low, func)
        if known is not None:
            return _known(low, func, known, terms)
        if func.base == "prod" and "prod" not in low.lexicon.defined and is_chain(terms):
            return Mul(terms, (CHAIN,) * (len(terms) - 1))
        primes = func.primes
        bare = tree.Name(func.base, func.accents, func.style, func.sub, func.sup)
        if bare.base == "log" and bare.sub:
            return Div(Fn("log", terms), Fn("log", (low.term(bare.sub[0]),)))
        return Call(symbol_of(low, bare), terms, primes)
    return Opaque("call", "what is called here is not a name")


def _elementary(low: Lowering, func: tree.Name) -> str | None:
    if func.sub or func.accents or plain_key(func) in low.lexicon.heads:
        return None
    if plain_key(func) in low.lexicon.defined:
        return None
    return ELEMENTARY.get(func.base)


def _known(low: Lowering, func: tree.Name, known: str, terms: tuple[Term, ...]) -> Term:
    if not terms:
        return Opaque(func.base, f"{func.base} has no argument")
    if func.primes:
        return Call(Sym(f"#{known}"), terms, func.primes)
    if known == "softmax" and isinstance(terms[0], Sym) and runs_over_entries(low, terms[0]):
        entry = softmax_entry(terms[0])
        if entry is not None:
            return entry
    if known in DERIVED:
        return Div(Num(1.0, "1"), Fn(DERIVED[known], terms))
    return Fn(known, terms)


def maybe_call(
    low: Lowering, node: tree.MaybeCall, func: tree.Node, args: tuple[tree.Node, ...]
) -> Term:
    if isinstance(func, tree.Name):
        if func == tree.Name("d") and "d" not in low.lexicon.heads and len(args) == 1:
            return Diff(low.term(args[0]))
        if func.base == "E" and node.bracket == "[":
            return Opaque("𝔼", "an expectation over a distribution that is not given")
        if _elementary(low, func) is not None:
            return applied(low, func, args)
        called = node.bracket == "(" or plain_key(func) in low.lexicon.defined | low.lexicon.sampled
        if called and plain_key(func) in low.lexicon.functions:
            itself = tree.MaybeCall(func, args, node.bracket)
            simple = all(isinstance(a, tree.Name | tree.Given | tree.MaybeCall) for a in args)
            simple = simple and plain_key(func) not in low.lexicon.perhaps
            sure = plain_key(func) in low.lexicon.surely
            if low.products and not sure and not simple and not func.primes and len(args) == 1:
                pass
            elif is_surely_call(itself, func) or not _repeats(args, func):
                return applied(low, func, args)
    if isinstance(func, tree.Name) and plain_key(func) in low.lexicon.remainders:
        return Opaque("remainder", "a remainder of which only the order is known")
    if isinstance(func, tree.Product) and isinstance(func.factors[-1], tree.Name):
        inner = tree.MaybeCall(func.factors[-1], args, node.bracket)
        composed = composition(low, (*func.factors[:-1], inner), func.ops)
        if composed is not None:
            return composed
    if isinstance(func, tree.Power) and isinstance(func.base, tree.Name):
        known = _elementary(low, func.base) is not None
        if known or plain_key(func.base) in low.lexicon.functions:
            if func.exp == tree.Neg(tree.Number("1")):
                return Opaque("⁻¹", "an inverse function that the note does not define")
            return Pow(applied(low, func.base, args), low.term(func.exp))
    if isinstance(func, tree.Derivative):
        placed = derivative_at(low, func, args)
        if placed is not None:
            return placed
    if len(args) != 1:
        return Opaque("call", "something that is no function has several arguments")
    if isinstance(func, tree.Name) and node.bracket == "(" and args[0] == tree.Number("0"):
        return Opaque("value", f"{func.base}(0) is a value of something that is no function here")
    if isinstance(func, tree.Name) and node.bracket == "[" and isinstance(args[0], tree.Number):
        told = f"{func.base}[{args[0].text}]"
        return Opaque("entry", f"{told} may be an entry of an array that the note does not give")
    if isinstance(func, tree.Name) and _is_bound(args[0], low.lexicon.bound):
        whole = low.term(func)
        if isinstance(whole, Sym):
            return Sym(whole.key, (*whole.slots, Slot("_", low.term(args[0]))))
    return Mul((low.term(func), low.term(args[0])), ("",))


def is_chain(terms: tuple[Term, ...]) -> bool:
    """Whether ``prod(∂Z/∂Y, ∂Y/∂X)`` multiplies derivatives that join end to end: some write so the
    chain rule for quantities of any shape."""
    if len(terms) < 2 or not all(isinstance(each, Deriv) for each in terms):
        return False
    return all(
        isinstance(one, Deriv) and isinstance(two, Deriv) and one.wrt == (two.of,)
        for one, two in pairwise(terms)
    )


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


def _is_bound(node: tree.Node, bound: frozenset[str]) -> bool:
    """Whether a bracket holds nothing but the index of a sum: ``Σ_k a(k)``."""
    return isinstance(node, tree.Name) and not node.sub and node.base in bound
