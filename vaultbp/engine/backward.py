"""Accumulation over the graph: adjoints backward, tangents forward.

Both walk the nodes in order of creation, which is a topological order, without recursion.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush, heapreplace
from typing import Any

import numpy as np
from numpy import ndarray

from vaultbp.engine.errors import ShapeError, UntrackedError
from vaultbp.engine.fastpath import Elementwise
from vaultbp.engine.op import hand_on
from vaultbp.engine.sums import sum_rows
from vaultbp.engine.tensor import Array, Fit, Node, Tensor, live_edges, recording, values

Nodes = dict[int, Node]
Adjoints = dict[int, Any]
ONE = np.float64(1.0)


def gradients(
    output: Tensor,
    inputs: Sequence[Tensor],
    seed: Any = None,
    *,
    create_graph: bool = False,
    retain_graph: bool = True,
) -> list[Any]:
    """Adjoints of `output` at each of `inputs` (leaves or intermediate tensors), in one pass.

    `seed` is the cotangent of `output`, ones if not given: for a batch of independent sample
    points along the leading axis each point then gets its own derivative. An entry is None where
    `output` does not depend on that input. With `create_graph` the adjoints are tensors that can
    be differentiated again. Raises UntrackedError, ShapeError (seed), GraphFreedError.
    """
    roots = [tracked_node(x, "gradients with respect to") for x in inputs]
    node = tracked_node(output, "gradients of")
    wanted = {root.index for root in roots}
    start = seeded(output, np.ones(output.shape) if seed is None else seed)
    results = propagate(
        node, start, wanted, keep=retain_graph or create_graph, create_graph=create_graph
    )
    return distinct([results.get(root.index) for root in roots], start)


def backward(output: Tensor, seed: Any = None, *, retain_graph: bool = False) -> None:
    """Leave adjoints in `.grad` of every tensor still held that `output` was made from.

    `.grad` is replaced, not added to. The graph is released unless `retain_graph`.
    """
    node = tracked_node(output, "backward() of")
    if seed is None and output._data.shape:
        raise ShapeError(
            f"backward() of a tensor of shape {output.shape}: a gradient is of one number. "
            "Reduce it first (loss.mean().backward()), or give the cotangent as seed"
        )
    if seed is None and type(output._data) is np.float64:
        start: Any = ONE
    else:
        start = seeded(output, 1.0 if seed is None else np.array(values(seed)))
    propagate(node, start, None, keep=retain_graph)


setattr(Tensor, "backward", backward)  # noqa: B010


def tracked_node(x: Any, what: str) -> Node:
    node = x._node if isinstance(x, Tensor) else None
    if node is None:
        raise UntrackedError(
            f"{what} {'an untracked tensor' if isinstance(x, Tensor) else type(x).__name__}: "
            "it is a constant here. Was it detached, made under no_grad(), or compared (x > 0)?"
        )
    return node


def seeded(output: Tensor, seed: Any) -> Any:
    """The cotangent as an array (or tensor) of the output's shape and dtype."""
    if np.shape(values(seed)) != output.shape:
        raise ShapeError(
            f"the cotangent has shape {np.shape(values(seed))}, the output {output.shape}"
        )
    if isinstance(seed, Tensor):
        return seed
    seed = np.asarray(seed)
    if seed.dtype.kind != "c":
        seed = seed.astype(output.dtype, copy=False)
    return seed[()] if seed.ndim == 0 else seed


def distinct(results: list[Any], *others: Any) -> list[Any]:
    """Copies of arrays that occur twice, so that writing to one result cannot change another."""
    seen = {id(other) for other in others}
    for place, result in enumerate(results):
        if isinstance(result, np.ndarray):
            if id(result) in seen or result.base is not None:
                results[place] = result.copy()
            seen.add(id(result))
    return results


def reachable(output: Node, oldest: int = 0) -> Nodes:
    """Nodes that `output` was computed from, made at index `oldest` or later, by index."""
    return reach(output, oldest)[0]


def reach(output: Node, oldest: int) -> tuple[Nodes, bool]:
    """`reachable`, and whether an older node was met."""
    found = {output.index: output}
    stack = [output]
    outside = False
    while stack:
        for _, parent, _, _ in stack.pop().edges or ():
            index = parent.index
            if index not in found:
                if index > oldest:
                    outside = True
                else:
                    found[index] = parent
                    stack.append(parent)
    return found, outside


def propagate(
    output: Node,
    seed: Any,
    wanted: set[int] | None,
    *,
    keep: bool,
    create_graph: bool = False,
) -> Adjoints:
    """Adjoints of the `wanted` nodes, or `.grad` on every node if `wanted` is None.

    The newest node that has got an adjoint comes next: everything that used it is newer and already
    done. One node that waits is held apart from the queue, so that in a chain none ever queues; leaves
    need not wait. Nodes are released once done unless `keep`.

    A rule may hand on its `g` or a view of it (add does). A contribution is added to in place only
    if it was made for its node alone: no view, and not `shared`.
    """
    everywhere = wanted is None
    oldest = 0 if wanted is None else max(wanted, default=output.index)
    if oldest and output.index > oldest:
        return {}  # older than all that is wanted
    adjoints: Adjoints = {output.index: seed}
    ahead = output if output.op is not None else None
    queue: list[tuple[int, Node]] = []
    leaves = [] if ahead else [output]
    shared: set[int] = set()
    results: Adjoints = {}
    while ahead is not None or queue:
        if ahead is None:
            index, node = heappop(queue)
        else:
            index, node = ahead.index, ahead
            if queue and queue[0][0] < index:
                index, node = heapreplace(queue, (index, node))
            ahead = None
        g = adjoints.pop(index)
        if everywhere:
            node.grad = g
        elif index in wanted:  # type: ignore[operator]
            results[index] = g
        edges = node.edges
        if edges is None:
            edges = live_edges(node)
        if not keep:
            node.edges = None
        op: Any = node.op
        if op.through is not None:
            local = tracked_local(node) if create_graph else node.local
            g = op.through(g, local[0]) if len(local) == 1 else op.through(g, *local)
        rules = op.rules
        for position, parent, saved, fit in edges:
            to = parent.index
            if oldest and to > oldest:
                continue
            old = adjoints.get(to)
            if old is None:
                if parent.op is None:
                    leaves.append(parent)
                    if everywhere:
                        parent.grad = None  # frees the last pass's array for this one
                elif ahead is None:
                    ahead = parent
                else:
                    heappush(queue, (to, parent))
            if create_graph:
                saved = tracked_reads(node, position, saved)
            rule = rules[position]
            # Spelt out, because a call with a star takes five times as long.
            if not saved:
                new = g if rule is hand_on else rule(g)
            elif len(saved) == 1:
                new = rule(g, saved[0])
            else:
                new = rule(g, *saved)
            if fit is not None:
                new = fitted(new, fit)
            if old is None:
                adjoints[to] = new
                if new is g and type(g) is ndarray:
                    shared.add(to)
            elif type(old) is not ndarray:
                adjoints[to] = old + new
            elif to in shared or old.base is not None:
                adjoints[to] = old + new
                shared.discard(to)
            else:
                try:
                    old += new
                except TypeError:  # a complex contribution, or a tensor, after real arrays
                    adjoints[to] = old + new
    for leaf in leaves:
        if everywhere:
            leaf.grad = adjoints[leaf.index]
        elif leaf.index in wanted:  # type: ignore[operator]
            results[leaf.index] = adjoints[leaf.index]
    return results


def tracked_reads(node: Node, position: int, saved: tuple[Any, ...]) -> tuple[Any, ...]:
    """What a rule reads as tensors with their place in the graph, for higher orders."""
    op: Any = node.op
    return with_places(node, saved, op.sources[position])


def tracked_local(node: Node) -> tuple[Any, ...]:
    """What the `through` of an op reads, likewise."""
    op: Any = node.op
    return with_places(node, node.local, op.local_sources)


def with_places(node: Node, saved: tuple[Any, ...], sources: tuple[Any, ...]) -> tuple[Any, ...]:
    parents = {edge[0]: edge[1] for edge in live_edges(node)}
    parents[-1] = node
    return tuple(
        [
            Tensor(value, parents[source]) if source in parents else value
            for value, source in zip(saved, sources, strict=True)
        ]
    )


def fitted(adjoint: Any, fit: Fit) -> Any:
    """The adjoint brought back to an argument's shape and dtype."""
    shape, dtype, _ = fit
    if adjoint.shape != shape:
        adjoint = unbroadcast(adjoint, shape)
    if adjoint.dtype is not dtype:
        if adjoint.dtype.kind == "c" and dtype.kind != "c":
            adjoint = np.real(adjoint)
        adjoint = adjoint.astype(dtype, copy=False)
    return adjoint


def unbroadcast(adjoint: Any, shape: tuple[int, ...]) -> Any:
    """Sum over the axes along which an argument of `shape` was repeated: one reduction."""
    added = len(adjoint.shape) - len(shape)
    if added == 1 and adjoint.shape[1:] == shape:
        return sum_rows(adjoint)
    if added > 0 and adjoint.shape[added:] == shape:
        return np.add.reduce(adjoint, axis=tuple(range(added)))
    if added < 0:  # the rule's result still has to be repeated
        return np.broadcast_to(adjoint, shape)
    axes = tuple(range(added)) + tuple(
        [
            added + axis
            for axis, size in enumerate(shape)
            if size == 1 and adjoint.shape[added + axis] != 1
        ]
    )
    total = np.add.reduce(adjoint, axis=axes, keepdims=False) if axes else adjoint
    return total if total.shape == shape else total.reshape(shape)


def product_sum(a: Any, b: Any, shape: tuple[int, ...]) -> Any:
    """`unbroadcast(a * b, shape)`; for a column of row sums without the product in between."""
    if a.shape == shape:
        return a * b
    if (
        isinstance(a, np.ndarray)
        and isinstance(b, np.ndarray)
        and a.shape == b.shape
        and shape == (len(a), 1)
    ):
        return np.einsum("ij,ij->i", a, b)[:, None]
    return unbroadcast(a * b, shape)


def push_forward(nodes: Nodes, tangents: Adjoints, output: Node, *, create_graph: bool) -> Any:
    """Tangent of `output`: forward accumulation, each rule transposed; None if all are zero.

    An elementwise rule without broadcasting is its own transpose. Any other rule is linear
    in `g`, and the transpose of a linear map is its vjp.
    """
    for index in sorted(nodes, reverse=True):
        node = nodes[index]
        for position, parent, saved, fit in live_edges(node):
            tangent = tangents.get(parent.index)
            if tangent is None:
                continue
            if create_graph:
                saved = tracked_reads(node, position, saved)
            new = transposed(node, position, saved, fit, tangent)
            if new is not None:
                old = tangents.get(index)
                tangents[index] = new if old is None else old + new
    return tangents.get(output.index)


def _is_complex(value: Any) -> bool:
    return isinstance(value, Tensor | np.ndarray | np.generic) and value.dtype.kind == "c"


def transposed(node: Node, position: int, saved: tuple[Any, ...], fit: Fit | None, t: Any) -> Any:
    op: Any = node.op
    rule = op.rules[position]
    is_complex = t.dtype.kind == "c" or any(_is_complex(value) for value in saved)
    if isinstance(op, Elementwise) and fit is None and not is_complex:
        return rule(t, *saved)
    form = fit[2] if fit is not None else getattr(node, "form", (t.shape, t.dtype))
    with recording(True):
        g = Tensor(np.zeros(*form), Node(None, ()))
        start: Any = g
        if op.through is not None:
            start = op.through(g, *(tracked_local(node) if isinstance(t, Tensor) else node.local))
        pulled = rule(start, *saved)
        if fit is not None:
            pulled = fitted(pulled, fit)
    if not isinstance(pulled, Tensor) or pulled._node is None:
        return None
    [new] = gradients(pulled, [g], t, create_graph=isinstance(t, Tensor))
    return new


__all__ = ["Array", "backward", "gradients"]
