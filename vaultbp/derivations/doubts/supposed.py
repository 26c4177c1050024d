"""What the words just before a formula suppose: ``if g'(r) = 0``, ``let f(x) = x and g'(x) = sin x``."""

from __future__ import annotations

import re

from vaultbp.derivations.meaning.notebook import Stated
from vaultbp.derivations.meaning.terms import Call, Deriv

_AND = r"(?:\s*\$[^$\n]*\$\s*(?:and|or|und|oder|et|ou|y|e|och|и|или|和|且|与)\s*)*"
"""Other formulas of the same supposition; what stands behind a comma follows from it."""
_LISTED = _AND.replace("(?:and", "(?:,|;|、|，|and")
_IF = re.compile(
    r"(?:\b(?:if|when|whenever|unless|suppose|supposing|assume|assuming|provided|wenn|falls|angenommen"
    r"|si|supongamos|se|suponha|om|если|пусть|предположим)(?:\s+(?:that|also|dass|que|att|что))?"
    r"(?:\s+(?:we|it|one|they)\s+(?:had|were|have|is))?"
    r"|若|如果|假设|当|もし|만약)[\s:]*" + _AND + r"$",
    re.IGNORECASE,
)
_CHOICE = re.compile(
    r"(?:\b(?:let|define|choose|pick|take|put|sei(?:en)?|setze|wähle|soit|soient|posons|choisissons"
    r"|sea|sean|definimos|definir|elegimos|tomamos|seja|sejam|tomando|escolhemos|låt|sätt|välj"
    r"|пусть|положим|возьм[её]м|выберем)|令|设|設|取|选|選)[\s:,]*" + _LISTED + r"$",
    re.IGNORECASE,
)


def is_supposed(stated: Stated) -> bool:
    """Whether an equation is supposed, or gives a derivative that is chosen, and not derived.

    A chain of several equalities derives something whatever stands before it.
    """
    if len(stated.relations) != 1 or stated.chain.span.start > 2:
        return False
    before = stated.formula.before[-160:]
    if _IF.search(before):
        return True
    left = stated.sides[0]
    bare = isinstance(left, Deriv) or (isinstance(left, Call) and left.order > 0)
    return bare and _CHOICE.search(before) is not None
