"""Questions that one asks of a concept graph. Each is a function from the graph to plain data.

The graph is what `vaultbp.graph.build` makes; "notes" are its nodes that exist and end in ``.md``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaultbp.relations import Vocabulary, shortest_cycles

if TYPE_CHECKING:
    from networkx import MultiDiGraph


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a path: from ``source`` to ``target`` along ``relation``, or against it."""

    source: str
    target: str
    relation: str
    against: bool
    line: int


def notes(graph: MultiDiGraph) -> list[str]:
    """The notes, by path."""
    return sorted(
        name
        for name, data in graph.nodes(data=True)
        if data.get("exists", True) and name[-3:].lower() == ".md"
    )


def orphans(graph: MultiDiGraph) -> list[str]:
    """Notes that no other note links to and that link to no other note."""
    return [name for name in notes(graph) if not _others(graph, name)]


def dead_ends(graph: MultiDiGraph) -> list[str]:
    """Notes that are linked to, but lead on to no existing note."""
    found = []
    for name in notes(graph):
        leads = any(graph.nodes[other].get("exists", True) for other in graph.successors(name))
        if not leads and any(other != name for other in graph.predecessors(name)):
            found.append(name)
    return found


def hubs(graph: MultiDiGraph, most: int = 10) -> list[tuple[str, int]]:
    """The notes with the most neighbours, counted once each, and how many."""
    counted = [(name, len(_others(graph, name))) for name in notes(graph)]
    return sorted(counted, key=lambda item: (-item[1], item[0]))[:most]


def components(graph: MultiDiGraph) -> list[list[str]]:
    """The notes in groups that no link connects, the largest group first."""
    import networkx as nx

    groups = nx.weakly_connected_components(graph.subgraph(notes(graph)))
    return sorted((sorted(group) for group in groups), key=lambda group: (-len(group), group))


def cycles(graph: MultiDiGraph, relation: str, words: Vocabulary | None = None) -> list[list[str]]:
    """The shortest cycle of each knot of a relation, as stated and, by the vocabulary, as its inverse
    states it."""
    known = words.get(relation) if words else None
    arrows: dict[str, list[str]] = {}
    for source, target, data in graph.edges(data=True):
        if data["relation"] == relation:
            arrows.setdefault(source, []).append(target)
        elif known and known.inverse == data["relation"]:
            arrows.setdefault(target, []).append(source)
    return shortest_cycles(arrows)


def prerequisites(graph: MultiDiGraph, note: str, words: Vocabulary) -> list[str]:
    """What to read before ``note``, in an order in which everything comes after what it needs.

    Which relations say so is the vocabulary's to know (`Relation.reading`). Notes that need each
    other stand side by side, by name. Raises KeyError if the graph has no such node.
    """
    needs = _needs(graph, words)
    if note not in graph:
        raise KeyError(note)
    reached = _reach(note, needs)
    order: list[str] = []
    done: set[str] = set()
    for start in sorted(reached):
        _visit(start, needs, reached, done, order)
    return [name for name in order if name != note]


def path(graph: MultiDiGraph, source: str, target: str) -> list[Hop] | None:
    """A shortest path between two nodes: along the links if one leads there, else across them.

    Of equally short ways the one over typed relations is taken. ``None`` if nothing connects them;
    raises KeyError for a node that the graph does not have.
    """
    for name in (source, target):
        if name not in graph:
            raise KeyError(name)
    return _search(graph, source, target, across=False) or _search(
        graph, source, target, across=True
    )


def changes(before: MultiDiGraph, after: MultiDiGraph) -> MultiDiGraph:
    """Both graphs in one: what came and went has ``change`` set to ``added`` or ``removed``.

    An edge is the same if it joins the same nodes by the same relation; lines do not matter.
    """
    both = after.copy()
    old = _counted(before)
    new = _counted(after)
    for name, data in before.nodes(data=True):
        if name not in both:
            both.add_node(name, **data, change="removed")
    for name in after:
        if name not in before:
            both.nodes[name]["change"] = "added"
    seen: dict[tuple[str, str, str, str], int] = {}
    for source, target, data in both.edges(data=True):
        key = (source, target, data["relation"], data["kind"])
        seen[key] = seen.get(key, 0) + 1
        if seen[key] > old.get(key, 0):
            data["change"] = "added"
    seen = {}
    for source, target, data in before.edges(data=True):
        key = (source, target, data["relation"], data["kind"])
        seen[key] = seen.get(key, 0) + 1
        if seen[key] > new.get(key, 0):
            both.add_edge(source, target, **{**data, "change": "removed"})
    return both


def _counted(graph: MultiDiGraph) -> dict[tuple[str, str, str, str], int]:
    found: dict[tuple[str, str, str, str], int] = {}
    for source, target, data in graph.edges(data=True):
        key = (source, target, data["relation"], data["kind"])
        found[key] = found.get(key, 0) + 1
    return found


def _others(graph: MultiDiGraph, name: str) -> set[str]:
    return {*graph.successors(name), *graph.predecessors(name)} - {name}


def _needs(graph: MultiDiGraph, words: Vocabulary) -> Mapping[str, set[str]]:
    """For each note the notes that must be read before it."""
    needs: dict[str, set[str]] = {}
    for source, target, data in graph.edges(data=True):
        relation = words.get(data["relation"]) if data["kind"] == "relation" else None
        if relation is not None and source != target:
            if relation.reading == "target-first":
                needs.setdefault(source, set()).add(target)
            elif relation.reading == "source-first":
                needs.setdefault(target, set()).add(source)
    return needs


def _reach(start: str, needs: Mapping[str, set[str]]) -> set[str]:
    reached, open_ = {start}, [start]
    while open_:
        for other in needs.get(open_.pop(), ()):
            if other not in reached:
                reached.add(other)
                open_.append(other)
    return reached


def _visit(
    start: str,
    needs: Mapping[str, set[str]],
    within: Collection[str],
    done: set[str],
    order: list[str],
) -> None:
    """Append ``start`` after everything it needs (depth first, without recursion)."""
    if start in done:
        return
    done.add(start)
    work: list[tuple[str, Iterator[str]]] = [(start, iter(sorted(needs.get(start, ()))))]
    while work:
        name, others = work[-1]
        for other in others:
            if other in within and other not in done:
                done.add(other)
                work.append((other, iter(sorted(needs.get(other, ())))))
                break
        else:
            work.pop()
            order.append(name)


def _search(graph: MultiDiGraph, source: str, target: str, *, across: bool) -> list[Hop] | None:
    came: dict[str, Hop | None] = {source: None}
    queue = deque([source])
    while queue and target not in came:
        name = queue.popleft()
        for hop in _hops(graph, name, across=across):
            if hop.target not in came:
                came[hop.target] = hop
                queue.append(hop.target)
    if target not in came:
        return None
    hops: list[Hop] = []
    last = came[target]
    while last is not None:
        hops.append(last)
        last = came[last.source]
    return hops[::-1]


def _hops(graph: MultiDiGraph, name: str, *, across: bool) -> list[Hop]:
    """The steps from a node, typed relations first."""
    hops = [
        (data["kind"] != "relation", Hop(name, other, data["relation"], False, data["line"]))
        for _, other, data in graph.out_edges(name, data=True)
    ]
    if across:
        hops += [
            (data["kind"] != "relation", Hop(name, other, data["relation"], True, data["line"]))
            for other, _, data in graph.in_edges(name, data=True)
        ]
    hops.sort(key=lambda item: (item[0], item[1].against, item[1].target, item[1].relation))
    return [hop for _, hop in hops]
