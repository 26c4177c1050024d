"""Which readings of a step are admissible beside the plain one: tried before anyone is accused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from vaultbp.derivations.arrays.matrices import differentiated, moved, only_moving
from vaultbp.derivations.meaning.conventions import for_letter
from vaultbp.derivations.meaning.notebook import Notebook, once
from vaultbp.derivations.meaning.scope import Definition, Scope
from vaultbp.derivations.meaning.show import show
from vaultbp.derivations.meaning.terms import (
    Deriv,
    Fn,
    Fold,
    Grad,
    Num,
    Spread,
    Sym,
    Term,
    free_indices,
    is_slotwise,
    walk,
)
from vaultbp.derivations.meaning.words import mentions
from vaultbp.derivations.numerics.compare import (
    NO_POINT,
    TOO_FEW,
    Comparison,
    dummies,
    has_zero_sum,
)
from vaultbp.derivations.numerics.differentiate import spell
from vaultbp.derivations.numerics.forms import is_mean, is_particular, targets
from vaultbp.derivations.numerics.world import Options
from vaultbp.derivations.readings.atoms import with_atoms
from vaultbp.derivations.readings.averages import with_means
from vaultbp.derivations.readings.families import with_open_families
from vaultbp.derivations.readings.losses import open_losses
from vaultbp.derivations.readings.named import cancelled
from vaultbp.derivations.readings.observed import as_modelled
from vaultbp.derivations.readings.other_definitions import other_meanings
from vaultbp.derivations.readings.partials import (
    INNER_PARTIALS,
    mixed_partials,
    partials_of_paths,
    writes_out_what_it_holds,
)
from vaultbp.derivations.readings.parts import with_parts_opened
from vaultbp.derivations.readings.positive import as_positive
from vaultbp.derivations.readings.potentials import as_potentials
from vaultbp.derivations.readings.trial import Question, Trial

RATHER_PARTIAL = "partial derivatives hold the rest fixed"
SUMMED = "a repeated index is summed over"
_EINSTEIN = re.compile(
    r"einstein|эйнштейн|爱因斯坦|repeated ind|summation convention", re.IGNORECASE
)


def alternatives(book: Notebook, asked: Question, first: Comparison) -> Iterator[Trial]:
    """The other readings of a step whose plain one gave ``first``."""
    left, right = asked.sides
    total = asked.differentiates("d")
    if asked.differentiates() and not total:
        lost = writes_out_what_it_holds(left, right, first)
        yield Trial(Options(immediate=True), (RATHER_PARTIAL,), against=lost)
    bodies = [d.body for d in first.used.values()]
    if any(is_slotwise(t) for each in (left, right, *bodies) for t in walk(each)):
        yield Trial(Options(slotwise=True), (INNER_PARTIALS,))
    for sides in partials_of_paths(left, right):
        yield Trial(sides=sides, assumptions=(INNER_PARTIALS,))
    for sides in mixed_partials(left, right):
        yield Trial(sides=sides, assumptions=(INNER_PARTIALS,), against=total)
    if first.unlinked:
        for scope in other_meanings(book, asked.sides, asked.stated.order):
            yield Trial(scope=scope, meaning=True)
        yield from as_potentials(book, asked)
        yield from _with_open_losses(book, asked, tuple(first.unlinked))
        yield from with_open_families(book, asked, first)
        yield from with_atoms(book, asked, first.unlinked)
        yield from with_parts_opened(book, asked, first.unlinked)
    yield from as_modelled(book, first)
    moving = differentiated(left, right)
    if moving:
        other = not moved(book, left, right)
        yield Trial(Options(moving=moving), (only_moving(moving),), against=other)
    positive = as_positive(asked, first)
    if positive is not None:
        yield positive
    means = with_means(book.scope, first)
    if means is not None:
        yield Trial(scope=means[0], assumptions=(means[1],))
    yield from _with_other_text(book, asked)
    yield from _of_one_role(book, asked, first)
    yield from _with_repeated_summed(book, asked, Trial())
    yield from _to_other_bases(book, asked, first)
    yield from shared_out(book, Trial(), first, said=False)
    yield from conventions(book, asked, Trial(), first)


def shared_out(
    book: Notebook, trial: Trial, found: Comparison, said: bool = True
) -> Iterator[Trial]:
    """A reading again with probabilities that sum to one.

    Where the note does not speak of probabilities or targets, it only excuses, or, if it must be
    ``said``, is none.
    """
    shares = frozenset() if trial.options.normalised else targets(found)
    against = not book.speaks_of_targets()
    if shares and not (said and against):
        text = f"the {', '.join(sorted(shares))} sum to one"
        yield replace(
            trial,
            options=replace(trial.options, normalised=shares),
            assumptions=(*trial.assumptions, text),
            against=trial.against or against,
        )


def states_shares(asked: Question, trial: Trial) -> bool:
    """Whether a step says itself that probabilities sum to one, which a reading assumes."""
    match asked.sides:
        case (Fold(op="Σ", body=Sym(key=key)), Num(value=1.0)):
            return key in trial.options.normalised
        case _:
            return False


def conventions(
    book: Notebook, asked: Question, trial: Trial, found: Comparison
) -> Iterator[Trial]:
    """A reading again with the usual meanings of the functions that the note leaves open."""
    stated, left, right = asked.stated, asked.left, asked.right
    if isinstance(left, Sym) and any(s is left for s in stated.sides[: stated.heads]):
        return  # Another formula of a name may define it anew: it chooses no convention.
    nowhere = found.why in (NO_POINT, TOO_FEW)  # as ln σ(z) is of any function σ
    for key in sorted(found.abstract_left | found.abstract_right):
        if not (nowhere or is_particular(right, key, found)):
            continue
        for convention in for_letter(key.split("_")[0], book.note.source.text):
            definition = convention.of(key)
            text = definition.assumption or ""
            other = book.chosen.get(key, text) != text
            yield replace(
                trial,
                assumptions=(*trial.assumptions, text),
                scope=(trial.scope or book.scope).with_only(definition),
                against=trial.against or other,
                chooses=key,
            )


def with_losses_opened(
    book: Notebook, asked: Question, trial: Trial, found: Comparison
) -> Iterator[Trial]:
    """The reading of another meaning again, with what it leaves open as an open loss."""
    if trial.meaning and not trial.losses and found.unlinked:
        losses = open_losses(book, asked.stated, found.unlinked)
        if losses:
            yield replace(
                trial,
                assumptions=(*trial.assumptions, *losses_say(losses)),
                losses=True,
                unlinked=tuple(found.unlinked),
            )


def counted(trials: list[Trial], asked: Question, first: Comparison) -> Iterator[Trial]:
    """Every reading again with sums from 0 to N taken to have N terms."""
    terms = [*asked.sides, *(d.body for d in first.used.values())]
    if any(has_zero_sum(t) for t in terms):
        mean = any(is_mean(t) for t in terms)
        for trial in trials:
            yield replace(
                trial,
                options=replace(trial.options, counted=True),
                assumptions=(*trial.assumptions, "a sum from 0 to N has N terms"),
                against=trial.against or not mean,
            )


def losses_say(losses: dict[str, Spread]) -> tuple[str, ...]:
    """What is assumed of quantities that the note leaves open."""
    spelt = {k: ", ".join(dict.fromkeys(map(spell, v.inputs))) for k, v in losses.items()}
    return tuple(f"{key} depends on the rest only through {names}" for key, names in spelt.items())


def _with_open_losses(
    book: Notebook, asked: Question, lost: tuple[tuple[str, str], ...]
) -> Iterator[Trial]:
    """What the note leaves open as any smooth function, with what partials may hold fixed."""
    stated, (left, right) = asked.stated, asked.sides
    losses = open_losses(book, stated, lost)
    if not losses:
        return
    total = asked.differentiates("d")
    chain = None if _are_defined(book, losses) else cancelled(book, asked)
    says = (chain.assumption,) if chain is not None and chain.holds else losses_say(losses)
    plain = Trial(Options(), says, losses=True, unlinked=lost)
    places = [plain]
    if open_losses(book, stated, lost, everywhere=True) != losses:
        places.append(replace(plain, everywhere=True))
    yield from places
    if not total:
        yield from (replace(p, options=Options(immediate=True)) for p in places)
    for sides in mixed_partials(left, right):
        inner = (*says, INNER_PARTIALS)
        yield from (replace(p, sides=sides, assumptions=inner, against=total) for p in places)
    yield from _with_repeated_summed(book, asked, plain)


def _with_repeated_summed(book: Notebook, asked: Question, trial: Trial) -> Iterator[Trial]:
    """A reading again by Einstein's convention; it only excuses where the note writes such sums."""
    repeated = dummies(*asked.sides)
    if repeated:
        yield replace(
            trial,
            options=Options(einstein=True),
            assumptions=(*trial.assumptions, SUMMED),
            against=not _summed_letters(book).isdisjoint(repeated),
        )


@once
def _summed_letters(book: Notebook) -> frozenset[str]:
    """The indices over which the note sums in derivatives: these it does not leave to be understood,
    unless it says in words that it does."""
    if mentions(_EINSTEIN, book.note.source.text):
        return frozenset()
    chains = ([t for side in stated.sides for t in walk(side)] for stated in book.stated)
    return frozenset(
        term.index
        for terms in chains
        if any(isinstance(t, Deriv | Grad) for t in terms)
        for term in terms
        if isinstance(term, Fold) and term.op == "Σ"
    )


def _are_defined(book: Notebook, losses: Mapping[str, Spread]) -> bool:
    """Whether the note defines some of what its open quantities are functions of."""
    return any(s.key in book.scope.symbols for spread in losses.values() for s in spread.inputs)


def _with_other_text(book: Notebook, asked: Question) -> Iterator[Trial]:
    """The same text with its ambiguous parts read otherwise."""
    stated, (left, right) = asked.stated, asked.sides
    k = next((k for k, side in enumerate(stated.sides) if side is left), None)
    if k is None or k + 1 >= len(stated.sides) or stated.sides[k + 1] is not right:
        return
    seen = [(left, right)]
    for pick, products in ((1, False), (2, False), (0, True)):
        sides = book.lowered(stated, pick, products)
        if (sides[k], sides[k + 1]) not in seen:
            seen.append((sides[k], sides[k + 1]))
            yield Trial(sides=(sides[k], sides[k + 1]))


def _of_one_role(book: Notebook, asked: Question, first: Comparison) -> Iterator[Trial]:
    """A name without index for one with: ``L = (y - ŷ)²`` and then ``∂L/∂ŷ_1``."""
    if not first.unlinked:
        return
    free = {f.rsplit("/", 1)[0] for f in first.leaves_left | first.leaves_right if f.endswith("/0")}
    variables = {
        by
        for t in asked.terms()
        if isinstance(t, Deriv)
        for by in t.wrt
        if isinstance(by, Sym) and by.slots and by.key in free
    }
    if len(variables) != 1 or free_indices(next(iter(variables))):
        return
    meant = next(iter(variables))
    says = f"{show(Sym(meant.key))} is {show(meant)}"
    definition = Definition(Sym(meant.key), meant, -1, assumption=says)
    for scope in (book.scope, *other_meanings(book, asked.sides, asked.stated.order)):
        symbols = {**scope.symbols, meant.key: [*scope.symbols.get(meant.key, ()), definition]}
        yield Trial(Options(), (says,), Scope(symbols, scope.functions, scope.numbers))


def _to_other_bases(book: Notebook, asked: Question, first: Comparison) -> Iterator[Trial]:
    """Logarithms of unsaid base to base two and to base ten."""
    if not any(has_open_log(t) for t in (*asked.sides, *(d.body for d in first.used.values()))):
        return
    for base in (2.0, 10.0):
        text = f"log is to base {base:g}"
        other = book.chosen.get("log", text) != text
        yield Trial(Options(log_base=base), (text,), against=other)


def has_open_log(term: Term) -> bool:
    """Whether a logarithm of unsaid base is taken."""
    return any(isinstance(t, Fn) and t.name == "logb" for t in walk(term))
