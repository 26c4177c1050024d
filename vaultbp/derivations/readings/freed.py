"""Symbols of a step that another part of the note gives a meaning of its own.

A rule such as ``d/dx e^x = e^x`` holds for every x, whatever the note calls x elsewhere, and
``F' = f + xf'`` for ``F(x) = xf(x)`` with every f. What holds with a name free holds with every meaning
of it: so this reading may verify, and accuses nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.scope import Definition, Scope
from vaultbp.derivations.meaning.sides import is_arithmetic
from vaultbp.derivations.meaning.terms import (
    Call,
    Deriv,
    Grad,
    Idx,
    Num,
    Sym,
    Term,
    variables_of,
    walk,
)
from vaultbp.derivations.numerics.compare import Comparison
from vaultbp.derivations.numerics.forms import derives
from vaultbp.derivations.readings.losses import all_denominators
from vaultbp.derivations.readings.trial import Question, Trial


def freed(book: Notebook, asked: Question, first: Comparison) -> Iterator[Trial]:
    """The step with free names, where their meanings kept it from being evaluated or made both sides
    vanish, or gave all its symbols numbers with which it differs.

    Of a step that differentiates only names from which no meaning leads to what it differentiates
    by: no path is lost. Any other step, whose meanings go in a circle as those of ``a = 2b`` and
    ``b = a/2`` do, is an identity if it holds without a single definition.
    """
    if first.different and not (first.varies or derives(*asked.sides)):
        constants = {d.head.key for d in first.used.values() if is_arithmetic(d.body)}
        if constants:
            yield Trial(scope=without(book.scope, constants), freed=frozenset(constants))
    if first.too_large:
        return
    if first.failed and not derives(*asked.sides):
        yield Trial(scope=Scope(numbers=book.scope.numbers), freed=_defined(book, asked))
    silent = first.failed or first.unlinked or (first.zero and first.equal)
    if not (silent and derives(*asked.sides)):
        return
    moving = {name for term in asked.terms() for by in _variables(term) for name in _moved(by)}
    written = {t.key for t in asked.terms() if isinstance(t, Sym)} | moving
    symbols = {k for k in written if not (behind(book, k) & moving - {k})}
    symbols &= book.scope.symbols.keys() - book.scope.functions.keys()
    if symbols:
        yield Trial(scope=without(book.scope, symbols), freed=frozenset(symbols))
    functions = {t.func.key for t in asked.terms() if isinstance(t, Call)} - _derived(asked.left)
    functions &= book.scope.functions.keys()
    functions = {k for k in functions if not behind(book, k) & moving}
    if functions:
        left_out = symbols | functions
        yield Trial(scope=without(book.scope, left_out), freed=frozenset(left_out))


def _defined(book: Notebook, asked: Question) -> frozenset[str]:
    """The symbols of a step that the note gives a meaning."""
    return frozenset(t.key for t in asked.terms() if isinstance(t, Sym)) & book.scope.symbols.keys()


def without(scope: Scope, keys: Collection[str]) -> Scope:
    """The scope in which some names have no meaning."""
    symbols = {k: v for k, v in scope.symbols.items() if k not in keys}
    functions = {k: v for k, v in scope.functions.items() if k not in keys}
    return Scope(symbols, functions, scope.numbers)


def _derived(left: Term) -> set[str]:
    """The functions of which a side is the derivative: the step says what that is."""
    found: set[str] = set()
    for term in walk(left):
        if isinstance(term, Call) and term.order:
            found.add(term.func.key)
        elif isinstance(term, Deriv | Grad):
            found |= {t.func.key for t in walk(term.of) if isinstance(t, Call)}
    return found


def _variables(term: Term) -> tuple[Term, ...]:
    return term.args if isinstance(term, Call) and term.order else variables_of(term)


def _moved(by: Term) -> Iterator[str]:
    for each in walk(by):
        if isinstance(each, Sym):
            yield each.key
            if each.slots:
                yield _name(each.key, numbered=True)
        elif isinstance(each, Idx):
            yield each.name


def _name(key: str, numbered: bool) -> str:
    """``x_0`` is another one than x, and may be a member of the ``x_i``."""
    return key + "#" if numbered else key


def _name_of(symbol: Sym) -> str:
    slots = symbol.slots
    return _name(symbol.key, bool(slots) and all(isinstance(s.index, Num) for s in slots))


def behind(book: Notebook, start: str) -> set[str]:
    """All on which a name may depend: what is in its meanings, or what it is differentiated by."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        key = name.removesuffix("#")
        inside = {_name_of(v) for v in all_denominators(book).get(key, ())}
        for definition in definitions(book, key):
            if name == key or definition.head.slots:
                inside.update(_names(definition))
        waiting += inside - found
        found |= inside
    return found


def definitions(book: Notebook, key: str) -> Iterator[Definition]:
    """The meanings of a name; what ``f(x) = …`` says of ``f`` as a variable is said once."""
    functions = book.scope.functions.get(key, ())
    yield from functions
    said = {each.order for each in functions}
    yield from (d for d in book.scope.symbols.get(key, ()) if d.order not in said)


def _names(definition: Definition) -> set[str]:
    """The names in a meaning, but for the arguments of a function."""
    inside = walk(definition.body)
    names = {_name_of(t) for t in inside if isinstance(t, Sym)}
    names |= {t.func.key for t in inside if isinstance(t, Call)}
    return names - {p.key for p in definition.params or () if isinstance(p, Sym)}
