"""Functions with a name of their own: ``exp``, ``max``, ``det``, ``softmax``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vaultbp.derivations.meaning.ground import Indices, ground
from vaultbp.derivations.meaning.scope import Ground
from vaultbp.derivations.meaning.terms import (
    Fn,
    Sym,
    Term,
)
from vaultbp.derivations.numerics import functions
from vaultbp.derivations.numerics.axes import aligned
from vaultbp.derivations.numerics.world import CannotEvaluate

if TYPE_CHECKING:
    from vaultbp.derivations.numerics.evaluate import Evaluator


def function(ev: Evaluator, term: Fn, at: Indices) -> Any:
    """A function by its name. Raises :class:`CannotEvaluate` if it is not known for these arguments."""
    name = term.name
    if name == "max" and len(term.args) == 1 and isinstance(term.args[0], Sym):
        return ev.leaf(Ground(f"max({term.args[0].key})"))
    args = [ev.value(a, at) for a in term.args]
    if name in ("log", "logb") and _is_determinant(term.args[0]):
        # Half of what are drawn have a negative determinant; its sign says nothing here.
        args[0] = np.sqrt(args[0] * args[0])
    if name == "logb" and len(args) == 1:
        base = ev.world.option("log_base")
        return functions.ONE["log"](args[0]) / (np.log(base) if base else 1.0)
    if name == "abs" and _is_square(args[0]):
        name = "det"
    ev.world.trail.piecewise |= name in functions.PIECEWISE
    if name in functions.ONE and len(args) == 1:
        return functions.ONE[name](args[0])
    if name in functions.TWO and len(args) > 1:
        result = args[0]
        for each in args[1:]:
            result = functions.TWO[name](*aligned(result, each))
        return result
    if name == "softmax" and args[0].ndim == 1 and isinstance(term.args[0], Sym):
        return _share_of(ev, term.args[0], args[0], at)
    if name == "softmax" and args[0].ndim == 3 and 1 not in args[0].shape[1:]:
        return _softmax(args[0], (1,) if ev.world.option("down") else (2,))
    if name in ARRAY_FUNCTIONS and len(args) == 1:
        return ARRAY_FUNCTIONS[name](args[0])
    raise CannotEvaluate(f"{name} of these arguments is not known")


def _share_of(ev: Evaluator, entry: Sym, value: Any, at: Indices) -> Any:
    """``softmax(z_2)`` of an entry: its share among all entries, where an index runs over these."""
    lower = [place for place, slot in enumerate(entry.slots) if slot.place == "_"]
    node = ground(entry, at, ev.world.count)
    ranges = ev.world.ranges
    member = ("slot", (node.key, len(node.slots), lower[0] if lower else 0))
    if len(lower) != 1 or member not in ranges.parent:
        raise CannotEvaluate("the softmax of a number")
    total: Any = 0.0
    for index in range(1, ranges.size(member) + 1):
        slots = (*node.slots[: lower[0]], ("_", index), *node.slots[lower[0] + 1 :])
        total = total + np.exp(ev.symbol(Ground(node.key, slots)))
    return np.exp(value) / total


def _is_determinant(term: Term) -> bool:
    return isinstance(term, Fn) and term.name in ("det", "abs")


def _is_square(value: Any) -> bool:
    """Whether a value is a matrix, of which the absolute value is the determinant."""
    return bool(value.ndim == 3 and value.shape[1] == value.shape[2] > 1)


def _trace(x: Any) -> Any:
    if x.ndim == 1:
        return x
    return sum((x[:, k, k] for k in range(1, x.shape[1])), x[:, 0, 0])


def _diag(x: Any) -> Any:
    if x.ndim == 1:
        return x
    if x.shape[2] != 1:
        raise CannotEvaluate("diag of a matrix")
    return x * np.eye(x.shape[1])


def _softmax(x: Any, axes: tuple[int, ...] = (1, 2)) -> Any:
    if x.ndim == 1:
        raise CannotEvaluate("the softmax of a number")
    powers = np.exp(x)
    return powers / np.sum(powers, axis=axes, keepdims=True)


ARRAY_FUNCTIONS = {
    "tr": _trace,
    "det": lambda x: x if x.ndim == 1 else np.linalg.det(x),
    "diag": _diag,
    "softmax": _softmax,
}
