"""Words that count after a number: ``2^{30} ≈ 1.07`` billion."""

from __future__ import annotations

import re

from vaultbp.derivations.decide import Judge
from vaultbp.derivations.meaning.notebook import Stated
from vaultbp.derivations.meaning.sides import is_arithmetic, is_number
from vaultbp.derivations.meaning.terms import Mul, Num, Pow, Term
from vaultbp.derivations.plugged import in_numbers
from vaultbp.derivations.readings.trial import Decision

_COUNTS = {
    3: r"thousand|Tausend|Tsd|тыс(?:яч\w*)?|mil\b(?!l)",
    6: r"million(?:s|en)?|Mio|миллион\w*|млн|millones",
    9: r"billions?|миллиард\w*|млрд|Milliarden?|Mrd|milliards?",
    12: r"trillions?|триллион\w*|трлн",
    4: "[万萬만]",
    8: "[亿億억]",
    -2: r"percent|per cent|Prozent|процент\w*|por ciento|%",
}
"""Powers of ten by the words for them."""
_WORD = re.compile("|".join(f"(?P<{'m' * (p < 0)}p{abs(p)}>{w})" for p, w in _COUNTS.items()))


def by_count(
    judge: Judge, stated: Stated, k: int, approximate: bool, found: Decision | None
) -> Decision | None:
    """The decision on the last step of a formula that a word for a number follows: that it holds."""
    left, right = stated.sides[k : k + 2]
    if (found is not None and found.status == "verified") or k + 2 < len(stated.sides):
        return found
    if not (is_arithmetic(left) and is_number(right)):
        return found
    word, power = _word_after(stated)
    times = Pow(Num(10.0, "10"), Num(power, f"{power:.0f}"))
    meant: Term = Mul((right, times), ("·",))
    if not word or in_numbers(judge, stated, left, meant, approximate).status != "verified":
        return found
    return Decision("verified", assumptions=(f"“{word}” belongs to the number before it",))


def _word_after(stated: Stated) -> tuple[str, float]:
    """The word right after a formula that stands for a power of ten, and that power."""
    end = stated.chain.sides[-1].span.end
    after = f"{stated.formula.text[end:]} {stated.formula.after}".lstrip(" \t~\\,;:")
    found = _WORD.match(after)
    if found is None or found.lastgroup is None:
        return "", 0.0
    name = found.lastgroup
    return found[0], float(name.lstrip("mp")) * (-1 if name.startswith("m") else 1)
