"""Questions to the graph, on small vaults whose answers can be seen."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.facts import facts_of
from vaultbp import questions
from vaultbp.errors import ConfigError
from vaultbp.graph import build
from vaultbp.relations import shortest_cycles, vocabulary


def graph_of(**files: str) -> nx.MultiDiGraph:
    return build(facts_of({f"{name}.md": text for name, text in files.items()}).vault)


def typed(**relations: str) -> str:
    rows = "".join(f'{key}: "[[{value}]]"\n' for key, value in relations.items())
    return f"---\n{rows}---\n"


def test_orphans_dead_ends_hubs_and_components() -> None:
    graph = graph_of(
        a="[[b]] [[c]] [[nowhere]]", b="[[a]]", c="", lone="[[#self]]", x="[[y]]", y=""
    )
    assert questions.orphans(graph) == ["lone.md"]
    assert questions.dead_ends(graph) == ["c.md", "y.md"]
    assert questions.hubs(graph, 2) == [("a.md", 3), ("b.md", 1)]
    assert questions.components(graph) == [
        ["a.md", "b.md", "c.md"],
        ["x.md", "y.md"],
        ["lone.md"],
    ]


def test_prerequisites_come_in_reading_order() -> None:
    graph = graph_of(
        goal=typed(computesWith="mid"),
        mid=typed(implements="base"),
        base="[[unrelated]]",
        first=typed(enables="base"),
        tool=typed(usedIn="mid"),
        unrelated="",
    )
    order = questions.prerequisites(graph, "goal.md", vocabulary({}))
    assert order == ["first.md", "base.md", "tool.md", "mid.md"]


def test_notes_that_need_each_other_do_not_hang() -> None:
    graph = graph_of(a=typed(computesWith="b"), b=typed(computesWith="a"))
    assert questions.prerequisites(graph, "a.md", vocabulary({})) == ["b.md"]


def test_cycles_are_shown_as_paths() -> None:
    graph = graph_of(
        a=typed(enables="b"), b=typed(enables="c"), c=typed(enables="a"), d=typed(enables="a")
    )
    assert questions.cycles(graph, "enables") == [["a.md", "b.md", "c.md"]]
    assert questions.cycles(graph, "usedIn") == []


def test_a_path_shows_its_relations() -> None:
    graph = graph_of(a=typed(enables="b") + "[[b]]", b="[[c]]", c="", d="[[c]]")
    hops = questions.path(graph, "a.md", "c.md")
    assert hops is not None
    assert [(hop.relation, hop.target, hop.against) for hop in hops] == [
        ("enables", "b.md", False),
        ("link", "c.md", False),
    ]
    hops = questions.path(graph, "a.md", "d.md")
    assert hops is not None
    assert [hop.against for hop in hops] == [False, False, True]
    assert questions.path(graph, "a.md", "a.md") == []
    with pytest.raises(KeyError):
        questions.path(graph, "a.md", "missing.md")


def test_nothing_connects_two_islands() -> None:
    assert questions.path(graph_of(a="", b=""), "a.md", "b.md") is None


def test_changes_between_two_graphs() -> None:
    before = graph_of(a="[[b]] [[c]]", b="", c="")
    after = graph_of(a="\n\n[[b]] [[b]]", b=typed(enables="a"), d="[[a]]")
    both = questions.changes(before, after)
    assert {name: data.get("change") for name, data in both.nodes(data=True)} == {
        "a.md": None,
        "b.md": None,
        "c.md": "removed",
        "d.md": "added",
    }
    marked = sorted(
        (source, target, data["relation"], data["change"])
        for source, target, data in both.edges(data=True)
        if data.get("change")
    )
    assert marked == [
        ("a.md", "b.md", "link", "added"),
        ("a.md", "c.md", "link", "removed"),
        ("b.md", "a.md", "enables", "added"),
        ("d.md", "a.md", "link", "added"),
    ]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
def test_cycles_agree_with_networkx(arrows: list[tuple[int, int]]) -> None:
    graph = nx.DiGraph([(str(a), str(b)) for a, b in arrows])
    table = {name: list(graph.successors(name)) for name in graph}
    found = shortest_cycles(table)
    knots = [
        knot
        for knot in nx.strongly_connected_components(graph)
        if len(knot) > 1 or graph.has_edge(*list(knot) * 2)
    ]
    assert len(found) == len(knots)
    for cycle in found:
        assert all(graph.has_edge(a, b) for a, b in zip(cycle, [*cycle[1:], cycle[0]], strict=True))
        (knot,) = [knot for knot in knots if cycle[0] in knot]
        shortest = min(map(len, nx.simple_cycles(graph.subgraph(knot))))
        assert len(cycle) == shortest


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"inverze": "x"}, "did you mean 'inverse'"),
        ({"acyclic": "yes"}, "true or false"),
        ({"domain": [1]}, "list of tags"),
        ({"inverse": 3}, "string"),
        ({"reading": "first"}, "source-first or target-first"),
        ({"symmetric": True, "inverse": "other"}, "its own inverse"),
        ({"symmetric": True, "acyclic": True}, "cannot be acyclic"),
    ],
)
def test_a_wrong_declaration_is_refused(table: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        vocabulary({"r": table})


def test_an_inverse_that_is_declared_too_is_still_one() -> None:
    words = vocabulary(
        {
            "requires": {"inverse": "leadsTo", "acyclic": True, "range": ["m/"], "single": True},
            "leadsTo": {"label": "leads to"},
        }
    )
    back = words.get("leadsTo")
    assert back is not None
    assert (back.inverse, back.acyclic, back.domain, back.label) == (
        "requires",
        True,
        ("m/",),
        "leads to",
    )
    assert not back.single


def test_a_founding_relation_that_is_declared_anew_keeps_its_inverse() -> None:
    words = vocabulary({"usedIn": {"color": "#f00"}, "needs": {"inverse": "enables"}})
    used, uses, enables = words.get("usedIn"), words.get("uses"), words.get("enables")
    assert used is not None
    assert uses is not None
    assert enables is not None
    assert (used.inverse, used.reading, used.color) == ("uses", None, "#f00")
    assert (uses.inverse, uses.reading) == ("usedIn", None)
    assert enables.inverse == "needs"


def test_two_inverses_of_one_relation_are_refused() -> None:
    with pytest.raises(ConfigError, match="inverse of `b`"):
        vocabulary({"a": {"inverse": "c"}, "b": {"inverse": "c"}, "c": {"inverse": "b"}})


def test_a_circle_is_found_by_the_inverse_too() -> None:
    graph = nx.MultiDiGraph()
    graph.add_edge("a.md", "b.md", relation="requires", kind="relation")
    graph.add_edge("a.md", "b.md", relation="leadsTo", kind="relation")
    words = vocabulary({"requires": {"inverse": "leadsTo"}})
    assert questions.cycles(graph, "requires") == []
    assert questions.cycles(graph, "requires", words) == [["a.md", "b.md"]]
    assert questions.cycles(graph, "leadsTo", words) == [["a.md", "b.md"]]
