"""Derivatives of functions: vjp, jvp, grad, jacobian, hessian, hvp, checkpoint.

They nest: inside another derivative the results are tensors that can be differentiated again. No
global state says so. A function's inputs are replaced by fresh nodes, which can be confused with
nothing else; whatever older node the output reaches belongs to an outer derivative.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeAlias

import numpy as np

from vaultbp.engine.backward import Nodes, distinct, propagate, push_forward, reach, seeded
from vaultbp.engine.errors import DisconnectedWarning, ShapeError, UntrackedError
from vaultbp.engine.op import Op
from vaultbp.engine.tensor import (
    Array,
    Node,
    Tensor,
    as_float_array,
    is_recording,
    recording,
    values,
)
from vaultbp.engine.trees import leaves, map_leaves, rebuild

Function: TypeAlias = Callable[..., Any]
Argnums: TypeAlias = int | Sequence[int]

FLOAT64 = np.dtype(np.float64)
IDENTITY = Op(lambda x: x, {"x": lambda g: g}, name="input")


@dataclass
class Linearised:
    """A function run once with recording."""

    inputs: list[Tensor]
    """The arrays it was given, each as a fresh node."""
    tree: Any
    """The output as returned: a tensor, a plain value, or a tree of them."""
    outputs: list[Any]
    """The leaves of the tree."""
    nested: bool
    """Whether an output also depends on tensors of an outer derivative."""


def linearise(f: Function, xs: Sequence[Any]) -> Linearised:
    """Run f(*xs), with each array in xs replaced by a tensor of its own."""
    outer = is_recording()
    inputs = [fresh_input(x) for x in leaves(xs)]
    if outer:
        tree = f(*rebuild(list(xs), inputs))
    else:
        with recording(True):
            tree = f(*rebuild(list(xs), inputs))
    oldest = max([x._node.index for x in inputs], default=0)  # type: ignore[union-attr]
    outputs = list(leaves(tree))
    nested = outer and any(x._node.edges for x in inputs)  # type: ignore[union-attr]
    for y in outputs:
        if outer and not nested and isinstance(y, Tensor) and y._node is not None:
            nested = y._node.index > oldest or reach(y._node, oldest)[1]
    return Linearised(inputs, tree, outputs, nested)


def fresh_input(x: Any) -> Tensor:
    if type(x) is np.ndarray and x.dtype is FLOAT64 and x.ndim:
        return Tensor(x, Node(None, ()))
    node = x._node if isinstance(x, Tensor) else None
    if node is None:
        return Tensor(as_float_array(x), Node(None, ()))
    fresh = Node(IDENTITY, ((0, node, (), None),))
    fresh.form = x.shape, x.dtype
    return Tensor(x._data, fresh)


def pull_back(run: Linearised, cotangents: list[Any], *, keep: bool) -> list[Any]:
    """Adjoints of the inputs; None for an input that no output depends on."""
    create_graph = run.nested or any(
        isinstance(g, Tensor) and g._node is not None for g in cotangents
    )
    keep = keep or create_graph or len(run.outputs) > 1
    indices = [x._node.index for x in run.inputs]  # type: ignore[union-attr]
    totals: list[Any] = [None] * len(indices)
    for y, g in zip(run.outputs, cotangents, strict=True):
        if not isinstance(y, Tensor) or y._node is None:
            continue
        results = propagate(
            y._node, seeded(y, g), set(indices), keep=keep, create_graph=create_graph
        )
        for k, index in enumerate(indices):
            if index in results:
                new = results[index]
                totals[k] = new if totals[k] is None else totals[k] + new
    return distinct(totals, *cotangents)


def result_of(y: Any, nested: bool) -> Any:
    """An output as the caller gets it: plain unless an outer derivative needs the graph."""
    if isinstance(y, Tensor):
        return y if nested else y._data
    return y


def vjp(f: Function, *xs: Any) -> tuple[Any, Callable[[Any], Any]]:
    """Value of f(*xs) and the function g -> gᵀJ that pulls cotangents back to the inputs.

    The pull-back takes a cotangent of the form of the output and returns one adjoint per argument
    (not in a tuple if there is one argument). Arguments and outputs may be nested lists, tuples
    and dicts of arrays. It can be called any number of times.
    """
    run = linearise(f, xs)

    def pull(g: Any) -> Any:
        adjoints = pull_back(run, list(leaves(g)), keep=True)
        filled = [zeros(x) if a is None else a for x, a in zip(run.inputs, adjoints, strict=True)]
        parts = rebuild(list(xs), filled)
        return parts[0] if len(xs) == 1 else tuple(parts)

    return map_leaves(lambda y: result_of(y, run.nested), run.tree), pull


def zeros(x: Tensor) -> Array:
    return np.zeros(x.shape, x.dtype)[()] if x.shape == () else np.zeros(x.shape, x.dtype)


def jvp(f: Function, xs: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """Value of f(*xs) and its directional derivative J·tangents, by forward accumulation.

    Each derivative rule is transposed as its node is passed, in the order of the forward pass.
    """
    run = linearise(f, tuple(xs))
    starts = [as_tangent(t, x) for t, x in zip(leaves(list(tangents)), run.inputs, strict=True)]
    nested = run.nested or any(isinstance(t, Tensor) for t in starts)

    def push(y: Any) -> Any:
        if not isinstance(y, Tensor) or y._node is None:
            return np.zeros(np.shape(values(y)))
        begin = {x._node.index: t for x, t in zip(run.inputs, starts, strict=True)}  # type: ignore[union-attr]
        found, _ = reach(y._node, max(begin))
        nodes: Nodes = {index: node for index, node in found.items() if index not in begin}
        new = begin.get(y._node.index)
        if new is None:
            new = push_forward(nodes, begin, y._node, create_graph=nested)
        return zeros(y) if new is None else new

    out = map_leaves(push, run.tree)
    return map_leaves(lambda y: result_of(y, nested), run.tree), out


def as_tangent(t: Any, x: Tensor) -> Any:
    t = t if isinstance(t, Tensor) and t._node is not None else as_float_array(t)
    if np.shape(values(t)) != x.shape:
        raise ShapeError(f"the tangent has shape {np.shape(values(t))}, its input {x.shape}")
    return t


def value_and_grad(f: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """A function that returns (f(*args), gradient with respect to args[argnums]).

    f must return one number. With a sequence of argnums the gradients come as a tuple; an
    argument that is a list, tuple or dict of arrays gets a gradient of the same form. With
    `has_aux`, f returns (number, anything else), and so does the new function in place of the
    value. Raises ShapeError if f does not return a number; warns DisconnectedWarning if an
    argument does not influence it.
    """
    several = not isinstance(argnums, int)
    places = [argnums] if isinstance(argnums, int) else list(argnums)

    @wraps(f)
    def evaluate(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        chosen = [args[place] for place in places]
        aux: list[Any] = []

        def of_chosen(*xs: Any) -> Any:
            given = list(args)
            for place, x in zip(places, xs, strict=True):
                given[place] = x
            out = f(*given, **kwargs)
            if has_aux:
                out, extra = out
                aux.append(extra)
            return out

        run = linearise(of_chosen, chosen)
        adjoints = scalar_adjoints(run, f)
        parts = rebuild(chosen, adjoints)
        value = result_of(run.tree, run.nested)
        return (value, aux[0]) if aux else value, tuple(parts) if several else parts[0]

    return evaluate


def scalar_adjoints(run: Linearised, f: Function) -> list[Any]:
    y, name = run.tree, getattr(f, "__name__", "the function")
    if isinstance(y, list | tuple | dict) or np.shape(values(y)) != ():
        shape = "several values" if isinstance(y, list | tuple | dict) else f"shape {np.shape(y)}"
        raise ShapeError(
            f"a gradient is of one number, {name} returns {shape}: reduce it "
            "(np.sum, np.mean), or use jacobian or vjp"
        )
    if np.asarray(values(y)).dtype.kind not in "iufc":
        raise UntrackedError(
            f"a gradient is of a number, {name} returns {values(y)!r}: comparisons and "
            "tests have no derivative"
        )
    if not isinstance(y, Tensor) or y._node is None:
        adjoints: list[Any] = [None] * len(run.inputs)
    else:
        adjoints = pull_back(run, [np.float64(1.0)], keep=False)
    if not isinstance(y, Tensor) or (y._node is not None and any(a is None for a in adjoints)):
        lost = [k for k, a in enumerate(adjoints) if a is None]
        warnings.warn(
            f"{name} does not depend on input {', '.join(map(str, lost))} through tracked "
            "operations: that gradient is zero. Comparisons (x > 0), int() and float(), "
            "detach() and .data cut the graph",
            DisconnectedWarning,
            stacklevel=4,
        )
    return [zeros(x) if a is None else a for x, a in zip(run.inputs, adjoints, strict=True)]


def grad(f: Function, argnums: Argnums = 0) -> Function:
    """The gradient of a function that returns one number; see `value_and_grad`."""
    evaluate = value_and_grad(f, argnums)

    @wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return evaluate(*args, **kwargs)[1]

    return gradient


def jacobian(f: Function, argnum: int = 0) -> Function:
    """A function that returns ∂f/∂args[argnum], of shape output shape + input shape.

    One backward pass per entry of the output.
    """

    @wraps(f)
    def evaluate(*args: Any) -> Any:
        def of_one(x: Any) -> Any:
            return f(*args[:argnum], x, *args[argnum + 1 :])

        y, pull = vjp(of_one, args[argnum])
        shape = np.shape(values(y))
        rows = [pull(unit(shape, k)) for k in range(int(np.prod(shape)))]
        if not shape:
            return rows[0]
        inner = np.shape(values(args[argnum]))
        if not rows:
            return np.zeros(shape + inner)
        return np.stack(rows).reshape(shape + inner)

    return evaluate


def unit(shape: tuple[int, ...], k: int) -> Array:
    """The k-th unit cotangent of `shape`."""
    e = np.zeros(shape)
    e.reshape(-1)[k] = 1.0
    return e if shape else np.float64(1.0)


def hessian(f: Function, argnum: int = 0) -> Function:
    """A function that returns the second derivatives, of shape input shape + input shape."""
    return jacobian(quiet(grad(f, argnum)), argnum)


def hvp(f: Function, x: Any, v: Any) -> Any:
    """Hessian of f at x times v: the directional derivative of the gradient."""
    return jvp(quiet(grad(f)), (x,), (v,))[1]


def quiet(f: Function) -> Function:
    """f without the warning that an input does not matter: zero second derivatives are usual."""

    def silent(*args: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DisconnectedWarning)
            return f(*args)

    return silent


def checkpoint(f: Function) -> Function:
    """f, recomputed in the backward pass instead of keeping what its inner nodes save.

    Everything to be differentiated must be an argument; raises UntrackedError if f reads a
    tracked tensor from outside.
    """

    @wraps(f)
    def run_once(*args: Any) -> Any:
        run = linearise(f, [detached(a) for a in args])
        y = run.tree
        if run.nested:
            raise UntrackedError(
                "a checkpointed function reads a tracked tensor that is not one of its "
                "arguments: its gradient would be lost. Pass it as an argument"
            )
        if not isinstance(y, Tensor):
            raise UntrackedError("a checkpointed function returns one tensor")
        names = tuple(f"x{k}" for k in range(len(args)))

        def rule(k: int) -> Any:
            def back(g: Any, *xs: Any) -> Any:
                adjoints = vjp(f, *xs)[1](g)
                return adjoints[k] if len(xs) > 1 else adjoints

            back.reads = names  # type: ignore[attr-defined]
            return back

        data = y._data
        op = Op(
            lambda *_: data,
            {name: rule(k) for k, name in enumerate(names)},
            name="checkpoint",
            arguments=names,
        )
        return op(*args)

    return run_once


def detached(x: Any) -> Any:
    return map_leaves(lambda a: a._data if isinstance(a, Tensor) else a, x)
