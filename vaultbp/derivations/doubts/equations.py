"""Equations that are asked for and not derived, though derivatives stand in them.

``∂f/∂x = ∂f/∂y = 0`` says where a point is critical, ``p'(x) = q'(x)`` where two slopes are equal,
``u'(q) = c'(q) - q u''(q)`` of any functions which ones are meant, and ``f(b) - f(a) = f'(c)(b - a)``
at which point: that they do not hold everywhere makes none of them wrong.
"""

from __future__ import annotations

from itertools import combinations

from vaultbp.derivations.meaning.notebook import Stated
from vaultbp.derivations.meaning.scope import LEVELS
from vaultbp.derivations.meaning.sides import is_arithmetic
from vaultbp.derivations.meaning.terms import (
    Add,
    Call,
    Deriv,
    Fold,
    Grad,
    Limit,
    Num,
    Sym,
    Term,
    symbol_keys,
    walk,
)
from vaultbp.derivations.numerics.compare import Comparison
from vaultbp.derivations.numerics.forms import in_a_derivation, says_zero

CRITICAL = "it may say where derivatives vanish or are equal"
FUNCTIONS = "it may say which functions are meant"
MOTION = "it may say how something else moves"
ANEW = "it may say anew what its left side is"
GIVEN = "the value of a function may be given here, and what stands after it solved for"
TO_SOLVE = "it may be an equation to be solved, and the formula the solution of another one"
PLACES = "it may hold at particular places, or to first order only"


def asked_for(stated: Stated, left: Term, right: Term, found: Comparison) -> str | None:
    """Why a step that differs may be an equation that something is to fulfil, or ``None``."""
    one, two = _top(left), _top(right)
    if one and two and (_ends_in_number(stated, right) or _are_unrelated(one, two, found)):
        return CRITICAL
    if not in_a_derivation(stated, left) and _sets_functions_against_each_other(left, right, found):
        return FUNCTIONS
    if _gives_a_value(stated, left, right):
        return GIVEN
    if _says_anew(left, right, found):
        return ANEW
    if _is_of_another_motion(stated, left, right, found):
        return MOTION
    if _is_to_be_solved(stated, left, found):
        return TO_SOLVE
    if _is_at_several_places(left, right, found):
        return PLACES
    return None


def _gives_a_value(stated: Stated, left: Term, right: Term) -> bool:
    """``y(15) = ¾ a = a e^{15k}``: a value at a number, which the formula for y turns into an equation
    for a letter that the value has not."""
    first, *rest = stated.sides
    if not isinstance(first, Call) or first.order or rest[:2] != [left, right]:
        return False
    known, found = (symbol_keys(s) for s in (left, right))
    return all(map(is_arithmetic, first.args)) and bool(found - known)


def _says_anew(left: Term, right: Term, found: Comparison) -> bool:
    """``y(t) = dx/dt`` of any x(t), where the note has another y elsewhere: no derivation of it."""
    name = left.func if isinstance(left, Call) and not left.order else left
    return isinstance(name, Sym) and isinstance(right, Deriv) and bool(found.abstract_right)


def _is_of_another_motion(stated: Stated, left: Term, right: Term, found: Comparison) -> bool:
    """Whether a law of motion has nothing to do with the formula for what moves.

    ``ẋ = -x`` in another section than the one that says what ``x(t)`` is, or ``φ̇ = L / r²`` before the
    note comes to a ``φ(t)``.
    """
    name = _top(left)
    if not isinstance(left, Deriv) or left.wrt[0] != Sym("t"):
        return False
    given = [d for d in found.used.values() if d.head.key == name]
    if given and all(d.order > stated.order for d in given):
        return True
    itself = any(isinstance(t, Sym) and t.key == name for t in walk(right))
    return itself and all(d.section != stated.section for d in given)


def _is_to_be_solved(stated: Stated, left: Term, found: Comparison) -> bool:
    """``x y' = e^x`` beside the general solution of another equation: ``y = sin x + C`` with a constant
    that the step has not."""
    if len(stated.sides) != 2 or _top(left) is not None:
        return False
    written = symbol_keys(*stated.sides)
    derived = {_top(t) for t in walk(left)} - {None}
    general = [
        d.body.terms
        for d in found.used.values()
        if isinstance(d.body, Add) and d.head.key in derived
    ]
    added = {t.key for terms in general for t in terms if isinstance(t, Sym) and not t.slots}
    return bool(added & set(LEVELS) - written)


def _top(term: Term) -> str | None:
    """The name of what a bare derivative differentiates: the f of ``f'(x)`` and ``∂f/∂x``."""
    match term:
        case Call(func=func, order=order) if order:
            return func.key
        case Deriv(of=Call(func=Sym() as func)) | Deriv(of=Sym() as func):
            return func.key
        case _:
            return None


def _ends_in_number(stated: Stated, right: Term) -> bool:
    """``A = B = 0``: a chain of conditions."""
    at = next((k for k, side in enumerate(stated.sides) if side is right), len(stated.sides))
    return any(says_zero(s) or isinstance(s, Num) for s in stated.sides[at + 1 : at + 2])


def _are_unrelated(one: str, two: str, found: Comparison) -> bool:
    """Whether neither of two quantities is computed from the other."""
    made_of: dict[str, set[str]] = {}
    for definition in found.used.values():
        names = symbol_keys(definition.body)
        names |= {t.func.key for t in walk(definition.body) if isinstance(t, Call)}
        made_of.setdefault(definition.head.key, set()).update(names)
    return one != two and two not in _reached(one, made_of) and one not in _reached(two, made_of)


def _reached(start: str, made_of: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        new = made_of.get(waiting.pop(), set()) - seen
        seen |= new
        waiting.extend(new)
    return seen


def _sets_functions_against_each_other(left: Term, right: Term, found: Comparison) -> bool:
    """Whether derivatives stand side by side, of functions that are all unknown or unrelated."""
    terms = [t for side in (left, right) for t in walk(side)]
    primed = {t.func.key for t in terms if isinstance(t, Call) and t.order > 0}
    if not primed or any(isinstance(t, Deriv | Grad | Limit | Fold) for t in terms):
        return False
    if any(d.by_derivative for d in found.used.values()):
        return False
    if len(primed) == 1:
        return not found.used and primed <= found.abstract_left | found.abstract_right
    return all(_are_unrelated(f, g, found) for f, g in combinations(sorted(primed), 2))


def _is_at_several_places(left: Term, right: Term, found: Comparison) -> bool:
    """Whether one function stands at several free places, differentiated at one of them."""
    free = {f.rsplit("/", 1)[0] for f in found.leaves_left | found.leaves_right}
    values: set[tuple[str, Term]] = set()
    slopes: set[tuple[str, Term]] = set()
    for term in (t for side in (left, right) for t in walk(side)):
        call = term.of if isinstance(term, Deriv | Grad) else term
        if isinstance(call, Call) and len(call.args) == 1 and isinstance(call.args[0], Sym):
            if call.args[0].key in free:
                derived = call.order > 0 or call is not term
                (slopes if derived else values).add((call.func.key, call.args[0]))
    return any(f == g and place != other for f, place in slopes for g, other in values)
