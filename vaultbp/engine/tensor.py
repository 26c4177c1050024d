"""Tensor, the handle a user holds, and Node, its place in the graph.

They are kept apart so that the graph does not keep values alive: edges join nodes, and a node
saves only what its derivative rules read. A node's `index` counts down as nodes are made, and an
operation is made after its operands, so *ascending index is reverse topological order*.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Lock, local
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy import ndarray

from vaultbp.engine.errors import (
    DtypeError,
    GraphFreedError,
    InPlaceError,
    ShapeError,
    UntrackedError,
)

if TYPE_CHECKING:
    from vaultbp.engine.op import Op

Array: TypeAlias = Any
"""An ndarray or a numpy scalar; inside rules also a Tensor (see `op.py`)."""

Edge: TypeAlias = "tuple[int, Node, tuple[Any, ...], Fit | None]"
"""(which argument, its node, what the rule reads, how the adjoint must be fitted to it)."""

Form: TypeAlias = tuple[tuple[int, ...], np.dtype[Any]]
"""Shape and dtype."""

Fit: TypeAlias = tuple[tuple[int, ...], np.dtype[Any], Form]
"""Shape and dtype of an argument that differ from those of the result, and the result's form."""

indices = count(-1, -1)


class _Mode(local):
    """Of this thread: whether operations are recorded, and the list that collects them."""

    recording = True
    guarding = False
    watched: list[Applied] | None = None


class _Pauses:
    """How many contexts below are open in all threads: 0 spares the thread's lookup."""

    __slots__ = ("open",)

    def __init__(self) -> None:
        self.open = 0


class Applied(NamedTuple):
    """One op as it was applied under `watching()`."""

    result: Tensor
    arguments: tuple[Any, ...]
    """As given: tensors, arrays, numbers."""
    where: str
    """File and line of the caller outside the engine."""


_mode = _Mode()
_lock = Lock()
pauses: Final = _Pauses()


def is_recording() -> bool:
    return not pauses.open or _mode.recording


@contextmanager
def recording(on: bool) -> Iterator[None]:
    """Switch recording on or off in this thread."""
    before, _mode.recording = _mode.recording, on
    with _lock:
        pauses.open += 1
    try:
        yield
    finally:
        _mode.recording = before
        with _lock:
            pauses.open -= 1


def no_grad() -> Any:
    """Context (or decorator) in which operations on tensors are not recorded."""
    return recording(False)


class Node:
    """One operation in the graph; a leaf has `op = None` and no edges."""

    __slots__ = ("edges", "form", "grad", "index", "local", "name", "op")

    name: str
    grad: Array
    form: Form
    """Of the result; set where forward accumulation needs it (not by elementwise ops)."""

    local: tuple[Any, ...]
    """What the op's `through` reads, if it has one."""

    def __init__(self, op: Op | None, edges: tuple[Edge, ...] | None) -> None:
        self.index = next(indices)
        self.op = op
        self.edges = edges
        """None once the graph was released."""


@contextmanager
def watching() -> Iterator[list[Applied]]:
    """Collect every recorded op of this thread with its values, in order."""
    before = _mode.watched
    watched: list[Applied] = []
    _mode.watched = watched
    with recording(True):
        try:
            yield watched
        finally:
            _mode.watched = before


@contextmanager
def check_inplace() -> Iterator[None]:
    """Context (or decorator) in which a write to an array that a backward pass needs is found.

    For debugging: recorded operations remember a digest of the plain arrays they keep, and a
    backward pass that finds another raises InPlaceError naming the operation and its line.
    """
    before, _mode.guarding = _mode.guarding, True
    with recording(is_recording()):
        try:
            yield
        finally:
            _mode.guarding = before


def watch(tensor: Tensor, arguments: tuple[Any, ...]) -> Tensor:
    if _mode.guarding and tensor._node is not None:
        from vaultbp.engine.guard import guard

        guard(tensor._node, caller())
    if _mode.watched is not None:
        _mode.watched.append(Applied(tensor, arguments, caller()))
    return tensor


def caller() -> str:
    """File and line of the innermost frame outside the engine and numpy."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        package = frame.f_globals.get("__name__", "")
        if not package.startswith(("vaultbp.engine", "numpy", "contextlib")):
            break
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


new = object.__new__


def result(out: Array, op: Op, edges: tuple[Edge, ...]) -> Tensor:
    """`out` as a tensor made by `op`: what Tensor(out, Node(op, edges)) gives, in half the time."""
    node = new(Node)
    node.index = next(indices)
    node.op = op
    node.edges = edges
    tensor = new(Tensor)
    tensor._data = out
    tensor._node = node
    return tensor


def live_edges(node: Node) -> tuple[Edge, ...]:
    """Edges of a node. Raises GraphFreedError if an earlier backward pass released them."""
    if node.edges is None:
        what = "the graph" if node.op is None else f"the graph behind this {node.op.name}"
        raise GraphFreedError(
            f"{what} was released by an earlier backward pass: "
            "compute the value again, or keep the graph with backward(retain_graph=True)"
        )
    return node.edges


_LEAF: Final = Node(None, ())
"""Stands for "make a new leaf" in the constructor."""


class Tensor:
    """An array whose history is recorded, so that it can be differentiated.

    `Tensor(data)` makes a tracked leaf holding a copy of `data` (integers become float64).
    Constants need no Tensor: plain numbers and numpy arrays mix freely with tensors, and plain
    numpy functions (`np.exp(t)`, `np.where(...)`, `t @ w`) accept both.
    """

    __slots__ = ("__weakref__", "_data", "_node")

    def __init__(self, data: Any, node: Node | None = _LEAF, name: str | None = None) -> None:
        if node is _LEAF:
            data, node = as_float_array(data, copy=True), Node(None, ())
        self._data = data
        self._node = node
        if name is not None:
            self.name = name

    # --- what it holds -------------------------------------------------------------------------

    @property
    def data(self) -> Array:
        """The values, as a read-only view (a numpy scalar for a 0-d tensor).

        A leaf can be given new ones: `w.data = w.data - rate * w.grad`. What was computed before
        keeps the old values, so its gradients stay right. Raises InPlaceError for other tensors.
        """
        return read_only(self._data)

    @data.setter
    def data(self, new: Any) -> None:
        if self._node is None or self._node.edges is None or self._node.op is not None:
            raise InPlaceError("only a leaf, a tensor made by Tensor(...), can be given new values")
        array = as_float_array(new, copy=True)
        if np.shape(array) != self.shape:
            raise ShapeError(f"the tensor has shape {self.shape}, the new values {array.shape}")
        self._data = array

    @property
    def grad(self) -> Array | None:
        """Adjoint left here by the last `backward()`, read-only, or None."""
        try:
            grad = self._node.grad  # type: ignore[union-attr]
        except AttributeError:  # no pass has been here, or could be
            return None
        if type(grad) is ndarray:
            # Two tensors may share it. By position: that takes a third of the time.
            grad.setflags(False)  # type: ignore[call-arg]
        return grad

    @grad.setter
    def grad(self, new: Array | None) -> None:
        if self._node is None:
            raise UntrackedError("an untracked tensor is a constant and has no gradient")
        self._node.grad = new

    @property
    def name(self) -> str | None:
        """Name shown in pictures of the graph."""
        return None if self._node is None else getattr(self._node, "name", None)

    @name.setter
    def name(self, name: str) -> None:
        if self._node is None:
            raise UntrackedError("an untracked tensor is a constant and takes no name")
        self._node.name = name

    @property
    def tracked(self) -> bool:
        """Whether gradients flow through this tensor."""
        return self._node is not None

    @property
    def shape(self) -> tuple[int, ...]:
        return np.shape(self._data)

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return int(np.size(self._data))

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.asarray(self._data).dtype

    def item(self) -> float:
        """The one value as a Python number (no longer tracked)."""
        return self._data.item()  # type: ignore[no-any-return]

    def tolist(self) -> Any:
        return self._data.tolist()

    def argmax(self, axis: int | None = None) -> Any:
        """Place of the largest value: a plain integer (or an array of them)."""
        return np.argmax(self._data, axis)

    def argmin(self, axis: int | None = None) -> Any:
        """Place of the smallest value: a plain integer (or an array of them)."""
        return np.argmin(self._data, axis)

    def detach(self) -> Tensor:
        """The same values as a constant."""
        return Tensor(self._data, None)

    # --- what it refuses -----------------------------------------------------------------------

    def __setitem__(self, index: Any, value: Any) -> None:
        raise InPlaceError(
            "a tensor cannot be written into: the backward pass would read the new values. "
            "Write y = at_set(x, index, values) or y = at_add(x, index, values) instead"
        )

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        if self._node is not None:
            raise UntrackedError(
                "turning a tracked tensor into a plain array would lose its gradient without a "
                "word: join tensors with np.stack([...]) instead of np.array([...]), or say "
                "t.data (values only) or t.detach() (a constant)"
            )
        return np.array(self._data, dtype=dtype, copy=copy)

    def __float__(self) -> float:
        return float(self._number("float"))

    def __int__(self) -> int:
        return int(self._number("int"))

    def __index__(self) -> int:
        raise UntrackedError("a tensor cannot be an index: use a plain integer")

    def _number(self, kind: str) -> Array:
        if self._node is not None:
            raise UntrackedError(
                f"{kind}() of a tracked tensor loses its gradient: use np.exp, np.sin … instead "
                "of the math module, and t.item() where only the number is wanted"
            )
        return self._data

    # --- how it looks --------------------------------------------------------------------------

    def __bool__(self) -> bool:
        return bool(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __iter__(self) -> Iterator[Tensor]:
        if not self.shape:
            raise TypeError("iteration over a 0-d tensor")
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        label = f", name={self.name!r}" if self.name else ""
        state = "" if self.tracked else ", constant"
        return f"Tensor({np.array2string(np.asarray(self._data), prefix='Tensor(')}{label}{state})"

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    __hash__ = object.__hash__

    # Operators, comparisons and methods such as `sum` and `reshape` are attached by the op table,
    # `backward` by backward.py.
    if TYPE_CHECKING:
        T: Tensor

        def backward(self, seed: Any = None, *, retain_graph: bool = False) -> None: ...
        def __add__(self, other: Any) -> Tensor: ...
        def __radd__(self, other: Any) -> Tensor: ...
        def __sub__(self, other: Any) -> Tensor: ...
        def __rsub__(self, other: Any) -> Tensor: ...
        def __mul__(self, other: Any) -> Tensor: ...
        def __rmul__(self, other: Any) -> Tensor: ...
        def __truediv__(self, other: Any) -> Tensor: ...
        def __rtruediv__(self, other: Any) -> Tensor: ...
        def __pow__(self, other: Any) -> Tensor: ...
        def __rpow__(self, other: Any) -> Tensor: ...
        def __mod__(self, other: Any) -> Tensor: ...
        def __rmod__(self, other: Any) -> Tensor: ...
        def __matmul__(self, other: Any) -> Tensor: ...
        def __rmatmul__(self, other: Any) -> Tensor: ...
        def __neg__(self) -> Tensor: ...
        def __abs__(self) -> Tensor: ...
        def __lt__(self, other: Any) -> Any: ...
        def __le__(self, other: Any) -> Any: ...
        def __gt__(self, other: Any) -> Any: ...
        def __ge__(self, other: Any) -> Any: ...
        def __getitem__(self, index: Any) -> Tensor: ...
        def __getattr__(self, name: str) -> Any: ...


def detach(x: Any) -> Any:
    """`x` as a constant: an untracked Tensor for a Tensor, anything else unchanged."""
    return x.detach() if isinstance(x, Tensor) else x


def values(x: Any) -> Array:
    """The plain array behind `x`, tracked or not."""
    return x._data if isinstance(x, Tensor) else x


def conjugated(x: Any) -> Any:
    """The complex conjugate of a tensor or array; `x` itself where it is real."""
    return np.conjugate(x) if x.dtype.kind == "c" else x


def read_only(array: Array) -> Array:
    """A view that cannot be written to; numpy scalars cannot anyway."""
    if not isinstance(array, np.ndarray):
        return array
    view = array.view()
    view.flags.writeable = False
    return view


def as_float_array(data: Any, *, copy: bool = False) -> Array:
    """`data` as floating point: an ndarray, or a numpy scalar when it is 0-d.

    Integers and bools become float64. Raises DtypeError for what has no derivative.
    """
    if isinstance(data, Tensor):
        data = data._data
    if type(data) is float:
        return np.float64(data)
    array = np.array(data, copy=True) if copy else np.asarray(data)
    kind = array.dtype.kind
    if kind in "iub":
        array = array.astype(np.float64)
    elif kind not in "fc":
        raise DtypeError(f"a tensor holds numbers, not dtype {array.dtype}: {_hint(array)}")
    return array[()] if array.ndim == 0 else array


def _hint(array: np.ndarray[Any, Any]) -> str:
    if array.dtype != object:
        return "convert it with float(...) or .astype(float)"
    if any(isinstance(item, Tensor) for item in array.flat):
        return "join tensors with np.stack([...]) or np.concatenate([...]), not np.array([...])"
    return "object arrays hide what is in them; use .astype(float), or rows of equal length"
