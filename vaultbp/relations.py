"""The relation vocabulary: what a typed link may be, and what follows from it.

A vault declares relations in ``vaultbp.toml``; without that, every property that holds a link is one.

    [relations.usedIn]
    inverse = "uses"          # `a usedIn b` says the same as `b uses a`
    acyclic = true            # never leads back to where it began
    domain = ["#method"]      # notes that may state it: tags and folders (`methods/`)
    range = ["concepts/"]     # notes that it may lead to
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from vaultbp.errors import ConfigError
from vaultbp.notes import Link, Note
from vaultbp.source import Span
from vaultbp.vault import Edge, tags_of


class Relation(NamedTuple):
    """One word of the vocabulary. Everything but the name may be left out."""

    name: str
    inverse: str | None = None
    """The relation that says the same the other way round."""
    symmetric: bool = False
    """Says the same both ways."""
    transitive: bool = False
    """`a r b` and `b r c` mean `a r c`."""
    acyclic: bool = False
    """Never leads back to where it began."""
    single: bool = False
    """A note has at most one."""
    required: bool = False
    """Every note of the domain must state it."""
    domain: tuple[str, ...] = ()
    """Tags (``#method``) and folders (``methods/``) of the notes that may state it; empty: all."""
    range: tuple[str, ...] = ()
    """Those of the notes that it may lead to."""
    reading: str | None = None
    """What to read first: ``source-first`` (`a enables b`), ``target-first`` (`a uses b`)."""
    label: str | None = None
    color: str | None = None
    iri: str | None = None
    """What exports for the semantic web call it."""


FOUNDING = (
    Relation("usedIn", inverse="uses", reading="source-first"),
    Relation("enables", inverse="enabledBy", reading="source-first"),
    Relation("computesWith", reading="target-first"),
    Relation("trainsBy", reading="target-first"),
    Relation("implements", inverse="implementedBy", reading="target-first"),
    Relation("updates", inverse="updatedBy"),
)
"""Known without being declared. Nothing is demanded of them."""


_OTHER_WAY = {"source-first": "target-first", "target-first": "source-first"}


class Vocabulary(NamedTuple):
    """The known relations, by name, inverses included."""

    relations: Mapping[str, Relation]
    declared: frozenset[str]
    """The names that the vault itself declares."""

    def get(self, name: str) -> Relation | None:
        return self.relations.get(name)

    def nearest(self, name: str, among: Iterable[str]) -> str | None:
        """The known name that is most like ``name``, if one is near."""
        if len(name) < 4:
            return None
        import difflib  # only for a name that is not known

        known = {other.lower(): other for other in sorted(among)}
        near = difflib.get_close_matches(name.lower(), known, 1, 0.82)
        return known[near[0]] if near else None


def vocabulary(declared: Mapping[str, Mapping[str, Any]]) -> Vocabulary:
    """The founding relations and those declared. Raises ConfigError for a wrong declaration.

    A declaration takes the place of a founding relation but for its inverse; what an inverse that is
    declared too leaves unsaid follows.
    """
    relations = {relation.name: relation for relation in FOUNDING}
    for name, table in declared.items():
        inverse = relations[name].inverse if name in relations else None
        relations[name] = _declared(name, table, Relation(name, inverse))
    own = [relations[name] for name in declared]
    for relation in (*own, *(each for each in FOUNDING if each.name not in declared)):
        back = relation.inverse
        if back is None or back == relation.name:
            continue
        known = relations.get(back, Relation(back))
        if known.inverse in (None, relation.name):
            relations[back] = _turned(known, relation)
        elif relation.name in declared:
            if back in declared:
                raise ConfigError(
                    f"vaultbp.toml: relations.{relation.name}.inverse: `{back}` is declared to be the "
                    f"inverse of `{known.inverse}`"
                )
            relations[back] = _turned(known, relation)
    return Vocabulary(relations, frozenset(declared))


def _turned(known: Relation, other: Relation) -> Relation:
    """``known`` with what follows from its being the inverse of ``other``."""
    return known._replace(
        inverse=other.name,
        transitive=known.transitive or other.transitive,
        acyclic=known.acyclic or other.acyclic,
        domain=known.domain or other.range,
        range=known.range or other.domain,
        reading=known.reading or _OTHER_WAY.get(other.reading or ""),
    )


def _declared(name: str, table: Mapping[str, Any], bare: Relation) -> Relation:
    """The relation that a table declares, on top of what is known of it."""
    values: dict[str, Any] = {}
    known = Relation._field_defaults
    for key, value in table.items():
        where = f"vaultbp.toml: relations.{name}.{key}"
        if key not in known:
            import difflib

            near = difflib.get_close_matches(key, known, 1, 0.5)
            hint = f"did you mean {near[0]!r}?" if near else "known: " + ", ".join(known)
            raise ConfigError(f"{where}: unknown key; {hint}")
        values[key] = _value(where, known[key], value)
    if values.get("reading", "source-first") not in _OTHER_WAY:
        raise ConfigError(
            f"vaultbp.toml: relations.{name}.reading: should be source-first or target-first"
        )
    if values.get("symmetric") and values.get("inverse") not in (None, name):
        raise ConfigError(
            f"vaultbp.toml: relations.{name}: a symmetric relation is its own inverse"
        )
    if values.get("symmetric"):
        values["inverse"] = None
        if values.get("acyclic"):
            raise ConfigError(
                f"vaultbp.toml: relations.{name}: a symmetric relation leads back at once, so it cannot "
                "be acyclic"
            )
    return bare._replace(**values)


def _value(where: str, default: Any, value: Any) -> Any:
    """The value, if it is of the kind that the default is of."""
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise ConfigError(f"{where}: should be true or false")
        return value
    if default is None:
        if not isinstance(value, str):
            raise ConfigError(f"{where}: should be a string")
        return value
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise ConfigError(f"{where}: should be a list of tags (`#tag`) and folders (`folder/`)")
    return tuple(items)


def belongs(note: Note, classes: Sequence[str]) -> bool:
    """Whether a note has one of the tags (a nested tag counts) or stands in one of the folders."""
    if not classes:
        return True
    tags = [tag.lower() for tag in tags_of(note)]
    for item in classes:
        if item.startswith("#"):
            name = item[1:].lower()
            if any(tag == name or tag.startswith(name + "/") for tag in tags):
                return True
        elif note.path.startswith(item.strip("/") + "/"):
            return True
    return False


def pairs(
    edges: Iterable[Edge], relation: Relation, *, both_ways: bool = True
) -> Iterator[tuple[str, str, Edge]]:
    """Source and target of a relation as stated and, ``both_ways``, as its inverse states it."""
    for edge in edges:
        if edge.relation == relation.name:
            yield edge.source, edge.target, edge
            if relation.symmetric:
                yield edge.target, edge.source, edge
        elif both_ways and relation.inverse == edge.relation:
            yield edge.target, edge.source, edge


def shortest_cycles(arrows: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """One shortest cycle through each knot of a directed graph, each beginning at its least name.

    A knot is a strongly connected component with a cycle. Takes O(nodes + arrows) to find the knots
    and a search from each node of a knot, at most ``_SEARCHES``.
    """
    cycles = []
    for knot in _knots(arrows):
        inside = set(knot)
        best: list[str] | None = None
        for start in sorted(knot)[:_SEARCHES]:
            cycle = _cycle_through(start, arrows, inside, len(best) if best else len(knot) + 1)
            if cycle and (best is None or len(cycle) < len(best)):
                best = cycle
            if best and len(best) == 1:
                break
        if best:
            least = best.index(min(best))
            cycles.append(best[least:] + best[:least])
    return sorted(cycles)


_SEARCHES = 200


def _cycle_through(
    start: str, arrows: Mapping[str, Sequence[str]], inside: set[str], limit: int
) -> list[str] | None:
    came: dict[str, str] = {}
    level, depth = [start], 0
    while level and depth < limit:
        depth += 1
        following = []
        for node in level:
            for other in arrows.get(node, ()):
                if other == start:
                    path = [node]
                    while path[-1] != start:
                        path.append(came[path[-1]])
                    return path[::-1]
                if other in inside and other not in came:
                    came[other] = node
                    following.append(other)
        level = following
    return None


def _knots(arrows: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Strongly connected components with a cycle (Tarjan 1972, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found = []
    for root in arrows:
        if root in number:
            continue
        work = [(root, iter(arrows.get(root, ())))]
        number[root] = low[root] = len(number)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, others = work[-1]
            for other in others:
                if other not in number:
                    number[other] = low[other] = len(number)
                    stack.append(other)
                    on_stack.add(other)
                    work.append((other, iter(arrows.get(other, ()))))
                    break
                if other in on_stack:
                    low[node] = min(low[node], number[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    knot: list[str] = []
                    while not knot or knot[-1] != node:
                        knot.append(stack.pop())
                        on_stack.discard(knot[-1])
                    if len(knot) > 1 or node in arrows.get(node, ()):
                        found.append(knot)
    return found


def key_span(note: Note, link: Link) -> Span:
    """Where the name of a link's relation stands."""
    if note.frontmatter is not None:
        for item in note.frontmatter.properties:
            if item.key == link.key and item.span.start <= link.span.start <= item.span.end:
                return item.key_span
    return link.span
