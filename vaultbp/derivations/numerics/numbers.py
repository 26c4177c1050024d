"""Numbers plugged in and rounded: judged at the precision that is printed.

``0.5·0.552 = 0.276`` holds as far as its digits go. Each printed number of three or more significant
digits may itself have been rounded, so it is moved by up to half a unit of its last digit and the
result's spread is the tolerance; short numbers such as ``0.1`` are taken as meant.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from functools import reduce
from typing import Any, ClassVar

import numpy as np

from vaultbp.derivations.meaning.ground import Indices
from vaultbp.derivations.meaning.terms import Add, Array, Mul, Neg, Num, Pow, Term, walk
from vaultbp.derivations.numerics import sample
from vaultbp.derivations.numerics.differentiate import StepEvaluator
from vaultbp.derivations.numerics.values.arithmetic import added
from vaultbp.derivations.numerics.world import CannotEvaluate, World

FAR = 4.0
"""How many tolerances away a number must be to be called wrong."""


WITHIN = 2.2
"""How far a number may be from the power of ten that says of what order it is (relative)."""
CONDITIONED = 1e-6
"""How large the computer's rounding errors may be beside what is computed."""
NEAR = 0.05
"""How far a ratio may be from that of two units (relative)."""


@dataclass(frozen=True)
class NumberVerdict:
    status: str
    reason: str | None = None
    left: float = 0.0
    right: float = 0.0


class _Rounding(StepEvaluator):
    """Evaluates with every rounded number moved a little, differently at each point but the first."""

    def __init__(self, world: World, results: Container[str] | None) -> None:
        super().__init__(world)
        self._count = 0
        self.results = results
        self.noise = 0.0
        """The largest rounding error of the computer in a sum."""

    def _num(self, term: Num, at: Indices) -> Any:
        values = np.full(sample.POINTS, term.value)
        unit = last_digit(term.text)
        if unit is None or significant(term.text) < 3:
            return values
        if self.results is not None and term.text not in self.results:
            return values
        self._count += 1
        move = sample.uniform(self.world.seed, f"{term.text}#{self._count}", sample.POINTS)
        move[0] = 0.5
        return values + unit * (move - 0.5)

    def _add(self, term: Add, at: Indices) -> Any:
        """A sum in which what the computer's own rounding leaves of nothing is nothing."""
        values = [self.value(each, at) for each in term.terms]
        noise = 16 * np.finfo(float).eps * max(float(np.max(np.abs(v))) for v in values)
        self.noise = max(self.noise, noise)
        total = reduce(added, values)
        return np.where(np.abs(total) < noise, 0.0, total)

    _methods: ClassVar[dict[type[Term], Any]] = {**StepEvaluator._methods, Num: _num, Add: _add}


def last_digit(text: str) -> float | None:
    """The unit of the last printed digit of a number with decimals; ``None`` for an integer."""
    mantissa, _, exponent = text.lower().partition("e")
    _, dot, decimals = mantissa.partition(".")
    if not dot or not decimals.isdigit():
        return None
    shift = int(exponent) if exponent.lstrip("+-").isdigit() else 0
    return float(10.0 ** (shift - len(decimals)))


def significant(text: str) -> int:
    """How many significant digits are printed."""
    digits = text.lower().partition("e")[0].replace(".", "").lstrip("0")
    return len(digits)


def judge_numbers(
    left: Term, right: Term, world: World, approximate: bool, results: Container[str] | None = None
) -> NumberVerdict:
    """Hold a computed side against a printed one. Never raises.

    Numbers that are among some printed ``results`` may have been rounded, or all that are long.
    """
    if (exponents := _rounded_exponents(left, right)) is not None:
        return judge_numbers(*exponents, world, approximate, results)
    try:
        with np.errstate(all="ignore"):
            first, second = (_Rounding(world, _inputs(s, results)) for s in (left, right))
            one = np.real(np.asarray(first.value(left, {})))
            two = np.real(np.asarray(second.value(right, {})))
    except CannotEvaluate as error:
        return NumberVerdict("unchecked", error.why)
    except (ArithmeticError, ValueError, TypeError, IndexError, RecursionError):
        return NumberVerdict("unchecked", "it could not be computed")
    if one.shape != two.shape and one[0].size != two[0].size:
        return NumberVerdict("unchecked", "the two sides have different shapes")
    a, b = one.reshape(one.shape[0], -1), two.reshape(two.shape[0], -1)
    if not (np.all(np.isfinite(a)) and np.all(np.isfinite(b))):
        return NumberVerdict("unchecked", "a value is not a finite number")
    if max(first.noise, second.noise) > CONDITIONED * max(
        np.max(np.abs(a[0])), np.max(np.abs(b[0]))
    ):
        if np.any(a[0]) or np.any(b[0]):
            return NumberVerdict("unchecked", "rounding errors are as large as what is computed")
    spread = np.max(np.abs(a - a[0]), axis=0) + np.max(np.abs(b - b[0]), axis=0)
    last = np.maximum(_unit(left, a.shape[1]), _unit(right, a.shape[1]))
    gap = np.abs(a[0] - b[0])
    close = 1.05 * (0.5 * last + spread) + 1e-9 * np.maximum(np.abs(a[0]), np.abs(b[0]))
    if approximate:
        close = close + 0.6 * np.maximum(last, _scale(right))
        if _is_power_of_ten(right):
            close = np.maximum(close, WITHIN * np.minimum(np.abs(a[0]), np.abs(b[0])))
    worst = int(np.argmax(gap - close))
    shown = (float(a[0, worst]), float(b[0, worst]))
    if np.all(gap <= close):
        return NumberVerdict("verified", None, *shown)
    far = FAR * close + last
    far = np.maximum(far, (0.02 if approximate else 2e-3) * np.abs(a[0]))
    if np.any(gap > far) and not (approximate and _says_of_what_order(right, shown[0])):
        return NumberVerdict("wrong", "the numbers differ", *shown)
    return NumberVerdict(
        "unchecked", "the numbers differ by little more than their rounding", *shown
    )


def _inputs(side: Term, results: Container[str] | None) -> Container[str] | None:
    """What may have been rounded in a side: nothing more in one that is a printed number."""
    return () if results is not None and printed(side) is not None else results


def _unit(side: Term, cells: int) -> Any:
    """The last printed digit of each cell where a side is a printed result, else zero."""
    flat = [c for row in side.rows for c in row] if isinstance(side, Array) else [side]
    units = [last_digit(c.text) or 0.0 if (c := printed(t)) is not None else 0.0 for t in flat]
    return np.array(units if len(units) == cells else [max(units, default=0.0)] * cells)


def _scale(side: Term) -> float:
    """The unit of the whole mantissa of ``3·10^{150}``; zero for any other number."""
    number = printed(side) if isinstance(side, Mul) else None
    mantissa, _, exponent = number.text.partition("e") if number else ("", "", "")
    return 10.0 ** int(exponent) if exponent and mantissa.isdigit() else 0.0


def printed(term: Term) -> Num | None:
    """The number that a side prints, without its sign, a power of ten included; ``None`` if none."""
    match term:
        case Neg(body=body):
            return printed(body)
        case Pow() if _is_power_of_ten(term):
            return Num(10.0 ** (_exponent(term) or 0), f"1e{_exponent(term)}")
        case Mul(factors=(Num(text=text) as mantissa, Pow() as scale)) if _is_power_of_ten(scale):
            shift = _exponent(scale)
            return None if shift is None else Num(mantissa.value * 10.0**shift, f"{text}e{shift}")
        case _:
            return term if isinstance(term, Num) else None


def _is_power_of_ten(term: Term) -> bool:
    """``10^{-6}``, which says of what order a number is."""
    return isinstance(term, Pow) and term.base == Num(10.0, "10") and _exponent(term) is not None


def _says_of_what_order(side: Term, value: float) -> bool:
    """Whether a side is a power of ten with a rounded exponent: ``10^{-100}`` for 6e-103."""
    exponent = _exponent(side) if isinstance(side, Pow) and _is_power_of_ten(side) else None
    if not exponent or value <= 0:
        return False
    digits = str(abs(exponent))
    unit = 10 ** (len(digits) - len(digits.rstrip("0")))
    gap = abs(float(np.log10(value)) - exponent)
    return bool(unit > 1 and gap <= unit / 2)


def _rounded_exponents(left: Term, right: Term) -> tuple[Term, Term] | None:
    """The exponents of two powers of one number, the right one a printed decimal:
    ``10^{-7/3} = 10^{-2.3}``."""
    if not (isinstance(left, Pow) and isinstance(right, Pow) and left.base == right.base):
        return None
    above = printed(right.exponent)
    rounded = above is not None and last_digit(above.text) is not None
    plain = isinstance(left.base, Num) and left.base.value > 1
    return (left.exponent, right.exponent) if rounded and plain else None


def _exponent(power: Pow) -> int | None:
    match power.exponent:
        case Num(value=value, text=text) if text.isdigit():
            return int(value)
        case Neg(body=Num(value=value, text=text)) if text.isdigit():
            return -int(value)
        case _:
            return None


_UNIT = re.compile(
    r"(?:\s|~|\\[,;:! ])*(\\(?:text|textrm|mathrm|mbox)\s*\{\s*[^\W\d_]"
    r"|\\?%|°|(?!(?:and|or|is|so|the|for|but|we|in|as|at|to|by|if|of)\b)[^\W\d_]{1,3}\b"
    r"|(bytes?|thousand|million|billion|percent|Prozent|milli|micro|mil|Tsd|Mio|Mrd|тыс|млн|млрд)"
    r"|[万亿億千百])",
    re.IGNORECASE,
)


_BYTES = re.compile(
    r"(?:\s|~|\\[,;:! ])*(?:\\(?:text|textrm|mathrm|mbox)\s*\{\s*)?[KMGTP]i?(?:B\b|bytes?\b)",
    re.IGNORECASE,
)
WIDTHS = (2.0, 4.0, 8.0)
"""How many bytes a number may take up, which ``1024·1088 = 4.4`` MB leaves out."""


def may_be_in_units(left: float, right: float, after: str) -> bool:
    """Whether a word after a number may be its unit: ``112·112·64·4 ≈ 3.2`` MB."""
    if left * right <= 0 or _UNIT.match(after) is None:
        return False
    ratio = abs(np.log(left / right))
    scales = [np.log(step) * k for step in (10.0, 1024.0) for k in range(1, 13)]
    widths = [1.0, *(WIDTHS if _BYTES.match(after) else ())]
    return any(abs(ratio + np.log(width) - s) < NEAR for s in scales for width in widths)


_PLAIN = re.compile(
    r"(\\(?:[dt]?frac|cdot|times|left|right|big|Big|sqrt|quad|qquad|approx|begin|end|displaystyle|[,;! ])"
    r"|\{(?:aligned|align\*?|split)\}|[\s\d.+\-−–*/×·=≈^(){}\[\]&]|\\\\(?:\[\d+pt\])?|\be(?=\^)|(?<=\d),(?=\d))*",
)


def is_plain(text: str) -> bool:
    """Whether a step is written in digits and arithmetic signs alone: no units, no words, no colon."""
    return _PLAIN.fullmatch(text) is not None


def has_decimals(term: Term) -> bool:
    """Whether a side holds printed decimals."""
    return any(isinstance(t, Num) and "." in t.text for t in walk(term))
