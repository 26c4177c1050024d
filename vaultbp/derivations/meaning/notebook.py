"""One note as the judge sees it: its chains in order, what its letters mean, its definitions."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from msgspec import structs

from vaultbp.derivations.meaning.bare import spelled_out, usage
from vaultbp.derivations.meaning.carry import Ending, carried, ending, without_open_sides
from vaultbp.derivations.meaning.cases import (
    Above,
    case_above,
    case_of,
    inherited,
    own_case,
    prose_case,
)
from vaultbp.derivations.meaning.gradients import Arguments, arguments, gradients_written
from vaultbp.derivations.meaning.lexicon import Lexicon, gather
from vaultbp.derivations.meaning.lower import Lowering
from vaultbp.derivations.meaning.present import present
from vaultbp.derivations.meaning.primes import settled
from vaultbp.derivations.meaning.ranges import Ranges
from vaultbp.derivations.meaning.recurrences import add_recurrences
from vaultbp.derivations.meaning.scope import (
    Definition,
    Scope,
    definition_of,
    is_to_solve,
    overlap,
)
from vaultbp.derivations.meaning.show import show
from vaultbp.derivations.meaning.squares import add_roots
from vaultbp.derivations.meaning.terms import (
    Add,
    Array,
    Call,
    Deriv,
    Diff,
    Div,
    Fn,
    Grad,
    Idx,
    Mul,
    Neg,
    Num,
    Opaque,
    Pow,
    Sym,
    Term,
    walk,
)
from vaultbp.derivations.meaning.words import mentions
from vaultbp.latex import parse, tree
from vaultbp.notes.note import Formula, Note

MAX_FORMULAS = 5_000
"""Formulas of one note that are read; the longest real notes have a few hundred."""

MOST_STEPS = 6
"""More layers or time steps than this are not counted out, whatever the note says."""
DEFINING = ("=", ":=", "≡")
RATES = frozenset(("η", "α", "λ", "lr", "ε", "γ", "μ", "ϵ"))


@dataclass(frozen=True)
class Stated:
    """One chain of the note, in terms."""

    order: int
    formula: Formula
    chain: tree.Chain
    sides: tuple[Term, ...]
    section: int
    heads: int = 0
    """How many leading sides are names that this chain defines."""
    defines: frozenset[int] = frozenset()
    """Later steps that say what a function is."""
    update: bool = False
    """The first relation assigns a new value: it states nothing."""
    introduces: bool = False
    """The last side is a new name for what stands before it."""
    condition: bool = False
    """It says where something holds, and not what its symbols are: ``at y = t``."""
    apart: bool = False
    """Its left side stands in a formula before, with words between."""
    case: str | None = None
    """``=`` or ``≠`` when the note treats coinciding or different indices here; see ``cases``."""
    labels: frozenset[str] = frozenset()
    """Labels of the note that are one value of an index."""
    case_above: str | None = None
    """The last case that the section has named before."""

    @property
    def said_case(self) -> str | None:
        """The case of its indices that the chain or the words just before its formula name."""
        return self.case or prose_case(self.formula, self.labels)

    @property
    def end(self) -> int:
        """The place of the last side that is equal to something: ``… = δ ∈ ℝ^n`` ends in δ."""
        member = len(self.sides) > 2 and self.chain.relations[-1].op == "∈"
        return len(self.sides) - (2 if member else 1)

    @property
    def relations(self) -> tuple[str, ...]:
        """The relation signs, canonical."""
        return tuple(mark.op for mark in self.chain.relations)


@dataclass
class Notebook:
    """A note's chains, lexicon and scope."""

    note: Note
    lexicon: Lexicon
    stated: list[Stated]
    scope: Scope
    readings: list[tree.Reading] = field(default_factory=list)
    declared: dict[tuple[str, int], int] = field(default_factory=dict)
    """Kinds of families that the note declares: ``x ∈ ℝ^n``, or ``shapes:`` in the frontmatter."""
    declared_dims: dict[tuple[str, int], tuple[object, ...]] = field(default_factory=dict)
    """Their sizes where these are declared by letters or numbers."""
    kinds: list[dict[tuple[str, int], int]] = field(default_factory=list)
    """Assignments of kinds under which steps of this note held."""
    misfits: dict[object, list[Mapping[tuple[str, int], int]]] = field(default_factory=dict)
    """Kinds under which a definition does not even conform by itself."""
    layouts: tuple[str, ...] = ("columns", "rows", "denominator")
    """The layouts of derivatives that the steps verified so far leave open."""
    shaped_trials: int = 900
    """How many more assignments of kinds may be unified in this note."""
    allowance: int = 120_000
    """How many more terms may be evaluated in this note before its steps get little each."""
    agreed: dict[int, int] = field(default_factory=dict)
    """Chains that give a symbol another formula, and those whose formula this was found equal to."""
    chosen: dict[str, str] = field(default_factory=dict)
    """Conventions that verified a step of this note: they bind the later steps."""
    held: dict[int, list[object]] = field(default_factory=dict)
    """Steps that hold, by the order of the definitions that they hold by: see ``evidence``."""
    awaiting: set[int] = field(default_factory=set)
    """Chains to look at once more when all others have been judged."""
    fixed: dict[object, tuple[Term, Term]] = field(default_factory=dict)
    """Terms with concrete indices, shared by all evaluations."""
    arguments: Arguments = field(default_factory=dict)
    """What functions are functions of, where every formula says the same."""
    known: dict[object, Any] = field(default_factory=dict)
    """What was found out about the whole note, by the function that found it: see :func:`once`."""
    _ranges: dict[tuple[int, int], Ranges] = field(default_factory=dict)

    def ranges(self, shift: int = 0, uniform: int = 0) -> Ranges:
        """The index ranges of the whole note, with one choice of sizes."""
        found = self._ranges.get((shift, uniform))
        if found is None:
            labels = sorted(self.lexicon.members)
            members = {label: 1 + k % 2 for k, label in enumerate(labels)}
            given = {
                k: n for k in self.lexicon.tops if (n := self._number(k)) and 1 < n <= MOST_STEPS
            }
            found = Ranges(shift, uniform, members=members, given=given)
            self._ranges[shift, uniform] = found
            found.learn(self._all_terms())
        return found

    def _number(self, key: str) -> int | None:
        """The whole number that the note gives to a symbol, if it is one."""
        bodies = {d.body for d in self.scope.numbers.get(key, ()) if not d.head.slots}
        values = {body.value for body in bodies if isinstance(body, Num)}
        only = values.pop() if len(values) == len(bodies) == 1 else 0.5
        return int(only) if only == int(only) else None

    def _all_terms(self) -> Iterable[Term]:
        for stated in self.stated:
            yield from stated.sides
        for table in (self.scope.symbols, self.scope.functions):
            for definitions in table.values():
                for definition in definitions:
                    yield definition.head
                    yield definition.body

    def speaks_of_targets(self) -> bool:
        """Whether the note calls something a target, a label or a probability."""
        return mentions(_TARGETS, self.note.source.text)

    def original(self, order: int) -> int:
        """The first chain that defines a symbol as one does."""
        for _ in range(len(self.agreed)):
            order = self.agreed.get(order, order)
        return order

    def lowered(self, stated: Stated, pick: int, products: bool = False) -> tuple[Term, ...]:
        """A chain's sides under another choice among ambiguous readings."""
        lowering = Lowering(self.lexicon, pick, products)
        sides = tuple(lowering.term(side) for side in stated.chain.sides)
        return settled(gradients_written(sides, self.arguments))


Found = TypeVar("Found")


def once(find: Callable[[Notebook], Found]) -> Callable[[Notebook], Found]:
    """A function of the whole note, worked out when first asked for.

    Only for what does not change once the note's definitions are collected.
    """

    def known(book: Notebook) -> Found:
        if find not in book.known:
            book.known[find] = find(book)
        found: Found = book.known[find]
        return found

    known.__doc__ = find.__doc__
    return known


def open_notebook(note: Note, linked: Sequence[Note] = ()) -> Notebook:
    """Read all formulas of a note and collect what they define."""
    readings = _parse_all(note)
    lexicon = gather([reading for _, reading in readings])
    lowering = Lowering(lexicon)
    sections = [heading.span.start for heading in note.headings]
    stated: list[Stated] = []
    endings: list[Ending] = []
    case: str | None = None
    above: Above | None = None
    for formula, reading in readings:
        section = bisect.bisect_right(sections, formula.span.start)
        left_over, case = case, case_of(formula, reading, case, lexicon.members)
        anew = bool(stated) and section != stated[-1].section
        above = case_above(formula, reading, None if anew else above, lexicon.members)
        chains = [without_open_sides(chain) for chain in reading.claims]
        left, apart = None, False
        if chains and _is_headless(chains[0]):
            left, apart = carried(note, endings, formula, section)
            chains[0] = _continued(chains[0], left)
        for chain in chains:
            sides = tuple(lowering.term(side) for side in chain.sides)
            if not chain.relations and isinstance(sides[0] if sides else None, Opaque):
                continue
            own = own_case(chain, lexicon.members) or inherited(formula, left_over)
            each = Stated(len(stated), formula, chain, sides, section, case=own, apart=apart)
            stated.append(replace(each, labels=lexicon.members, case_above=above and above.case))
        end = ending(note, formula, chains, section, lowering)
        if end is not None:
            endings.append(end)
        elif left is None and any(chain.relations for chain in chains):
            endings.clear()
    stated = _shorthands(stated)
    functions = arguments((each.chain, each.sides) for each in stated)
    stated = [replace(s, sides=gradients_written(s.sides, functions)) for s in stated]
    known = usage(each.sides for each in stated)
    stated = [replace(s, sides=settled(spelled_out(s.sides, known))) for s in stated]
    scope = Scope()
    stated = _define(stated, scope, _set_aside(note))
    stated = _with_present_values(stated)
    _declare_by_usage(stated, scope)
    add_roots(scope, (side for each in stated for side in each.sides))
    for other in linked:
        _import(other, scope, len(stated))
    read = [r for _, r in readings]
    return Notebook(note, lexicon, stated, scope, read, arguments=functions)


def _parse_all(note: Note) -> list[tuple[Formula, tree.Reading]]:
    macros: tuple[tuple[str, str, int], ...] = ()
    found = []
    for formula in note.formulas[:MAX_FORMULAS]:
        reading = parse(formula.text, macros)
        macros = (*macros, *reading.macros)
        found.append((formula, reading))
    return found


def _continued(chain: tree.Chain, left: tree.Node | None) -> tree.Chain:
    """A formula that begins with ``=`` continues the one before it."""
    if left is None or not _is_headless(chain):
        return chain
    return structs.replace(chain, sides=(left, *chain.sides[1:]), continued=True)


def _is_headless(chain: tree.Chain) -> bool:
    begins = bool(chain.relations) and isinstance(chain.sides[0], tree.Missing)
    return begins and chain.relations[0].op == "="


def _shorthands(stated: list[Stated]) -> list[Stated]:
    """Turn ``dw`` into a name where the note uses it for ``∂J/∂w``: ``dw = …``."""
    names: set[str] = set()
    for each in stated:
        if _names_derivative(each):
            names.update(_differentials(stated))
        if not each.relations or not isinstance(each.sides[0], Diff):
            continue
        inner = each.sides[0].body
        rest = [t for side in each.sides[1:] for t in walk(side)]
        if isinstance(inner, Sym) and not any(isinstance(t, Diff) for t in rest):
            names.add(inner.key)
    if not names:
        return stated
    return [replace(s, sides=tuple(_named(side, names) for side in s.sides)) for s in stated]


def _names_derivative(each: Stated) -> bool:
    """Whether a chain says ``dw = ∂J/∂w``: then a d before a symbol makes a name in this note."""
    return any(
        isinstance(one, Diff) and isinstance(two, Deriv) and two.wrt == (one.body,)
        for pair in zip(each.sides, each.sides[1:], strict=False)
        for one, two in (pair, pair[::-1])
    )


def _differentials(stated: list[Stated]) -> Iterable[str]:
    """The symbols that stand after a d."""
    for each in stated:
        for side in each.sides:
            for term in walk(side):
                body = _before_bracket(term.body) if isinstance(term, Diff) else None
                if isinstance(body, Sym):
                    yield body.key


def _before_bracket(body: Term) -> Term:
    """The r of ``dr (1 - r²)``, which reads like the differential of a product."""
    if isinstance(body, Mul) and len(body.factors) == 2 and isinstance(body.factors[1], Add):
        return body.factors[0]
    return body


def _named(term: Term, names: set[str]) -> Term:
    if isinstance(term, Diff):
        name = _before_bracket(term.body)
        if isinstance(name, Sym) and name.key in names:
            short = Sym("d" + name.key, name.slots)
            if isinstance(term.body, Mul):
                return Mul((short, *term.body.factors[1:]), term.body.ops)
            return short
    if isinstance(term, Mul):
        return Mul(tuple(_named(f, names) for f in term.factors), term.ops)
    if isinstance(term, Add):
        return Add(tuple(_named(t, names) for t in term.terms))
    if isinstance(term, Neg):
        return Neg(_named(term.body, names))
    return term


_TARGETS = re.compile(
    r"one[- ]?hot|target|label|probab|softmax|distribution|класс|вероятн|概率|标签|확률|etiquet",
    re.IGNORECASE,
)
_SET_ASIDE = re.compile(r"^\s*(vaultbp:\s*)?(ignore|wrong[ -]on[ -]purpose)\b", re.IGNORECASE)


def _with_present_values(stated: list[Stated]) -> list[Stated]:
    """Call what updates start from by its own name."""
    keys = {t.key for s in stated for side in s.sides for t in walk(side) if isinstance(t, Sym)}
    return [
        replace(s, sides=tuple(present(side, keys) for side in s.sides)) if s.update else s
        for s in stated
    ]


def _set_aside(note: Note) -> set[int]:
    """Where the formulas begin that a comment marks as wrong or to be ignored: they define nothing."""
    found: set[int] = set()
    starts = [f.span.start for f in note.formulas]
    for comment in note.comments:
        if _SET_ASIDE.match(comment.text):
            place = bisect.bisect_left(starts, comment.span.end)
            if place < len(starts):
                found.add(starts[place])
    return found


def _define(stated: list[Stated], scope: Scope, aside: set[int]) -> list[Stated]:
    """Collect definitions in order and mark the sides that are heads."""
    seen: set[object] = set()
    result: list[Stated] = []
    firsts: dict[int, int] = {}
    for each in stated:
        first = firsts.setdefault(id(each.formula), each.order)
        if each.formula.span.start in aside:
            result.append(each)
            continue
        marked = _mark(each, scope, seen, first, result[-2:])
        result.append(marked)
        for side in each.sides:
            seen.update(_identity(t) for t in walk(side) if isinstance(t, Sym))
    for each in result:
        _imply(each, scope)
    add_recurrences(result, scope)
    return result


def _imply(each: Stated, scope: Scope) -> None:
    """``dp/dx = d/dx (a + bx)`` says what an otherwise undefined ``p`` is."""
    for left, right, op in zip(each.sides, each.sides[1:], each.relations, strict=False):
        if op not in DEFINING or not (isinstance(left, Deriv) and isinstance(right, Deriv)):
            continue
        name, body = left.of, right.of
        if not isinstance(name, Sym) or isinstance(body, Sym | Call) or left.wrt != right.wrt:
            continue
        if name.key in scope.symbols or name.key in scope.functions:
            continue
        definition = definition_of(name, body, each.order, each.section, each.chain.source)
        if definition is not None and not any(isinstance(t, Deriv | Grad) for t in walk(body)):
            says = f"{show(name)} := {show(body)}"
            scope.add(replace(definition, assumption=says, implied=True))


def _is_operator(left: Term, right: Term, scope: Scope) -> bool:
    """``D(x²) = d/dx (x²)`` says that ``D`` takes the derivative."""
    if not isinstance(left, Call) or len(left.args) != 1 or left.func.key in scope.functions:
        return False
    return isinstance(right, Deriv) and right.of == left.args[0] and not left.order


_SOME = re.compile(
    r"\b(exists?|there (is|are)|for some|существует|existe|existiert|gibt es)\b[^.;。]*$"
    r"|(存在|∃|\\exists)[^.;。]*$",
    re.IGNORECASE,
)


_WHERE = re.compile(
    r"\b(at|if|when|whenever|unless|falls|wenn|bei|si|cuando|quando|lorsque|если|когда|при)\s*$"
    r"|(当|若|如果)\s*$",
    re.IGNORECASE,
)


def _says_where(each: Stated) -> bool:
    """Whether two symbols are equal only where the words just before say: ``kinked at y = t``."""
    words = each.formula.before.rstrip("$ ") + each.formula.text[: each.chain.span.start]
    bare = len(each.sides) == 2 and all(isinstance(side, Sym) for side in each.sides)
    return bare and each.relations == ("=",) and _WHERE.search(words[-30:]) is not None


def _says_some(each: Stated) -> bool:
    """Whether an equation holds at some point only: ``there is a c such that f(c) = 2c``."""
    start = each.chain.span.start
    words = each.formula.before[-60:] + each.formula.text[:start]
    return _SOME.search(words) is not None


def _is_solved_for(head: Term, section: int, before: list[Stated]) -> bool:
    """Whether a condition just before is what a symbol solves: ``dP/dR = … = 0, so R = r``.

    Such an equation says where something is best, and not what the symbol is. What is differentiated
    is not solved for.
    """
    key = head.key if isinstance(head, Sym) else ""
    for each in before:
        if each.section != section:
            continue
        terms = [t for side in each.sides for t in walk(side)]
        derived = any(
            isinstance(t, Deriv | Grad) or (isinstance(t, Call) and t.order) for t in terms
        )
        last = each.sides[-1]
        vanishes = each.relations[-1:] == ("=",) and isinstance(last, Num) and last.value == 0
        tops = sum(isinstance(t, Deriv) and t.of == head for t in terms)
        if vanishes and derived and sum(_is_named(t, key) for t in terms) > tops:
            return True
    return False


def _is_named(term: Term, key: str) -> bool:
    return isinstance(term, Sym) and term.key == key


def _mark(
    each: Stated, scope: Scope, seen: set[object], first: int, before: list[Stated]
) -> Stated:
    if not each.relations or not all(op in (*DEFINING, "≈", "=:") for op in each.relations[:1]):
        return each
    _number_bindings(each, scope)
    if each.relations[0] == "≈" or each.chain.continued:
        return each
    if is_update(each.sides[0], each.sides[1]):
        return replace(each, update=True)
    if _says_where(each):
        return replace(each, condition=True)
    heads = 0
    for left, right, op in zip(each.sides, each.sides[1:], each.relations, strict=False):
        if op not in DEFINING:
            break
        definition = definition_of(left, right, each.order, each.section, each.chain.source)
        if definition is None:
            heads += _is_operator(left, right, scope)
            break
        if isinstance(left, Sym | Call):
            heads += 1
            if _is_claimed(definition, scope):
                heads -= 1
                break
            given = not definition.numeric or definition.params is not None
            valued = isinstance(right, Call) and isinstance(each.sides[-1], Num)  # f(a) = g(a) = 0
            some = definition.params is not None and (valued or _says_some(each))
            if given and not some and not _is_solved_for(left, each.section, before):
                scope.add(definition)
                _also_as_variable(left, right, each, scope)
        if not isinstance(right, Sym | Call):
            break
    _function_by_example(each, scope)
    marked = replace(each, heads=heads, defines=_defined_inside(each, heads, scope))
    return _introduced(marked, scope, seen, first)


def _defined_inside(each: Stated, heads: int, scope: Scope) -> frozenset[int]:
    """``∂L/∂z = g(u, v) = u/v`` says what a new ``g`` is: the steps that do.

    And ``tanh(z) = y = …`` what y is.
    """
    found = set()
    for k in range(max(heads, 1), len(each.relations)):
        left, right = each.sides[k], each.sides[k + 1]
        value = isinstance(left, Sym) and k == 1 and isinstance(each.sides[0], Fn)
        if each.relations[k] not in DEFINING or not (value or isinstance(left, Call)):
            continue
        definition = definition_of(left, right, each.order, each.section, each.chain.source)
        if definition is None or definition.numeric:
            continue
        if value or _is_new_function(definition, each, scope):
            scope.add(definition)
            found.add(k)
    return frozenset(found)


def _is_new_function(definition: Definition, each: Stated, scope: Scope) -> bool:
    """Whether a formula has all arguments of its function, and none like it stands in the section."""
    params = definition.params or ()
    return set(params) <= set(walk(definition.body)) and not any(
        d.section == each.section and len(d.params or ()) == len(params)
        for d in scope.functions.get(definition.head.key, ())
    )


def _declare_by_usage(stated: list[Stated], scope: Scope) -> None:
    """``f(x(t), y(t))`` says on what f depends, and x and y, where nothing else does."""
    numerators: set[str] = set()
    usage: dict[str, Call] = {}
    for each in stated:
        for side in each.sides:
            for term in walk(side):
                if isinstance(term, Deriv):
                    numerators.update(t.key for t in (term.of, *term.wrt) if isinstance(t, Sym))
                elif isinstance(term, Call) and term.order == 0 and not term.func.slots:
                    named = all(isinstance(a, Sym | Call) for a in term.args)
                    itself = any(t == term.func for a in term.args for t in walk(a))
                    if named and not itself and not term.func.key.startswith("#"):
                        usage.setdefault(term.func.key, term)
    for key, call in usage.items():
        inner = any(isinstance(a, Call) for a in call.args)
        if key in scope.symbols or key in scope.functions:
            continue
        if key in numerators or inner or any(_argument_of(usage, key)):
            scope.symbols[key] = [Definition(call.func, call, -2)]


def _argument_of(usage: dict[str, Call], key: str) -> Iterable[bool]:
    return (isinstance(a, Call) and a.func.key == key for call in usage.values() for a in call.args)


def _function_by_example(each: Stated, scope: Scope) -> None:
    """``a = σ(z) = 1/(1 + e^{-z})`` also says what σ is."""
    for left, right, op in zip(each.sides, each.sides[1:], each.relations, strict=False):
        if op not in DEFINING or not isinstance(left, Call) or len(left.args) != 1:
            continue
        if left.order or left.func.slots or left.func.key in scope.functions:
            continue
        if is_to_solve(left, right) or _says_some(each):
            continue
        if isinstance(left.args[0], Num) or any(isinstance(t, Opaque | Deriv) for t in walk(right)):
            continue
        parameter = Sym("#u")
        body = _swapped(right, left.args[0], parameter)
        others = [t for t in walk(body) if isinstance(t, Sym | Call | Idx) and t != parameter]
        if body != right and not others:
            text = f"{left.func.key} as in {each.chain.source.strip()[:60]}"
            scope.functions[left.func.key] = [
                Definition(left.func, body, each.order, each.section, (parameter,), text)
            ]


def _swapped(term: Term, old: Term, new: Term) -> Term:
    if term == old:
        return new
    if isinstance(term, Mul) and isinstance(old, Mul):
        size = len(old.factors)
        for start in range(len(term.factors) - size + 1):
            if term.factors[start : start + size] == old.factors:
                factors = (*term.factors[:start], new, *term.factors[start + size :])
                if len(factors) == 1:
                    return new
                ops = (*term.ops[:start], *term.ops[start + size - 1 :])
                return _swapped(Mul(factors, ops), old, new)
    match term:
        case Add(terms=terms):
            return Add(tuple(_swapped(t, old, new) for t in terms))
        case Mul(factors=factors, ops=ops):
            return Mul(tuple(_swapped(t, old, new) for t in factors), ops)
        case Neg(body=body):
            return Neg(_swapped(body, old, new))
        case Div(num=num, den=den):
            return Div(_swapped(num, old, new), _swapped(den, old, new))
        case Pow(base=base, exponent=exponent):
            return Pow(_swapped(base, old, new), _swapped(exponent, old, new))
        case Fn(name=name, args=args):
            return Fn(name, tuple(_swapped(a, old, new) for a in args))
        case _:
            return term


def _is_claimed(definition: Definition, scope: Scope) -> bool:
    """A formula for something that the note has defined as a derivative is a claim about it."""
    if definition.params is not None or isinstance(definition.body, Deriv | Grad):
        return False
    head = definition.head
    places = _places(head)
    return any(
        _places(d.head) == places
        or (isinstance(d.body, Deriv) and _places(d.head).replace("_", "") == places)
        for d in scope.symbols.get(head.key, ())
        if isinstance(d.body, Deriv | Grad)
        or (d.by_derivative and not definition.by_derivative and not _is_one_of(d.head, head))
    )


def _places(head: Sym) -> str:
    """Where the indices of a head stand."""
    return "".join(slot.place for slot in head.slots)


def _is_one_of(one: Sym, general: Sym) -> bool:
    """Whether a head is a single member of what another is in general: ``δ^L`` of ``δ^l``."""
    return any(
        isinstance(a.index, Num | Sym) and isinstance(b.index, Idx)
        for a, b in zip(one.slots, general.slots, strict=False)
    )


def _also_as_variable(left: Term, right: Term, each: Stated, scope: Scope) -> None:
    """``L(w) = …`` also says what ``L`` is."""
    if isinstance(left, Call) and all(isinstance(a, Sym) for a in left.args):
        again = definition_of(left.func, right, each.order, each.section, each.chain.source)
        if again is not None:
            scope.add(again)


def _introduced(each: Stated, scope: Scope, seen: set[object], first: int) -> Stated:
    """``… = ∂E/∂u = δ`` with a new ``δ`` names what stands before it."""
    end = each.end
    last, before, sign = each.sides[end], each.sides[end - 1], each.relations[end - 1]
    if any(isinstance(t, Opaque) for t in walk(before)):
        return each
    if (
        sign == "=:"
        or (
            isinstance(last, Sym)
            and sign in DEFINING
            and _identity(last) not in seen
            and not is_identity(last.key)
            and end > each.heads
            and not any(t == last for side in each.sides[:end] for t in walk(side))
            and any(isinstance(t, Deriv | Grad) for side in each.sides for t in walk(side))
        )
        or (each.chain.connective == "underbrace" and isinstance(last, Sym))
    ):
        local = each.chain.connective == "underbrace"
        order = first if local else each.order
        definition = definition_of(last, before, order, each.section, each.chain.source)
        if definition is not None and (local or _is_new(definition, scope)):
            scope.add(definition)
            return replace(each, introduces=True)
    return each


def _identity(symbol: Sym) -> object:
    """What tells one symbol from another: its key, or itself where it is one counted member."""
    counted = symbol.slots and all(isinstance(s.index, Num) for s in symbol.slots)
    return symbol if counted else symbol.key


def _is_new(definition: Definition, scope: Scope) -> bool:
    """Whether nothing else says what a symbol is; of a counted member, what that member is."""
    table = scope.symbols.get(definition.head.key, ())
    return not any(
        not definition.concrete or overlap(d.head.slots, definition.head.slots) for d in table
    )


def is_identity(key: str) -> bool:
    """Whether a letter is that of the identity matrix, which no note needs to introduce."""
    return key == "I" or key.startswith("I_")


def _number_bindings(each: Stated, scope: Scope) -> None:
    """``w = 0.3`` or ``(x_1, x_2) = (0.5, 0.3)``: values for worked examples."""
    last = each.sides[-1]
    if not is_number(last) or (isinstance(last, Num) and not last.text):
        return
    for side in each.sides[:-1]:
        if isinstance(side, Sym):
            scope.numbers.setdefault(side.key, []).append(
                Definition(side, last, each.order, each.section)
            )
        elif isinstance(side, Array) and isinstance(last, Array):
            _cell_bindings(side, last, each, scope)


def _cell_bindings(names: Array, values: Array, each: Stated, scope: Scope) -> None:
    if len(names.rows) != len(values.rows):
        return
    for row, numbers in zip(names.rows, values.rows, strict=True):
        if len(row) != len(numbers):
            return
        for name, number in zip(row, numbers, strict=True):
            if isinstance(name, Sym):
                scope.numbers.setdefault(name.key, []).append(
                    Definition(name, number, each.order, each.section)
                )


def is_number(term: Term) -> bool:
    """Whether a side is nothing but printed numbers: one, its negative, or a matrix of them."""
    match term:
        case Num():
            return True
        case Neg(body=body):
            return is_number(body)
        case Array(rows=rows):
            return all(is_number(c) for row in rows for c in row)
        case _:
            return False


def is_arithmetic(term: Term) -> bool:
    """Whether a side is computed from numbers alone."""
    return not any(isinstance(t, Sym | Call | Deriv | Grad | Diff | Opaque) for t in walk(term))


def is_update(left: Term, right: Term) -> bool:
    """``w = w - η …``, ``w_{t+1} = w_t - …``, ``w' = w - …``: a new value, not an equality."""
    if not isinstance(left, Sym):
        return False
    if any(t == left for t in walk(right)):
        return True
    base = _base(left.key)
    terms = right.terms if isinstance(right, Add) else (right,)
    for term in terms:
        bare = term.body if isinstance(term, Neg) else term
        if isinstance(bare, Sym) and _base(bare.key) == base and bare != left:
            moves = any(
                isinstance(t, Deriv | Grad) or (isinstance(t, Sym) and t.key in RATES)
                for t in walk(right)
            )
            if moves or bare.key != left.key:
                return True
    return False


def _base(key: str) -> str:
    key = key.rstrip("'")
    key = re.sub(r"\^\([^)]*\)$", "", key)
    return re.sub(r"_(new|old|neu|alt|next|prev)$", "", key).rstrip("'")


def _import(other: Note, scope: Scope, order: int) -> None:
    """Definitions of a related note, as the last resort before conventions."""
    book = open_notebook(other)
    for table, target in (
        (book.scope.symbols, scope.symbols),
        (book.scope.functions, scope.functions),
    ):
        for key, definitions in table.items():
            if key in target:
                continue
            for definition in definitions[-1:]:
                text = f"{definition.source.strip()} (from “{other.title}”)"
                target.setdefault(key, []).append(
                    replace(definition, order=order + 1000, section=0, assumption=text)
                )


__all__ = ["Fn", "Notebook", "Pow", "Stated", "is_arithmetic", "is_number", "open_notebook"]
