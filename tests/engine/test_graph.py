"""The computation graph as data, as a table, as Mermaid and as DOT."""

import re

import numpy as np
import pytest

from vaultbp.engine import trace


def loss(w, b):
    z = w * 0.5 + b
    z.name = "z"
    a = np.tanh(z)
    a.name = "a"
    return (a - 1.0) ** 2


@pytest.fixture
def graph():
    return trace(loss, 0.3, 0.1)


def test_nodes_have_names_values_and_adjoints(graph):
    assert [node.label for node in graph] == ["w", "b", "v1", "z", "a", "v4", "v5"]
    a = np.tanh(0.25)
    assert graph["z"].value == pytest.approx(0.25)
    assert graph["a"].adjoint == pytest.approx(2 * (a - 1))
    assert graph["z"].adjoint == pytest.approx(2 * (a - 1) * (1 - a * a))
    assert graph["w"].adjoint == pytest.approx(graph["z"].adjoint * 0.5)
    assert graph["v5"].adjoint == 1.0
    with pytest.raises(KeyError):
        graph["nothing"]


def test_edges_join_operands_to_results(graph):
    assert ("x1", "v1") in graph.edges
    assert ("x2", "v2") in graph.edges
    assert len(graph.edges) == 6


def test_table(graph):
    lines = graph.table().splitlines()
    assert len({len(line) for line in lines[2:]}) == 1
    assert re.match(r"\| z +\| v1 \+ b +\| 0.25 +\| -1.41958 +\|", lines[5])


def test_mermaid_and_dot_have_every_node_and_edge(graph):
    mermaid, dot = graph.mermaid(), graph.dot()
    assert mermaid.startswith("flowchart LR\n")
    assert mermaid.count("-->") == dot.count("->") == 6
    for node in graph:
        assert re.search(rf"^  {node.id}[\[(]", mermaid, re.MULTILINE)
        assert f"  {node.id} [label=" in dot
    assert dot.endswith("}")


def test_values_that_do_not_matter_are_left_out():
    def f(x, unused):
        np.exp(x)
        return x * x

    assert [node.label for node in trace(f, 2.0, 5.0)] == ["x", "v1"]


def test_arrays_constants_and_containers():
    def f(params, x):
        return np.sum(params["W"] @ x + params["b"])

    graph = trace(f, {"W": np.ones((2, 3)), "b": np.zeros(2)}, np.arange(3.0))
    assert [n.label for n in graph][:3] == ["params1", "params2", "x"]
    np.testing.assert_array_equal(graph["params1"].adjoint, [[0, 1, 2], [0, 1, 2]])
    assert "params1 @ x" in graph.table()


def test_a_function_that_returns_a_constant_is_refused():
    with pytest.raises(TypeError, match="one tensor"):
        trace(lambda x: 1.0, 2.0)
