"""Steps that hold only for particular values of their symbols, where the note may mean just these."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice, product

from vaultbp.derivations.meaning.notebook import Notebook, Stated
from vaultbp.derivations.meaning.scope import Definition, Scope
from vaultbp.derivations.meaning.terms import (
    Call,
    Deriv,
    Fold,
    Grad,
    Num,
    Sym,
    Term,
    symbol_keys,
    walk,
)
from vaultbp.derivations.numerics.compare import Comparison
from vaultbp.notes.note import Formula

MOST = 40
"""In how many ways at most a note's values are put in for its symbols."""

MOST_PUT_IN = 3
"""For how many symbols at most numbers are put in that stand on the other side."""
MOST_TRIED = 64

LARGE = 2e5
"""As good as infinite, and still a usable value."""
_NOUGHT = re.compile(
    r"\b(zero|null|nought|vanish|no [\w-]+( [\w-]+)?[ \n]*[.,;:)$]|without"
    r"|ignor|neglect|negligib|drop|omit|absorb|disregard|leav\w+ out"
    r"|cent(er|re)|standardi|normali[sz]|first[- ]order|approx|small|limit|asympt|leading|Taylor"
    r"|lineari[sz]|linear (approx|order|regime|respon|term|part)|приближ|предел"
    r"|ноль|нул|без|прене|опуст|ohne|vernachl|cero|sans|(?<!\\)sin (?=[^\W\d_]))"
    r"|\\ll\b|≪|(\\to\b|→) *0|近似|极限|忽略|省略|不考虑|没有|零|無視|なし|무시|없",
    re.IGNORECASE,
)
"""Words that may give a symbol the value nought, or say that a step holds to some order of it."""
_ONE = re.compile(
    r"\bunit (learn|rate|step|varian|norm|length|weight|mass|input|slope)|standardi|normali[sz]|единичн",
    re.IGNORECASE,
)
"""Words that may give a symbol the value one."""
_LARGE = re.compile(
    r"\b(large|limit|asympt|leading|approx|предел)|\\gg\b|≫|(\\to\b|→) *[+-]?(\\infty|∞)|极限",
    re.IGNORECASE,
)
"""Words that may say that a symbol is large."""
_ANY = re.compile(r"\b(set to|special case)", re.IGNORECASE)
_LEFT_OUT = (
    r"(drop|ignor|omit|absorb|swallow|disregard|neglect|leav|left out|without|cancel|conven|merg|fold|hid"
    r"|опуст|опуска|прене|поглощ|без множит)"
)
_FACTOR = re.compile(
    r"up to|constant factor|proportional|\\propto|∝|rescal|absorb|с точностью|比例|因子"
    rf"|{_LEFT_OUT}[^.]{{0,60}}(factor|множител)|(factor|множител)[^.]{{0,60}}{_LEFT_OUT}",
    re.IGNORECASE,
)
"""Words by which a number before the whole may be left out."""

_SEVERAL = re.compile(
    r"twice|both|double|two (paths|ways|terms|times)|symmetr|times as|равн|дважды|两|兩|両|zweimal|doppelt"
    r"|dos veces|두 ",
    re.IGNORECASE,
)
"""Words by which one path of several equal ones may be written with a number before it."""

Under = Callable[[Scope], Comparison]
"""What the points say about a step in a scope."""
Always = Callable[[Term, Term], bool]
"""Whether two sides are equal whatever their symbols are."""
Given = Callable[[dict[str, float]], Comparison]
"""What they say where some free symbols have one value."""


def may_hold_for_given(found: Comparison, scope: Scope, under: Under) -> bool:
    """Whether a step may be meant for values that the note gives to symbols of one side alone.

    Not if it differs for some of these values and holds for none, nor for several at once. A value of
    one member of a family, ``v_0 = 0``, may be where its recursion begins.
    """
    keys = {f.rsplit("/", 1)[0] for f in found.leaves_left ^ found.leaves_right}
    keys |= {d.head.key for d in found.used.values() if d.head.slots}
    both = {f.rsplit("/", 1)[0] for f in found.leaves_left & found.leaves_right}
    keys |= {k for k in both if any(d.head.slots for d in scope.numbers.get(k, ()))}  # u_0 = 1
    choices = _choices([scope.numbers[key] for key in sorted(keys & scope.numbers.keys())])
    outcomes = [under(_with(scope, choice)) for choice in choices]
    told = not outcomes or any(c.different for c in outcomes)
    return any(c.equal for c in outcomes) or not told


def _choices(given: list[list[Definition]]) -> list[tuple[Definition | None, ...]]:
    """Values for some symbols: all combinations, or, where these are many, one or all at once."""
    found = list(islice(product(*((None, *values) for values in given)), 1, MOST + 2))
    if len(found) <= MOST:
        return found
    single = [(value,) for values in given for value in values][:MOST]
    return [*single, tuple(v[0] for v in given), tuple(v[-1] for v in given)]


def special_values(formula: Formula) -> tuple[float, ...]:
    """The values that words beside a formula may give to something in it."""
    words = f"{formula.before[-200:]}\n{formula.after[:200]}"
    kinds = ((_NOUGHT, 0.0), (_ONE, 1.0), (_LARGE, LARGE))
    every = _ANY.search(words) is not None
    return tuple(value for pattern, value in kinds if every or pattern.search(words))


def special_symbol(
    found: Comparison, fixed: set[str], values: tuple[float, ...], under: Given
) -> str | None:
    """A free symbol for one of whose ``values`` the step holds, other than the ``fixed`` ones."""
    for key in sorted({family.rsplit("/", 1)[0] for family in _families(found)} - fixed):
        for value in values:
            held = under({key: value})
            limit = value == LARGE and not (held.different or held.failed)
            if (held.equal or limit) and not held.zero:
                return key
    return None


def put_in(left: Term, right: Term, found: Comparison, scope: Scope, under: Given) -> str | None:
    """The symbols of the left side for which the right side has numbers: ``(wx - y)² = (3w - 4)²``.

    Not where the note's formulas give all of them values: these have been tried.
    """
    gone = sorted(
        {f.removesuffix("/0") for f in found.leaves_left - found.leaves_right if "(" not in f}
    )
    if any(isinstance(t, Fold) for t in walk(right)):
        return None
    numbers = {t.value for t in walk(right) if isinstance(t, Num)} - {0.0, 1.0}
    new = numbers - {t.value for t in walk(left) if isinstance(t, Num)}
    if not new or not (0 < len(gone) <= MOST_PUT_IN):
        return None
    if scope.numbers.keys() >= set(gone):
        return None
    values = [sign * value for value in sorted(numbers) for sign in (1.0, -1.0)]
    given = {
        key: [d.body.value for d in scope.numbers.get(key, ()) if isinstance(d.body, Num)]
        for key in gone
    }
    for choice in islice(product(*(given[key] or values for key in gone)), MOST_TRIED):
        held = under(dict(zip(gone, choice, strict=True)))
        if held.equal and not held.zero:
            return ", ".join(gone)
    return None


def may_leave_factor(formula: Formula) -> bool:
    """Whether words beside a formula speak of a number before the whole."""
    return _FACTOR.search(f"{formula.before[-200:]}\n{formula.after[:200]}") is not None


def may_count_paths(formula: Formula) -> bool:
    """Whether words beside a formula may say that something counts more than once."""
    return _SEVERAL.search(f"{formula.before[-200:]}\n{formula.after[:200]}") is not None


def condition_on(
    book: Notebook, asked: Stated, found: Comparison, shares: frozenset[str], holds: Always
) -> str | None:
    """A symbol of a step on which the note lays a condition: ``a + b = 1``, ``p / q = tan(β)``.

    That ``shares`` sum to one has been tried as a reading. What ``holds`` always is no condition.
    """
    keys = {family.rsplit("/", 1)[0] for family in _families(found)} - shares
    for stated in book.stated:
        if stated is asked or len(stated.sides) != 2 or stated.relations != ("=",):
            continue
        left, right = stated.sides
        if isinstance(left, Sym | Call) or any(
            _is_derived(t) for s in (left, right) for t in walk(s)
        ):
            continue
        inside = symbol_keys(*stated.sides)
        bound = sorted(keys & inside)
        related = len(bound) > 1 and inside <= keys
        if bound and (isinstance(right, Num) or (related and not holds(left, right))):
            return bound[0]
    return None


def _is_derived(term: Term) -> bool:
    return isinstance(term, Deriv | Grad) or (isinstance(term, Call) and term.order > 0)


def _families(found: Comparison) -> set[str]:
    return {f for f in found.leaves_left | found.leaves_right if "(" not in f}


def _with(scope: Scope, values: tuple[Definition | None, ...]) -> Scope:
    for value in values:
        if value and value.head.slots and value.head.key in scope.symbols:
            scope = scope.with_also(value)
        else:
            scope = scope.with_only(value) if value else scope
    return scope
