"""Steps that differ by nothing but the formula just before them: what else the note says is no matter."""

from __future__ import annotations

from vaultbp.derivations.meaning.terms import Sym
from vaultbp.derivations.numerics.compare import Comparison, family
from vaultbp.derivations.readings.trial import Question


def needs_only_the_formula_before(asked: Question, found: Comparison) -> bool:
    """Whether a step is of one function that the chain before it gives, and free in its argument
    alone: ``f(x) = x^3`` and then ``f'(x) = 2x^2``."""
    used = list(found.used.values())
    if len(used) != 1 or found.abstract_left or found.abstract_right:
        return False
    only, stated = used[0], asked.stated
    if only.params is None or only.order != stated.order - 1 or only.section != stated.section:
        return False
    own = {family(each) for each in only.params if isinstance(each, Sym)}
    return found.leaves_left | found.leaves_right <= own
