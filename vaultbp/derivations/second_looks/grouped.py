"""Commas that part thousands: ``64 · 64 · 128 = 524,288``, which is read as two numbers first, and
``524{,}288`` as one with decimals."""

from __future__ import annotations

import re

from vaultbp.derivations.decide import Judge
from vaultbp.derivations.meaning.lower import Lowering
from vaultbp.derivations.meaning.notebook import Stated
from vaultbp.derivations.meaning.sides import is_arithmetic
from vaultbp.derivations.meaning.terms import Term
from vaultbp.derivations.plugged import in_numbers
from vaultbp.derivations.readings.trial import Decision
from vaultbp.latex import parse

_GROUPED = re.compile(r"(?<![\d.,}])[1-9]\d{0,2}(?:(?:,|\{,\})\d{3})+(?![\d.,]|\{,\})")
PARTED = "commas part thousands"


def by_thousands(
    judge: Judge, stated: Stated, k: int, approximate: bool, found: Decision | None
) -> Decision | None:
    """The decision on a step of numbers whose commas may part thousands: only that it holds then."""
    if found is not None and found.status == "verified":
        return found
    if k == 0 and stated.chain.continued:
        return found
    sides = stated.chain.sides[k : k + 2]
    texts = [stated.formula.text[side.span.start : side.span.end] for side in sides]
    if not any(map(_GROUPED.search, texts)):
        return found
    left, right = (_read(judge, each) for each in texts)
    if left is None or right is None or left == right:
        return found
    if in_numbers(judge, stated, left, right, approximate).status != "verified":
        return found
    return Decision("verified", assumptions=(PARTED,))


def _read(judge: Judge, text: str) -> Term | None:
    """A side with its thousands joined; ``None`` if it is more than numbers."""
    joined = _GROUPED.sub(lambda found: re.sub(r"\D", "", found[0]), text)
    claims = parse(joined).claims
    if len(claims) != 1 or claims[0].relations:
        return None
    term = Lowering(judge.book.lexicon).term(claims[0].sides[0])
    return term if is_arithmetic(term) else None
