"""Mutation test of the derivation checker: ``python scripts/mutants.py PATH... [--sample N]``.

Of every verified step of every claim with a derivative, the right side is changed in one place (a
sign, a factor, an exponent, a symbol, an index, a transpose, a prime, a term, a layer ...), printed
back into the note's text in memory, and the note is judged again. A good checker calls the step
wrong. A changed step that is still verified is held against a second opinion that shares no code
with the judge (``equivalence.py``): only what is shown to be equal there counts as equivalent.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from equivalence import equivalent
from msgspec.structs import replace

from vaultbp.derivations import Claim, judge
from vaultbp.latex import parse, tree
from vaultbp.latex.latex import to_latex
from vaultbp.notes import Note, read
from vaultbp.notes.note import Formula
from vaultbp.source import Source, Span

TARGET_CAUGHT = 97.0
PER_KIND = 3
"""At most so many mutants of one kind are made of one step."""
OUTCOMES = ("caught", "unchecked", "elsewhere", "equivalent", "falsely verified", "unprintable")


@dataclass(frozen=True)
class Mutant:
    """One changed step: what to write where in which note."""

    path: str
    kind: str
    start: int
    end: int
    text: str
    claim: int
    """Where the formula's text begins on disk."""
    step: int
    """Where the right side of the step begins on disk."""
    place: tuple[int, int, int]
    """Number of the formula in the note, of the chain in it and of the side in that."""
    before: str
    after: str


@dataclass(frozen=True)
class Result:
    """What became of a mutant."""

    mutant: Mutant
    outcome: str
    reason: str | None
    repair: str | None = None
    """What the judge shows in place of a caught side."""

    @property
    def restored(self) -> bool:
        """Whether the repair is what stood there before the change."""
        return self.repair is not None and _spelt(self.repair) == _spelt(self.mutant.before)


# The changes: each yields the node to replace and what to put there.

Edit = tuple[tree.Node, tree.Node]
TWO = tree.Number("2")
HALF = tree.Quotient(tree.Number("1"), TWO)


def signs(side: tree.Node, chain: tree.Chain) -> Iterator[Edit]:
    """A minus too many or too few, of the whole side or of one term."""
    if isinstance(side, tree.Neg):
        yield side, side.body
    elif not isinstance(side, tree.Sum):
        yield side, tree.Neg(side)
    for node in _outside(side):
        if isinstance(node, tree.Sum):
            for k, term in enumerate(node.terms):
                flipped = term.body if isinstance(term, tree.Neg) else tree.Neg(term)
                yield node, replace(node, terms=_put(node.terms, k, flipped))


def factors(side: tree.Node, chain: tree.Chain) -> Iterator[Edit]:
    """Twice, half, or one factor dropped."""
    body = side.body if isinstance(side, tree.Neg) else side
    yield body, _times(TWO, body)
    yield body, _times(HALF, body)
    for node in _outside(side):
        if isinstance(node, tree.Product):
            for k in range(len(node.factors)):
                rest = _without(node.factors, k)
                if len(rest) == 1:
                    yield node, rest[0]
                else:
                    signs_left = _without(node.ops, max(k - 1, 0))
                    yield node, replace(node, factors=rest, ops=signs_left)


def exponents(side: tree.Node, chain: tree.Chain) -> Iterator[Edit]:
    """A power one too high, one too low, or where there is none."""
    for node in _outside(side):
        if isinstance(node, tree.Power) and isinstance(node.exp, tree.Number):
            value = int(node.exp.value) if node.exp.value == int(node.exp.value) else 0
            yield node, replace(node, exp=tree.Number(str(value + 1)))
            yield node, node.base if value == 2 else replace(node, exp=tree.Number(str(value - 1)))
        elif isinstance(node, tree.Name) and not node.sup and _is_quantity(node, chain):
            yield node, tree.Power(node, TWO)


def variables(side: tree.Node, chain: tree.Chain) -> Iterator[Edit]:
    """One symbol for another that the chain uses."""
    names = {n for s in chain.sides for n in _names(s) if _is_quantity(n, chain)}
    for node in _names(side):
        if _is_quantity(node, chain):
            for other in sorted(names - {node}, key=repr):
                yield node, other


def indices(side: tree.Node, chain: tree.Chain) -> Iterator[Edit]:
    """One index for another that the chain uses."""
    letters = {i for s in chain.sides for n in _names(s) for i in n.sub if _is_letter(i)}
    for node in _names(side):
        for k, index in enumerate(node.sub):
            for other in sorted(letters - {index}, key=repr):
                if _is_letter(index):
                    yield node, replace(node, sub=_put(node.sub, k, other))


def transposes(side: tree.Node, chain: tree.Chain) -> Iterator[Edit]:
    """A transpose lost, or two factors the wrong way round beside one."""
    for node in _outside(side):
        if isinstance(node, tree.Transpose):
            yield node, node.body
        elif isinstance(node, tree.Product):
            for k, (one, two) in enumerate(zip(node.factors, node.factors[1:], strict=False)):
                if isinstance(one, tree.Transpose) != isinstance(two, tree.Transpose):
                    swapped = _put(_put(node.factors, k, two), k + 1, one)
                    yield node, replace(node, factors=swapped)


def primes(side: tree.Node, chain: tree.Chain) -> Iterator[Edit]:
    """A prime lost or added."""
    for node in _outside(side):
        if isinstance(node, tree.Apply | tree.MaybeCall) and isinstance(node.func, tree.Name):
            count = node.func.primes
            if count or node.func.base in "σφψfgh":
                func = replace(node.func, primes=count - 1 if count else 1)
                yield node, replace(node, func=func)


def terms(side: tree.Node, chain: tree.Chain) -> Iterator[Edit]:
    """A term dropped."""
    for node in _outside(side):
        if isinstance(node, tree.Sum):
            for k in range(len(node.terms)):
                rest = _without(node.terms, k)
                yield node, replace(node, terms=rest) if len(rest) > 1 else rest[0]


def layers(side: tree.Node, chain: tree.Chain) -> Iterator[Edit]:
    """A layer too high or too low."""
    for node in _names(side):
        for k, mark in enumerate(node.sup):
            for step in (1, -1):
                moved = _moved(mark.body, step)
                if moved is not None:
                    yield node, replace(node, sup=_put(node.sup, k, replace(mark, body=moved)))


def complements(side: tree.Node, chain: tree.Chain) -> Iterator[Edit]:
    """σ turned into 1 - σ."""
    for node in _outside(side):
        match node:
            case (
                tree.Apply(func=tree.Name(base="σ" | "sigmoid", primes=0))
                | tree.MaybeCall(func=tree.Name(base="σ" | "sigmoid", primes=0))
            ):
                yield node, tree.Sum((tree.Number("1"), tree.Neg(node)))
            case _:
                pass


def upside_down(side: tree.Node, chain: tree.Chain) -> Iterator[Edit]:
    """A derivative with above and below exchanged."""
    for node in side.walk():
        match node:
            case tree.Derivative(
                of=tree.Node() as above, wrt=(below,), order=1, form="fraction" | "slash"
            ):
                yield node, replace(node, of=below.body, wrt=(tree.Wrt(above),))
            case _:
                pass


KINDS: dict[str, Callable[[tree.Node, tree.Chain], Iterator[Edit]]] = {
    "sign": signs, "factor": factors, "exponent": exponents, "variable": variables,
    "index": indices, "transpose": transposes, "prime": primes, "dropped term": terms,
    "layer": layers, "1 - σ": complements, "upside down": upside_down,
}  # fmt: skip


def _outside(side: tree.Node) -> Iterator[tree.Node]:
    """The nodes that are values: not in indices, bounds, exponents or beside a ``d``."""
    waiting = [side]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, tree.BigOp):
            waiting.append(node.body)
        elif isinstance(node, tree.Power):
            waiting.append(node.base)
        elif not isinstance(node, tree.Name | tree.Derivative | tree.Gradient | tree.Evaluated):
            waiting.extend(reversed(list(node.children())))


def _names(side: tree.Node) -> Iterator[tree.Name]:
    """The symbols of a side, also in its derivatives, but not in indices and bounds."""
    waiting = [side]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tree.Name):
            yield node
        elif isinstance(node, tree.Apply | tree.MaybeCall) and isinstance(node.func, tree.Name):
            waiting.extend(reversed(node.args))
        elif isinstance(node, tree.BigOp):
            waiting.append(node.body)
        else:
            waiting.extend(reversed(list(node.children())))


def _is_quantity(node: tree.Name, chain: tree.Chain) -> bool:
    """Whether a name is a symbol that may be exchanged: no index, no function, no label."""
    whole = [n for side in chain.sides for n in side.walk()]
    called = {n.func for n in whole if isinstance(n, tree.Apply | tree.MaybeCall)}
    marks = {i for n in whole if isinstance(n, tree.Name) for i in n.sub}
    bounds = {b for n in whole if isinstance(n, tree.BigOp) for low in n.lower for b in low.walk()}
    return node not in called | marks | bounds and node.base not in ("d", "e", "π")


def _is_letter(index: tree.Node) -> bool:
    return isinstance(index, tree.Name) and len(index.base) == 1 and not index.sub


def _moved(body: tree.Node, step: int) -> tree.Node | None:
    match body:
        case tree.Number(text=text) if text.isdigit():
            return tree.Number(str(max(int(text) + step, 0)))
        case tree.Name(base=base) if base in ("l", "L", "ℓ"):
            one = tree.Number("1")
            return tree.Sum((body, one if step > 0 else tree.Neg(one)))
        case tree.Sum(terms=(tree.Name(base="l" | "L" | "ℓ") as letter, _)):
            return letter
        case _:
            return None


def _times(factor: tree.Node, body: tree.Node) -> tree.Node:
    if isinstance(body, tree.Product):
        return tree.Product((factor, *body.factors), ("", *body.ops))
    return tree.Product((factor, body), ("",))


def _put(items: tuple[Any, ...], k: int, new: Any) -> tuple[Any, ...]:
    return (*items[:k], new, *items[k + 1 :])


def _without(items: tuple[Any, ...], k: int) -> tuple[Any, ...]:
    return (*items[:k], *items[k + 1 :])


def substituted(whole: tree.Node, old: tree.Node, new: tree.Node) -> tree.Node:
    """The tree with one node, told by its identity, replaced."""
    if whole is old:
        return new
    changes: dict[str, Any] = {}
    for name in whole.__struct_fields__:
        value = getattr(whole, name)
        changed = _substituted_in(value, old, new)
        if changed is not value:
            changes[name] = changed
    return replace(whole, **changes) if changes else whole


def _substituted_in(value: Any, old: tree.Node, new: tree.Node) -> Any:
    if isinstance(value, tree.Node):
        return substituted(value, old, new)
    if isinstance(value, tuple) and not isinstance(value, Span):
        items = tuple(_substituted_in(item, old, new) for item in value)
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    return value


# Printing a mutant into the note


Macros = tuple[tuple[str, str, int], ...]


def written(
    formula: Formula, macros: Macros, place: tuple[int, int], old: tree.Node, mutant: tree.Node,
    part: tree.Node, side: tree.Node,
) -> tuple[Span, str] | None:  # fmt: skip
    """Where in the formula to write what, so that it reads back as the mutant and nothing else."""
    inner, outer = to_latex(part), to_latex(mutant)
    choices = [(old.span, inner), (old.span, rf"\left({inner}\right)"), (side.span, outer)]
    for span, text in choices:
        if span.end <= span.start:
            continue
        spaced = f" {text} "
        whole = formula.text[: span.start] + spaced + formula.text[span.end :]
        claims = parse(whole, macros).claims
        chain, k = place
        sides = claims[chain].sides if chain < len(claims) else ()
        if k < len(sides) and sides[k] == mutant:
            return span, spaced
    return None


def mutants_of(path: str, text: str) -> tuple[list[Mutant], Counter[str]]:
    """All mutants of one note, and how many of each kind could not be printed."""
    note = read(Source(path, text))
    claims = judge(note)
    found: list[Mutant] = []
    lost: Counter[str] = Counter()
    macros: Macros = ()
    for number, formula in enumerate(note.formulas):
        reading = parse(formula.text, macros)
        for c, chain in enumerate(reading.claims):
            if formula.form == "image" or not _differentiates(chain):
                continue
            for k in _verified_sides(claims, formula, chain):
                for mutant in _of_side(note, formula, macros, (number, c, k), chain):
                    if isinstance(mutant, str):
                        lost[mutant] += 1
                    else:
                        found.append(mutant)
        macros = (*macros, *reading.macros)
    return found, lost


def _differentiates(chain: tree.Chain) -> bool:
    return any(
        isinstance(node, tree.Derivative | tree.Gradient)
        or (isinstance(node, tree.Name) and node.primes > 0)
        for side in chain.sides
        for node in side.walk()
    )


def _verified_sides(claims: Sequence[Claim], formula: Formula, chain: tree.Chain) -> list[int]:
    """The numbers of the sides that verified steps of a verified claim add."""
    span = formula.place(chain.span)
    good = {
        step.span
        for claim in claims
        if claim.span == span and claim.status == "verified"
        for step in claim.steps
        if step.status == "verified"
    }
    return [k for k, side in enumerate(chain.sides) if k and formula.place(side.span) in good]


def _of_side(
    note: Note, formula: Formula, macros: Macros, place: tuple[int, int, int], chain: tree.Chain
) -> Iterator[Mutant | str]:
    side = chain.sides[place[2]]
    for kind, edits in KINDS.items():
        made: set[str] = set()
        for old, new in _spread(list(edits(side, chain))):
            mutant = substituted(side, old, new)
            where = written(formula, macros, place[1:], old, mutant, new, side)
            if where is None:
                yield kind
                continue
            span, text = where
            disk = formula.place(span)
            whole = formula.text[: span.start] + text + formula.text[span.end :]
            if whole not in made:
                made.add(whole)
                yield Mutant(
                    note.path, kind, disk.start, disk.end, text, formula.body.start,
                    formula.place(side.span).start, place, to_latex(side), to_latex(mutant),
                )  # fmt: skip


def _spread(edits: list[Edit]) -> list[Edit]:
    step = max(1, len(edits) / PER_KIND)
    return [edits[int(k * step)] for k in range(min(len(edits), PER_KIND))]


# Judging


def judged(mutant: Mutant, text: str) -> Result:
    """Judge the note with one mutant in it."""
    changed = text[: mutant.start] + mutant.text + text[mutant.end :]
    note = read(Source(mutant.path, changed))
    number = mutant.place[0]
    formula = note.formulas[number] if number < len(note.formulas) else None
    if formula is None or formula.body.start != mutant.claim:
        return Result(mutant, "unprintable", "the note's formulas are told apart otherwise")
    claims = judge(note)
    own = [x for x in claims if formula.span.start <= x.span.start < formula.span.end]
    steps = [s for x in own for s in x.steps if _is_here(s.span, mutant, text, changed)]
    found = next((s for s in steps if s.status == "wrong"), None)
    if found is not None:
        return Result(mutant, "caught", None, found.repair.shown if found.repair else None)
    if any(s.status == "verified" for s in steps):
        return _held_against(mutant, text)
    if any(x.status == "wrong" for x in claims):
        before = {x.source for x in judge(read(Source(mutant.path, text))) if x.status == "wrong"}
        if any(x.status == "wrong" and x.source not in before for x in claims):
            return Result(mutant, "elsewhere", "another step is called wrong")
    reasons = [s.reason for s in steps] or [x.reason or x.kind for x in own]
    return Result(mutant, "unchecked", reasons[0] if reasons else "no claim")


def _spelt(side: str) -> list[tree.Node]:
    return [each for chain in parse(side).claims for each in chain.sides]


def _is_here(span: Span, mutant: Mutant, text: str, changed: str) -> bool:
    """Whether a step of the changed note is the one that was changed: blanks may have moved it."""
    between = changed[min(span.start, mutant.step) : max(span.start, mutant.step)]
    return not between.strip(" \n\t{(") and span.end >= mutant.step


def _held_against(mutant: Mutant, text: str) -> Result:
    note = read(Source(mutant.path, text))
    chains: list[tree.Chain] = []
    macros: Macros = ()
    number, c, k = mutant.place
    side: tree.Node | None = None
    for n, formula in enumerate(note.formulas):
        reading = parse(formula.text, macros)
        macros = (*macros, *reading.macros)
        chains.extend(reading.claims)
        if n == number:
            side = reading.claims[c].sides[k]
            edited = parse(mutant.after, macros)
    assert side is not None
    if len(edited.claims) == 1 and len(edited.claims[0].sides) == 1:
        same = equivalent(side, edited.claims[0].sides[0], chains[::-1])
        if same:
            return Result(mutant, "equivalent", None)
        why = "shown to differ" if same is False else "not shown to be equivalent"
        return Result(mutant, "falsely verified", why)
    return Result(mutant, "falsely verified", "not shown to be equivalent")


# Running


def _make(path: str) -> tuple[list[Mutant], Counter[str]]:
    return mutants_of(path, _text(path))


def _run(mutant: Mutant) -> Result:
    return judged(mutant, _text(mutant.path))


def _text(path: str) -> str:
    return Source.from_bytes(path, Path(path).read_bytes()).text


def notes_under(paths: Sequence[str]) -> list[str]:
    found: list[str] = []
    for path in map(Path, paths):
        found += [str(p) for p in sorted(path.rglob("*.md"))] if path.is_dir() else [str(path)]
    return found


def run(paths: Sequence[str], sample: int, seed: int, jobs: int) -> tuple[list[Result], int]:
    """Make, choose and judge mutants; the results and how many there were to choose from."""
    with ProcessPoolExecutor(jobs, initializer=os.nice, initargs=(10,)) as pool:
        made: list[Mutant] = []
        results: list[Result] = []
        for mutants, _ in pool.map(_make, notes_under(paths), chunksize=2):
            made += mutants
        chosen = random.Random(seed).sample(made, sample) if 0 < sample < len(made) else made
        results += pool.map(_run, sorted(chosen, key=lambda m: m.path), chunksize=4)
    return results, len(made)


def table(results: Sequence[Result]) -> dict[str, Counter[str]]:
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        rows[result.mutant.kind][result.outcome] += 1
        rows["all"][result.outcome] += 1
    return {kind: rows[kind] for kind in (*KINDS, "all") if kind in rows}


def share(row: Counter[str]) -> float:
    """Caught, in per cent of the mutants that change something."""
    real = sum(row[o] for o in ("caught", "unchecked", "elsewhere", "falsely verified"))
    return 100.0 * row["caught"] / real if real else 100.0


def show(results: Sequence[Result], made: int, seconds: float, worst: int) -> None:
    print(f"{'kind':14}" + "".join(f"{o:>18}" for o in OUTCOMES) + f"{'caught %':>10}")
    rows = table(results)
    for kind, row in rows.items():
        print(f"{kind:14}" + "".join(f"{row[o]:18}" for o in OUTCOMES) + f"{share(row):10.1f}")
    row = rows.get("all", Counter())
    print(f"{len(results)} of {made} mutants, {seconds:.0f} s")
    print(f"targets: caught {share(row):.1f} % of >= {TARGET_CAUGHT:.0f} %", end="; ")
    print(f"falsely verified {row['falsely verified']} of 0")
    shown = [r for r in results if r.repair is not None]
    restored = sum(r.restored for r in shown)
    print(
        f"repairs: shown for {len(shown)} of {row['caught']} caught, {restored} restore what stood"
    )
    for r in [r for r in results if r.outcome == "caught" and not r.restored][:worst]:
        print(f"  {r.mutant.path} [{r.mutant.kind}]\n    was  {r.mutant.before[:150]}")
        print(f"    now  {r.mutant.after[:150]}\n    mend {(r.repair or 'none')[:150]}")
    for outcome in ("falsely verified", "elsewhere", "unchecked"):
        found = [r for r in results if r.outcome == outcome]
        why = Counter(r.reason for r in found).most_common(8)
        print(f"\n{outcome}: {len(found)}", *(f"  {n:4} {reason}" for reason, n in why), sep="\n")
        for r in found[:worst]:
            print(f"  {r.mutant.path} [{r.mutant.kind}] {r.reason}")
            print(f"    was  {r.mutant.before[:150]}\n    now  {r.mutant.after[:150]}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--sample", type=int, default=0, help="judge only so many (0: all)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--worst", type=int, default=15, help="examples shown of each outcome")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    options = parser.parse_args(arguments)
    begin = time.perf_counter()
    results, made = run(options.paths, options.sample, options.seed, options.jobs)
    if options.format == "json":
        rows = {kind: dict(row) for kind, row in table(results).items()}
        print(json.dumps({"made": made, "table": rows, "results": [asdict(r) for r in results]}))
    else:
        show(results, made, time.perf_counter() - begin, options.worst)
    row = table(results).get("all", Counter())
    return int(share(row) < TARGET_CAUGHT or row["falsely verified"] > 0)


if __name__ == "__main__":
    sys.exit(main())
