"""The computation graph as data: nodes with names, values and adjoints; as a table or a picture."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaultbp.engine.backward import gradients, reachable, tracked_node
from vaultbp.engine.fastpath import Elementwise
from vaultbp.engine.table import TABLE
from vaultbp.engine.tensor import Applied, Array, Node, Tensor, values, watching
from vaultbp.engine.trees import leaves


@dataclass(frozen=True)
class GraphNode:
    """One value of a computation."""

    id: str
    """x1, x2 … for inputs, v1, v2 … for results, in order of computation."""
    name: str | None
    """As given by the user."""
    op: str
    """Name of the op, "input" for an input."""
    operands: tuple[str, ...]
    """Ids of nodes, and constants as text, in the order of the op's arguments."""
    value: Array
    adjoint: Array | None
    """Derivative of the output with respect to this value; None if it does not matter."""

    @property
    def label(self) -> str:
        return self.name or self.id

    @property
    def formula(self) -> str:
        """What was computed, as text: `x1 * x2`, `np.exp(v1)`."""
        return written(self.op, self.operands)


SYMBOLS = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**", "matmul": "@",
}  # fmt: skip


def written(op: str, operands: tuple[str, ...]) -> str:
    if op == "input":
        return ""
    if op in SYMBOLS and len(operands) == 2:
        return f" {SYMBOLS[op]} ".join(operands)
    if op == "negative":
        return f"-{operands[0]}"
    of_numpy = isinstance(TABLE.get(op), Elementwise) or hasattr(np, op)
    return f"{'np.' if of_numpy else ''}{op}({', '.join(operands)})"


@dataclass(frozen=True)
class Graph:
    """The nodes of a computation in order of computation, inputs first; the last is the output."""

    nodes: tuple[GraphNode, ...]

    def __iter__(self) -> Iterator[GraphNode]:
        return iter(self.nodes)

    def __getitem__(self, key: str) -> GraphNode:
        """The node with this name or id."""
        for node in self.nodes:
            if key in (node.name, node.id):
                return node
        raise KeyError(key)

    @property
    def edges(self) -> list[tuple[str, str]]:
        """(id of operand, id of result), for operands that are nodes."""
        ids = {node.id for node in self.nodes}
        return [(o, node.id) for node in self.nodes for o in node.operands if o in ids]

    def table(self) -> str:
        """A Markdown table: name, formula, value, adjoint."""
        names = {node.id: node.label for node in self.nodes}
        rows = [("node", "computed as", "value", "adjoint"), ("---",) * 4]
        for node in self.nodes:
            operands = tuple(names.get(o, o) for o in node.operands)
            formula = written(node.op, operands)
            rows.append((node.label, formula or "input", short(node.value), short(node.adjoint)))
        widths = [max(len(row[k]) for row in rows) for k in range(4)]
        return "\n".join(
            "| "
            + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            + " |"
            for row in rows
        )

    def mermaid(self) -> str:
        """A Mermaid flowchart, for a fenced block of a note."""
        lines = ["flowchart LR"]
        for node in self.nodes:
            shape = '(["{}"])' if node.op == "input" else '["{}"]'
            lines.append(f"  {node.id}" + shape.format("<br>".join(self._text(node))))
        lines += [f"  {start} --> {end}" for start, end in self.edges]
        return "\n".join(lines)

    def dot(self) -> str:
        """A Graphviz digraph."""
        lines = ["digraph computation {", "  rankdir=LR;", "  node [shape=box];"]
        for node in self.nodes:
            text = "\\n".join(self._text(node)).replace('"', '\\"')
            style = ", style=rounded" if node.op == "input" else ""
            lines.append(f'  {node.id} [label="{text}"{style}];')
        lines += [f"  {start} -> {end};" for start, end in self.edges]
        return "\n".join([*lines, "}"])

    def _text(self, node: GraphNode) -> list[str]:
        names = {other.id: other.label for other in self.nodes}
        formula = written(node.op, tuple(names.get(o, o) for o in node.operands))
        first = f"{node.label} = {formula}" if formula else node.label
        text = [first, f"value {short(node.value)}", f"adjoint {short(node.adjoint)}"]
        return [line.replace('"', "'") for line in text]


def short(value: Any) -> str:
    """A value in a few characters: numbers in full, arrays up to six entries, else the shape."""
    if value is None:
        return "–"
    array = np.asarray(value)
    if array.ndim == 0:
        return f"{array.item():.6g}"
    if array.size <= 6:
        return np.array2string(array, precision=4, separator=", ").replace("\n", "")
    return f"{array.dtype} {array.shape}"


def trace(f: Callable[..., Any], *xs: Any) -> Graph:
    """Run f(*xs) and return its graph, with adjoints of its output (summed if it is an array).

    Inputs are named after f's parameters, intermediate values by assigning `t.name = "..."` in f.
    """
    tensors = [Tensor(x) for x in leaves(xs)]
    for tensor, name in zip(tensors, parameter_names(f, xs), strict=True):
        tensor.name = name
    from vaultbp.engine.trees import rebuild

    with watching() as applied:
        output = f(*rebuild(list(xs), tensors))
    if not isinstance(output, Tensor):
        raise TypeError(f"trace needs a function that returns one tensor, got {type(output)}")
    return assemble(tensors, applied, output)


def parameter_names(f: Callable[..., Any], xs: tuple[Any, ...]) -> list[str]:
    """One name per input array: the parameter's, numbered inside a list or dict."""
    try:
        names = [
            p.name
            for p in inspect.signature(f).parameters.values()
            if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):
        names = []
    out = []
    for place, x in enumerate(xs):
        name = names[place] if place < len(names) else f"x{place + 1}"
        count = len(list(leaves(x)))
        if isinstance(x, list | tuple | dict):
            out += [f"{name}{k + 1}" for k in range(count)]
        else:
            out.append(name)
    return out


def assemble(inputs: list[Tensor], applied: list[Applied], output: Tensor) -> Graph:
    """The graph of `output`, from its inputs and the ops that were watched."""
    node = tracked_node(output, "the graph of")
    needed = reachable(node)
    steps = [s for s in applied if index_of(s.result) in needed]
    tensors = [*[t for t in inputs if index_of(t) in needed], *[s.result for s in steps]]
    adjoints = gradients(output, tensors) if tensors else []
    by_index = dict(zip(map(index_of, tensors), adjoints, strict=True))
    ids: dict[int, str] = {}
    nodes = []
    for number, t in enumerate((t for t in inputs if index_of(t) in needed), start=1):
        ids[index_of(t)] = f"x{number}"
        nodes.append(GraphNode(f"x{number}", t.name, "input", (), values(t), by_index[index_of(t)]))
    for number, step in enumerate(steps, start=1):
        place, made = index_of(step.result), op_of(step.result)
        ids[place] = f"v{number}"
        operands = tuple(operand(a, ids) for a in step.arguments)
        nodes.append(
            GraphNode(
                f"v{number}", step.result.name, made, operands, values(step.result), by_index[place]
            )
        )
    return Graph(tuple(nodes))


def index_of(tensor: Tensor) -> int:
    node = tensor._node
    return 0 if node is None else node.index


def op_of(tensor: Tensor) -> str:
    node: Node | None = tensor._node
    return node.op.name if node is not None and node.op is not None else "input"


def operand(argument: Any, ids: dict[int, str]) -> str:
    """An operand as text: the id of a node, or a constant."""
    if isinstance(argument, Tensor):
        return ids.get(index_of(argument), short(values(argument)))
    if isinstance(argument, np.ndarray | np.generic):
        return short(argument)
    return repr(argument)
