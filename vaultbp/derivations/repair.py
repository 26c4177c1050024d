"""Single edits of the author's own expression that make a wrong step hold.

Every edit is made in the author's text and read again, so that what is shown is what to write. Edits
are tried kind by kind, from the slips people make most; the first kind under which exactly one edit
makes the step hold is shown, and nothing otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vaultbp.derivations.decide import Judge
from vaultbp.derivations.meaning.lower import Lowering
from vaultbp.derivations.meaning.notebook import Stated
from vaultbp.derivations.meaning.scope import NEVER
from vaultbp.derivations.meaning.terms import Opaque, Term, walk
from vaultbp.derivations.numerics.compare import compare
from vaultbp.derivations.numerics.evaluate import Budget
from vaultbp.derivations.readings.trial import Trial
from vaultbp.derivations.verdicts import Repair
from vaultbp.latex import parse, tree
from vaultbp.source import Span

MAX_EDITS = 40


@dataclass(frozen=True)
class Change:
    """Replace a span of the formula's text."""

    span: Span
    text: str


def repair(judgement: Judge, stated: Stated, k: int, trial: Trial) -> Repair | None:
    """The one edit of side ``k + 1`` under which step ``k`` holds in a reading, or ``None``."""
    return _mended(judgement, stated, k, trial, KINDS)


def repair_signs(judgement: Judge, stated: Stated, k: int, trial: Trial) -> Repair | None:
    """The one sign to change, if that is enough."""
    return _mended(judgement, stated, k, trial, (_signs,))


def _mended(
    judgement: Judge, stated: Stated, k: int, trial: Trial, kinds: tuple[Kind, ...]
) -> Repair | None:
    judgement.budget = Budget()
    side = stated.chain.sides[k + 1]
    text = stated.formula.text
    tried = 0
    for kind in kinds:
        holding: list[tuple[Change, str]] = []
        for change in kind(side, text, stated):
            tried += 1
            if tried > MAX_EDITS:
                return None
            edited = _edited(text, side.span, change)
            if _holds(judgement, stated, k, trial, edited):
                holding.append((change, edited))
        if len(holding) == 1:
            change, edited = holding[0]
            return Repair(stated.formula.place(change.span), change.text, edited.strip())
        if holding:
            return None
    return None


def _edited(text: str, side: Span, change: Change) -> str:
    return text[side.start : change.span.start] + change.text + text[change.span.end : side.end]


def _holds(judgement: Judge, stated: Stated, k: int, trial: Trial, edited: str) -> bool:
    reading = parse(edited)
    if len(reading.claims) != 1 or len(reading.claims[0].sides) != 1:
        return False
    right = Lowering(judgement.book.lexicon).term(reading.claims[0].sides[0])
    if any(isinstance(t, Opaque) for t in walk(right)):
        return False
    left: Term = stated.sides[k]
    exclude = stated.order if k < stated.heads else NEVER
    world = judgement.world(stated, exclude, trial)
    found = compare(left, right, world, stated.case, thorough=False)
    return found.equal and not found.zero


Kind = Callable[[tree.Node, str, Stated], Iterator[Change]]


def _signs(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """The sign of the whole side, then of single terms."""
    start = side.span.start
    if isinstance(side, tree.Neg) and text[start] in "-−":
        yield Change(Span(start, start + 1), "")
    elif isinstance(side, tree.Sum):
        pass
    else:
        yield Change(Span(start, start), "-")
    for node in side.walk():
        if not isinstance(node, tree.Sum):
            continue
        for before, term in zip(node.terms, node.terms[1:], strict=False):
            gap = text[before.span.end : term.span.start]
            sign_at = before.span.end + len(gap) - len(gap.lstrip())
            if isinstance(term, tree.Neg) and text[term.span.start] in "-−":
                yield Change(Span(term.span.start, term.span.start + 1), "+")
            elif text[sign_at : sign_at + 1] == "+":
                yield Change(Span(sign_at, sign_at + 1), "-")
            elif text[sign_at : sign_at + 1] in "-−":
                yield Change(Span(sign_at, sign_at + 1), "+")


def _factors(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """A factor two too many or too few."""
    body = side.body if isinstance(side, tree.Neg) else side
    if not isinstance(body, tree.Sum):
        start = body.span.start
        yield Change(Span(start, start), "2")
        yield Change(Span(start, start), r"\frac{1}{2}")
    for node in side.walk():
        if isinstance(node, tree.Product):
            for factor in node.factors:
                if isinstance(factor, tree.Number | tree.Quotient | tree.Name):
                    if len(text[factor.span.start : factor.span.end]) < 30:
                        yield Change(factor.span, "1 ")


def _primes(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """A prime lost or added."""
    for node in side.walk():
        if isinstance(node, tree.Apply | tree.MaybeCall) and isinstance(node.func, tree.Name):
            span = node.func.span
            written = text[span.start : span.end]
            if node.func.primes == 0:
                yield Change(Span(span.end, span.end), "'")
            elif "'" in written:
                at = span.start + written.rindex("'")
                yield Change(Span(at, at + 1), "")


def _exponents(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """A power lost, added or off by one."""
    for node in side.walk():
        if isinstance(node, tree.Power) and isinstance(node.exp, tree.Number):
            value = node.exp.value
            if value == int(value):
                for other in (int(value) + 1, int(value) - 1):
                    yield Change(
                        node.exp.span, f"{{{other}}}" if not 0 <= other < 10 else f"{other}"
                    )
        elif isinstance(node, tree.Name) and not node.sup:
            yield Change(Span(node.span.end, node.span.end), "^2")


def _indices(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """One index for another that the step uses."""
    letters = {
        sub.base
        for each in stated.chain.sides
        for node in each.walk()
        if isinstance(node, tree.Name)
        for sub in node.sub
        if isinstance(sub, tree.Name) and len(sub.base) == 1
    }
    for node in side.walk():
        if isinstance(node, tree.Name):
            for sub in node.sub:
                if isinstance(sub, tree.Name) and sub.span.end > sub.span.start:
                    for letter in sorted(letters - {sub.base}):
                        yield Change(sub.span, letter)


def _symbols(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """One symbol for another that the chain uses."""
    spans: dict[str, None] = {}
    for each in stated.chain.sides:
        for node in each.walk():
            if isinstance(node, tree.Name) and node.span.end > node.span.start:
                spans[text[node.span.start : node.span.end]] = None
    for node in side.walk():
        if isinstance(node, tree.Name) and node.span.end > node.span.start:
            own = text[node.span.start : node.span.end]
            for other in spans:
                if other != own and len(other) < 30:
                    yield Change(node.span, f"{other} " if other[-1:].isalpha() else other)


def _transposes(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """A transpose lost or added, or two factors the wrong way round."""
    for node in side.walk():
        if isinstance(node, tree.Transpose):
            inner = text[node.body.span.start : node.body.span.end]
            yield Change(node.span, inner)
        elif isinstance(node, tree.Name) and not node.sup:
            yield Change(Span(node.span.end, node.span.end), "^T")
        elif isinstance(node, tree.Product):
            for one, two in zip(node.factors, node.factors[1:], strict=False):
                first = text[one.span.start : one.span.end]
                second = text[two.span.start : two.span.end]
                between = text[one.span.end : two.span.start]
                yield Change(Span(one.span.start, two.span.end), second + between + first)


KINDS: tuple[Kind, ...] = (
    _signs, _factors, _primes, _indices, _exponents, _transposes, _symbols,
)  # fmt: skip
