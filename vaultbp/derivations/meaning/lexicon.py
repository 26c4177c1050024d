"""How one note uses its letters: what is a function, an index, a layer, a label.

Which reading of ``f(x)`` or ``x^l`` is meant is decided by the whole note, never by one formula.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from vaultbp.derivations.meaning.coefficients import d_is_a_number
from vaultbp.derivations.meaning.kronecker import has_kronecker
from vaultbp.derivations.meaning.rates import rates
from vaultbp.latex import tree

INDEX_LETTERS = frozenset("ijklmnpqrstuvℓ")
"""Letters that may be an index even if nothing in the note binds them."""
SURE_INDEX_LETTERS = frozenset("ijkltℓ")
FUNCTION_LETTERS = frozenset("fghFGHφψσΦΨρℓLJCEQVPpqπϕ")
"""Letters that are read as functions when applied to plain names and nothing says otherwise."""
REMAINDERS = frozenset("oOΘΩ")
"""Landau's symbols, where a note uses them for nothing else; the Greek ο is never anything else."""
LOSS_LETTERS = frozenset(("L", "J", "C", "E", "ℓ", "Loss", "loss", "cost", "Cost", "Q", "R"))
TOP_LETTERS = frozenset("LTN")


@dataclass(frozen=True)
class Lexicon:
    """The usage of one note. Sets hold base names with accents, as :func:`plain_key` spells them."""

    functions: frozenset[str] = frozenset()
    indices: frozenset[str] = frozenset()
    bound: frozenset[str] = frozenset()
    layered: frozenset[str] = frozenset()
    """Names whose numeric superscripts are layers: ``z^1``, ``W^2``."""
    tops: frozenset[str] = frozenset()
    """Names of counts that stand as an index: the ``L`` of ``a^L``."""
    powers: frozenset[str] = frozenset()
    """Letters that are used as exponents, not as layers."""
    names: frozenset[str] = frozenset()
    """Words that are one symbol."""
    heads: frozenset[str] = frozenset()
    """Names that the note gives a meaning by ``name = …``."""
    plain: frozenset[str] = field(default=frozenset())
    """Names that occur as plain variables."""
    defined: frozenset[str] = field(default=frozenset())
    """Functions that the note defines by ``f(x) = …``."""
    factors: frozenset[str] = field(default=frozenset())
    """Letters that stand first in a product, as a number does."""
    families: frozenset[str] = field(default=frozenset())
    """Names that carry an index as subscript."""
    prefixes: frozenset[str] = field(default=frozenset())
    """Letters that only ever stand before a name and belong to it: the δ of ``δ x``."""
    members: frozenset[str] = field(default=frozenset())
    """Labels that are one value of an index: the ``c`` of ``y_c``, ``target`` in ``i = target``."""
    perhaps: frozenset[str] = field(default=frozenset())
    """Functions only since the letter in the bracket is in their formula: ``P = V(I)`` of ``V = RI``
    may be a product."""
    sampled: frozenset[str] = field(default=frozenset())
    """Functions whose argument stands in square brackets: ``x[n]``."""
    surely: frozenset[str] = field(default=frozenset())
    """Functions that the note defines and that never stand where a factor would."""
    steps: frozenset[str] = field(default=frozenset())
    """Index letters that count steps: the ``t`` of ``h_{t-1}``."""
    remainders: frozenset[str] = field(default=frozenset())
    """Landau's symbols."""
    rates: frozenset[str] = field(default=frozenset())
    """Letters whose dots are derivatives by time."""
    arguments: Mapping[str, frozenset[tuple[str, ...]]] = field(default_factory=dict)
    """The names to which functions are applied: ``x, y`` of ``f(x, y)``."""
    applied: frozenset[str] = field(default=frozenset())
    """Names that the note only ever writes before a bracket with names in it, and never defines."""
    d_is_a_number: bool = False
    """The ``dx`` of ``cx + dx^2`` is a product."""
    marks: frozenset[str] = frozenset()
    """Letters that name a family and are no exponents: the ``h`` and ``o`` of ``∂L/∂w^h``."""
    has_kronecker: bool = False
    """A δ with two lower indices is Kronecker's, whatever else is called δ."""


def plain_key(name: tree.Name) -> str:
    """Base and accents: the part of a symbol that all members of its family share."""
    key = name.base
    if name.style in ("bb", "frak"):
        key = f"{name.style}:{key}"
    return key + "".join(f"^{accent}" for accent in name.accents)


def gather(readings: Iterable[tree.Reading]) -> Lexicon:
    """Look through all formulas of a note once."""
    seen = _Usage()
    readings = list(readings)
    for reading in readings:
        for chain in reading.claims:
            _see_head(seen, chain)
            _see_sides(seen, chain)
            for node in _nodes(chain):
                _see(seen, node)
            _see_powers(seen, chain)
    indices = set(seen.bound)
    for letter in seen.slot_letters:
        if letter in SURE_INDEX_LETTERS or (letter in INDEX_LETTERS and letter in seen.bound):
            indices.add(letter)
    indices |= {c for c in seen.slot_letters if c in INDEX_LETTERS and seen.slot_letters[c] > 1}
    powers = {c for c in seen.exponents if c not in seen.bound and c in seen.factors}
    functions = (
        seen.functions
        | seen.only_called(seen.alone | seen.sampled)
        | (seen.maybe_functions - seen.heads)
    )
    return Lexicon(
        functions=frozenset(functions | seen.of_their_letters()),
        perhaps=frozenset(seen.of_their_letters() - functions),
        indices=frozenset(indices),
        bound=frozenset(seen.bound),
        layered=frozenset(seen.layers() - seen.powered),
        tops=frozenset(seen.uppers | {c for c in seen.slot_letters if c in TOP_LETTERS}),
        powers=frozenset(powers),
        names=frozenset(w for w, n in seen.words.items() if len(w) > 2 or n > 1),
        heads=frozenset(seen.heads),
        plain=frozenset(seen.plain),
        defined=frozenset(seen.defined),
        families=frozenset(seen.families),
        factors=frozenset(seen.leading),
        prefixes=frozenset("δ" if seen.prefixed and seen.prefixed == seen.bare_delta else ""),
        members=frozenset(seen.members | seen.named_values()) - indices,
        sampled=frozenset(seen.only_called(seen.sampled)),
        surely=frozenset(seen.only_called(seen.defined)),
        steps=frozenset(seen.steps),
        remainders=_remainders(seen),
        rates=rates(readings),
        arguments={key: frozenset(found) for key, found in seen.arguments.items()},
        applied=frozenset(seen.only_called(set(seen.arguments)) - seen.defined),
        d_is_a_number=d_is_a_number(readings),
        marks=frozenset(seen.marks()),
        has_kronecker=has_kronecker(readings),
    )


def _remainders(seen: _Usage) -> frozenset[str]:
    called = seen.only_called(set(REMAINDERS)) | {"ο"}
    return frozenset(called - seen.heads - seen.functions)


@dataclass
class _Usage:
    functions: set[str] = field(default_factory=set)
    maybe_functions: set[str] = field(default_factory=set)
    """Read as functions by their letter only, unless the note defines them as variables."""
    bound: set[str] = field(default_factory=set)
    slot_letters: Counter[str] = field(default_factory=Counter)
    layered: set[str] = field(default_factory=set)
    powered: set[str] = field(default_factory=set)
    """Variables of functions and derivatives that hold their powers: ``f(x) = x^3``."""
    uppers: set[str] = field(default_factory=set)
    exponents: set[str] = field(default_factory=set)
    factors: set[str] = field(default_factory=set)
    words: Counter[str] = field(default_factory=Counter)
    heads: set[str] = field(default_factory=set)
    plain: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)
    """Single letters with which an index is compared: ``k ≠ c``."""
    defined: set[str] = field(default_factory=set)
    families: set[str] = field(default_factory=set)
    steps: set[str] = field(default_factory=set)
    leading: set[str] = field(default_factory=set)
    prefixed: int = 0
    bare_delta: int = 0
    occurs: Counter[str] = field(default_factory=Counter)
    called: Counter[str] = field(default_factory=Counter)
    """How often a name stands before a bracket, or is differentiated by its name alone."""
    arguments: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)
    alone: set[str] = field(default_factory=set)
    """Names that are, with the round bracket after them, a whole side of an equation."""
    inside: dict[str, set[str]] = field(default_factory=dict)
    """The letters in the formulas that give a name its meaning."""
    sampled: set[str] = field(default_factory=set)
    """The same with a square bracket: ``x[n] = …``."""
    raised: Counter[str] = field(default_factory=Counter)
    """How often a letter stands alone above a name, or below one."""
    raised_below: set[str] = field(default_factory=set)
    """Letters above names by which something is differentiated."""
    numbered: dict[str, set[str]] = field(default_factory=dict)
    """With which numbers above them names are given a meaning: ``z^2 = …``."""
    moved: set[str] = field(default_factory=set)
    """Names without a number by which something is differentiated."""

    def layers(self) -> set[str]:
        """Names with numbered layers. A lone ``r^2 = …`` is a power where r itself moves."""
        heads = self.numbered.items()
        return self.layered | {k for k, seen in heads if len(seen) > 1 or k not in self.moved}

    def marks(self) -> set[str]:
        """Letters that stand above what the note differentiates by, and nowhere as a variable."""
        return {c for c in self.raised_below if self.occurs[c] == self.raised[c]}

    def named_values(self) -> set[str]:
        """The ``c`` of ``k ≠ c`` where something is written ``z_c``."""
        taken = self.bound | self.families | self.heads | self.functions
        return {c for c in self.values if self.slot_letters[c] and c not in taken}

    def of_their_letters(self) -> set[str]:
        """The ``U`` of ``U(r)`` where ``U = -k/r``: the bracket says what is in its formula."""
        written = {
            key: {x for each in found for x in each} for key, found in self.arguments.items()
        }
        return {
            k for k, letters in written.items() if letters and letters <= self.inside.get(k, set())
        }

    def only_called(self, among: set[str]) -> set[str]:
        """``T`` of ``T(x^2) = …`` where it is never used as a variable."""
        return {key for key in among if self.occurs[key] == self.called[key]}


def _nodes(chain: tree.Chain) -> Iterator[tree.Node]:
    for side in (*chain.sides, *chain.conditions):
        yield from side.walk()


def _see_head(seen: _Usage, chain: tree.Chain) -> None:
    if not chain.relations or chain.relations[0].op not in ("=", ":=", "≡", "↦"):
        return
    head = chain.sides[0]
    if isinstance(head, tree.Name):
        seen.heads.add(plain_key(head))
        inside = (n.base for s in chain.sides[1:] for n in s.walk() if isinstance(n, tree.Name))
        seen.inside.setdefault(plain_key(head), set()).update(inside)
    elif isinstance(head, tree.MaybeCall) and isinstance(head.func, tree.Name):
        if all(_is_parameter(arg) for arg in head.args) and not head.func.primes:
            seen.functions.add(plain_key(head.func))
            if not any(
                isinstance(n, tree.Name | tree.Text) and getattr(n, "base", "") == head.func.base
                for side in chain.sides[1:]
                for n in side.walk()
            ):
                seen.defined.add(plain_key(head.func))
    elif (
        isinstance(head, tree.Power)
        and isinstance(head.base, tree.Name)
        and isinstance(head.exp, tree.Number)
        and len(chain.relations) >= 1
        and head.exp.text.isdigit()
    ):
        seen.numbered.setdefault(plain_key(head.base), set()).add(head.exp.text)


def _see_sides(seen: _Usage, chain: tree.Chain) -> None:
    if len(chain.sides) == 2 and chain.relations[0].op in ("=", "≠"):
        _see_case(seen, *chain.sides)
    for side in chain.sides if chain.relations else ():
        if isinstance(side, tree.MaybeCall) and isinstance(side.func, tree.Name):
            if not side.func.sup:
                (seen.alone if side.bracket == "(" else seen.sampled).add(plain_key(side.func))


def _see(seen: _Usage, node: tree.Node) -> None:
    match node:
        case tree.Name():
            _see_name(seen, node)
        case tree.BigOp():
            _see_bounds(seen, node)
        case tree.Power(base=tree.Name(sub=()) as base, exp=tree.Number(text="1")):
            seen.layered.add(plain_key(base))
        case tree.Power(exp=tree.Name(base=letter, sub=())):
            seen.exponents.add(letter)
            seen.raised[letter] += 1
        case tree.Power(exp=tree.Name(base=letter)):
            seen.exponents.add(letter)
        case tree.Product():
            seen.factors |= {f.base for f in node.factors if isinstance(f, tree.Name) and not f.sub}
            if isinstance(node.factors[0], tree.Name) and not node.factors[0].sub:
                seen.leading.add(node.factors[0].base)
            for one, two, op in zip(node.factors, node.factors[1:], node.ops, strict=False):
                name = two.func if isinstance(two, tree.MaybeCall) else two
                if one == tree.Name("δ") and isinstance(name, tree.Name) and op == "":
                    seen.prefixed += 1
        case tree.Relation(op="=" | "≠"):
            _see_case(seen, node.left, node.right)
            _see_case(seen, node.right, node.left)
        case tree.MaybeCall(func=tree.Name() as func):
            seen.called[plain_key(func)] += 1
            if all(isinstance(a, tree.Name) and a == tree.Name(a.base) for a in node.args):
                letters = tuple(a.base for a in node.args if isinstance(a, tree.Name))
                seen.arguments.setdefault(plain_key(func), set()).add(letters)
            if is_surely_call(node, func):
                sure = func.primes or len(node.args) > 1
                (seen.functions if sure else seen.maybe_functions).add(plain_key(func))
        case tree.Apply(func=tree.Name() as func):
            seen.called[plain_key(func)] += 1
            seen.functions.add(plain_key(func))
        case tree.Wrt(body=tree.Power(base=tree.Name(), exp=tree.Name(base=letter, sub=()))):
            seen.raised_below.add(letter)
        case tree.Derivative(of=tree.Name() as func):
            seen.called[plain_key(func)] += 1
        case tree.Derivative(of=tree.MaybeCall(func=tree.Name() as func) as call):
            if not _mentions(call.args, func):
                seen.functions.add(plain_key(func))
        case _:
            pass


def _see_powers(seen: _Usage, chain: tree.Chain) -> None:
    """A function of ``x``, or what is differentiated by ``x``, holds x itself where it has ``x^2``."""
    head = chain.sides[0]
    if isinstance(head, tree.MaybeCall) and len(chain.sides) > 1:
        variables = {plain_key(arg) for arg in head.args if isinstance(arg, tree.Name)}
        seen.powered |= variables & set(_numeric_powers(chain.sides[1:]))
    for node in _nodes(chain):
        if isinstance(node, tree.Derivative):
            by = {plain_key(w.body) for w in node.wrt if isinstance(w.body, tree.Name)}
            seen.moved |= by
            seen.powered |= by & set(_numeric_powers((node.of,) if node.of else ()))


def _numeric_powers(terms: Iterable[tree.Node]) -> Iterator[str]:
    for term in terms:
        for node in term.walk():
            match node:
                case tree.Power(base=tree.Name(sub=()) as base, exp=tree.Number()):
                    yield plain_key(base)
                case _:
                    pass


def _see_case(seen: _Usage, index: tree.Node, label: tree.Node) -> None:
    """``i ≠ target``: the label is one value of the index."""
    if isinstance(index, tree.Name) and index.base in SURE_INDEX_LETTERS and not index.sub:
        if isinstance(label, tree.Name) and (len(label.base) > 1 or label.sub):
            if label.base not in SURE_INDEX_LETTERS or label.sub:
                seen.members.add(_label(label))
        elif isinstance(label, tree.Name) and not label.accents and label.base.islower():
            if label.base not in INDEX_LETTERS:
                seen.values.add(label.base)


def _label(name: tree.Name) -> str:
    subs = "".join(f"_{s.base}" for s in name.sub if isinstance(s, tree.Name))
    return plain_key(name) + subs


def _see_name(seen: _Usage, node: tree.Name) -> None:
    seen.occurs[plain_key(node)] += 1
    if node == tree.Name("δ"):
        seen.bare_delta += 1
    for each in (*node.sub, *(s.body for s in node.sup)):
        if isinstance(each, tree.Name) and each.base in SURE_INDEX_LETTERS and each.sub:
            inner = each.sub[0]
            if isinstance(inner, tree.Name | tree.Number):
                seen.members.add(_label(each))
        if isinstance(each, tree.Sum):
            seen.steps.update(_letters(each))
            for part in each.terms:
                word = _word(part)
                if word is not None:
                    seen.uppers.add(word)
    if node.run:
        seen.words[node.base] += 1
    seen.plain.add(plain_key(node))
    if len(node.sub) == 1 and isinstance(node.sub[0], tree.Name):
        if node.sub[0].base in SURE_INDEX_LETTERS:
            seen.families.add(plain_key(node))
    for sub in node.sub:
        for letter in _letters(sub):
            seen.slot_letters[letter] += 1
        if isinstance(sub, tree.Name) and not sub.sub:
            seen.raised[sub.base] += 1
    for sup in node.sup:
        for letter in _letters(sup.body):
            if sup.bracket or letter in SURE_INDEX_LETTERS | TOP_LETTERS:
                seen.slot_letters[letter] += 1
            else:
                seen.exponents.add(letter)


def _word(node: tree.Node) -> str | None:
    """``n_l`` or ``nl`` written as letters side by side."""
    if isinstance(node, tree.Product) and len(node.factors) == 2 and node.ops == ("",):
        letters = [f.base for f in node.factors if isinstance(f, tree.Name) and not f.sub]
        if len(letters) == 2 and letters[1] == "l":
            return "".join(letters)
    return None


def _letters(node: tree.Node) -> Iterator[str]:
    match node:
        case tree.Name(base=base) if len(base) == 1:
            yield base
            for sub in node.sub:
                yield from _letters(sub)
        case tree.Label(text=text, upright=False) if len(text) == 2:
            if all(c in SURE_INDEX_LETTERS for c in text):
                yield from text
        case tree.Sum() | tree.Neg() | tree.Product():
            for child in node.children():
                yield from _letters(child)
        case tree.Name(sub=sub):
            for each in sub:
                yield from _letters(each)
        case _:
            pass


def _see_bounds(seen: _Usage, node: tree.BigOp) -> None:
    if node.op not in ("Σ", "Π", "max", "min"):
        return
    for condition in node.lower:
        for name in bound_names(condition):
            seen.bound.add(name)
    if isinstance(node.upper, tree.Name) and not node.upper.sub:
        seen.uppers.add(node.upper.base)


def bound_names(condition: tree.Node) -> Iterator[str]:
    """The index names that a bound such as ``i=1``, ``i``, ``i,j`` or ``j≠i`` introduces."""
    match condition:
        case tree.Name(base=base) if len(base) == 1 and not condition.sub:
            yield base
        case tree.Relation(op="=" | "≠" | "∈" | "<" | "≤", left=tree.Name(base=base)):
            yield base
        case tree.Relation(op="≤" | "<", right=tree.Relation(left=tree.Name(base=base))):
            yield base
        case tree.Tuple(items=items):
            for item in items:
                yield from bound_names(item)
        case tree.Label(text=text) if len(text) == 2:
            yield from text
        case tree.Product(factors=factors):
            for factor in factors:
                yield from bound_names(factor)
        case _:
            return


def is_surely_call(node: tree.MaybeCall, func: tree.Name) -> bool:
    """Whether a call or product must be a call by itself: primes, commas, function letters."""
    if _mentions(node.args, func):
        return False
    if func.primes or len(node.args) > 1:
        return True
    if any(isinstance(arg, tree.Given | tree.Missing) for arg in node.args):
        return True
    letter = func.base in FUNCTION_LETTERS or len(func.base) > 1
    if letter and all(not isinstance(arg, tree.Number) for arg in node.args):
        return True
    return all(isinstance(arg, tree.Name) and arg.base == "t" and not arg.sub for arg in node.args)


def _is_parameter(node: tree.Node) -> bool:
    if isinstance(node, tree.Given):
        return all(_is_parameter(each) for each in (*node.body, *node.given))
    return isinstance(node, tree.Name | tree.Missing)


def _mentions(args: tuple[tree.Node, ...], func: tree.Name) -> bool:
    """Whether the function's own name stands among its arguments: ``σ(1 - σ)`` is a product."""
    called = {
        id(node.func)
        for arg in args
        for node in arg.walk()
        if isinstance(node, tree.MaybeCall | tree.Apply)
    }
    return any(
        isinstance(node, tree.Name)
        and id(node) not in called
        and node.base == func.base
        and node.accents == func.accents
        and node.sub == func.sub
        for arg in args
        for node in arg.walk()
    )
