"""Places: the same for the same graph, finite, apart, and near to what they are linked with."""

from __future__ import annotations

import itertools
import math

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from vaultbp.layout import SPACING, place


def _graph(edges: list[tuple[int, int]], lone: int = 0) -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(f"lone{at}.md" for at in range(lone))
    graph.add_edges_from((f"{a}.md", f"{b}.md") for a, b in edges)
    return graph


def _distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    return math.dist(a, b)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=30), st.integers(0, 5))
def test_places_are_finite_and_no_two_notes_stand_in_one_place(
    edges: list[tuple[int, int]], lone: int
) -> None:
    places = place(_graph(edges, lone))
    assert all(math.isfinite(x) and math.isfinite(y) for x, y in places.values())
    assert len(set(places.values())) == len(places)


def test_an_empty_graph_has_no_places() -> None:
    assert place(nx.MultiDiGraph()) == {}


def test_the_order_in_which_notes_and_links_were_added_does_not_matter() -> None:
    edges = [(at, (at * 7 + 3) % 40) for at in range(40)]
    there = place(_graph(edges, 3))
    back = nx.MultiDiGraph()
    back.add_edges_from((f"{b}.md", f"{a}.md") for a, b in reversed(edges))
    back.add_nodes_from(f"lone{at}.md" for at in reversed(range(3)))
    assert place(back) == there


def test_neighbours_stand_nearer_than_strangers() -> None:
    graph = nx.MultiDiGraph(nx.relabel_nodes(nx.grid_2d_graph(20, 20), str))
    places = place(graph)
    linked = np.mean([_distance(places[a], places[b]) for a, b in graph.edges()])
    names = sorted(places)
    strangers = np.mean(
        [_distance(places[a], places[b]) for a, b in zip(names, names[200:], strict=False)]
    )
    assert linked < strangers / 4


def test_two_communities_are_drawn_apart() -> None:
    edges = list(itertools.combinations(range(12), 2))
    edges += [(a + 20, b + 20) for a, b in edges] + [(0, 20)]
    places = place(_graph(edges))
    left = np.mean([places[f"{at}.md"] for at in range(12)], axis=0)
    right = np.mean([places[f"{at + 20}.md"] for at in range(12)], axis=0)
    spread = max(_distance(places[f"{at}.md"], left) for at in range(1, 12))
    assert _distance(left, right) > 2 * spread


def test_parts_without_a_link_between_them_do_not_overlap() -> None:
    ring = [(at, (at + 1) % 30) for at in range(30)]
    places = place(_graph([*ring, (100, 101), (200, 201), (201, 202)], lone=4))
    middle = max(math.hypot(*places[f"{at}.md"]) for at in range(30))
    others = [at for name, at in places.items() if name not in {f"{at}.md" for at in range(30)}]
    assert min(math.hypot(*at) for at in others) >= middle
    assert max(math.hypot(*at) for at in others) < middle + 8 * SPACING


def test_ten_thousand_lone_notes_stay_compact() -> None:
    places = place(_graph([], lone=10_000))
    assert max(math.hypot(*at) for at in places.values()) < 100 * SPACING
    assert len(set(places.values())) == 10_000
