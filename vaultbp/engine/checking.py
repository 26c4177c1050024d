"""gradcheck: are the derivatives of a function right, and if not, which entry and which op is wrong?

The engine's reverse mode is compared with the complex step where the function is analytic in numpy
(tried, and accepted only if it agrees with differences along a random direction), otherwise with
Richardson differences and their error estimate. Where they disagree, the one-sided slopes tell a
kink from a mistake, and every op that was applied is checked by itself to find the one at fault.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vaultbp.engine.errors import EngineError, EngineWarning
from vaultbp.engine.numeric import (
    EPS,
    Estimate,
    best_step,
    complex_step,
    directional,
    richardson,
)
from vaultbp.engine.op import Op
from vaultbp.engine.tensor import Applied, Array, Tensor, as_float_array, values, watching
from vaultbp.engine.transforms import vjp
from vaultbp.engine.trees import leaves

FULL_LIMIT = 2000
"""Up to this many input entries every entry is checked; beyond, projections."""

PROJECTIONS = 5
"""Random projections per input: one alone misses one wrong entry in three."""

UNIT_OUTPUTS = 12
"""Up to this many output entries each is checked by itself; beyond, random combinations."""


class GradientError(EngineError, AssertionError):
    """The derivative is wrong; the message names the entry and the op."""


@dataclass(frozen=True)
class Mismatch:
    """An entry at which the engine's derivative and the numerical one differ."""

    input: int
    """Which argument (flattened, from 0)."""
    entry: tuple[int, ...] | None
    """Index into it, None for a projection."""
    output: tuple[int, ...] | None
    """Index into the output, None for a random combination of its entries."""
    engine: float
    numeric: float
    error: float
    """Bound on the error of `numeric`."""

    def __str__(self) -> str:
        where = "a projection of it" if self.entry is None else f"entry {list(self.entry)}"
        return (
            f"input {self.input}, {where}: the engine says {self.engine:.10g}, "
            f"differences say {self.numeric:.10g} (± {self.error:.1e})"
        )


@dataclass(frozen=True)
class KinkFound:
    """An entry at which the slopes from the left and from the right differ."""

    input: int
    entry: tuple[int, ...]
    left: float
    right: float
    engine: float

    def __str__(self) -> str:
        return (
            f"input {self.input}, entry {list(self.entry)}: a kink, slope {self.left:.6g} from the "
            f"left and {self.right:.6g} from the right; the engine says {self.engine:.6g}"
        )


@dataclass
class GradCheck:
    """What was checked and found; true if there is no mismatch."""

    method: str
    """"complex step" or "Richardson differences"."""
    compared: int = 0
    """How many numbers were compared."""
    projected: bool = False
    largest_error: float = 0.0
    """Largest relative difference among the numbers that agree."""
    mismatches: list[Mismatch] = field(default_factory=list)
    kinks: list[KinkFound] = field(default_factory=list)
    op_at_fault: str | None = None

    def __bool__(self) -> bool:
        return not self.mismatches

    def __str__(self) -> str:
        how = "projections" if self.projected else "entries"
        head = f"{self.compared} {how} compared by {self.method}"
        lines = [f"{head}: {'they agree' if self else f'{len(self.mismatches)} differ'}"]
        lines += [f"  {item}" for item in self.mismatches[:5]]
        if len(self.mismatches) > 5:
            lines.append(f"  … and {len(self.mismatches) - 5} more")
        if self.op_at_fault:
            lines.append(f"  op at fault: {self.op_at_fault}")
        lines += [f"  {item}" for item in self.kinks[:5]]
        return "\n".join(lines)


def gradcheck(
    f: Callable[..., Any],
    *xs: Any,
    rtol: float = 1e-7,
    atol: float = 1e-9,
    order: int = 1,
    seed: int = 0,
    raises: bool = True,
) -> GradCheck:
    """Compare the derivatives of f(*xs) with numerical ones, up to `order`.

    `xs` and the output may be nested lists, tuples and dicts of arrays. Tolerated: `rtol` times
    the larger of the two values, `atol` times the size of the output, and the error estimate of
    the differences. Raises GradientError unless `raises` is false. A kink whose derivative lies
    between the two slopes is reported, not counted as a mistake.
    """
    rng = np.random.default_rng(seed)
    flat = [np.array(as_float_array(values(x))) for x in leaves(xs)]
    call = _Flattened(f, xs)
    report = _check(call, flat, rng, rtol, atol)
    if report and order > 1:
        further = gradcheck(
            _cotangent_gradient(call, rng), *flat,
            rtol=max(rtol, 1e-6), atol=atol, order=order - 1, seed=seed + 1, raises=False,
        )  # fmt: skip
        if not further:
            report = further
    if raises and not report:
        raise GradientError(str(report))
    return report


class _Flattened:
    """f as a function of the flat list of its input arrays, returning its output in one vector."""

    def __init__(self, f: Callable[..., Any], xs: Sequence[Any]) -> None:
        self.f, self.xs = f, xs
        self.shapes: list[tuple[int, ...]] = []

    def outputs(self, *flat: Any) -> list[Any]:
        from vaultbp.engine.trees import rebuild

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", EngineWarning)
            return list(leaves(self.f(*rebuild(list(self.xs), list(flat)))))

    def __call__(self, *flat: Any) -> Any:
        out = self.outputs(*flat)
        self.shapes = [np.shape(values(y)) for y in out]
        parts = [y.reshape((-1,)) if isinstance(y, Tensor) else np.ravel(y) for y in out]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def place(self, k: int) -> tuple[int, ...]:
        """Index of the k-th number of the vector in its output array."""
        for shape in self.shapes:
            size = int(np.prod(shape))
            if k < size:
                return tuple(int(i) for i in np.unravel_index(k, shape)) if shape else ()
            k -= size
        return (k,)


def _cotangent_gradient(call: _Flattened, rng: Any) -> Callable[..., Any]:
    """The vjp at a fixed random cotangent: its derivatives are those of order two."""
    cotangents: list[Array] = []

    def gradient(*flat: Any) -> Any:
        y, pull = vjp(call, *flat)
        if not cotangents:
            cotangents.append(rng.standard_normal(np.shape(values(y))))
        out = pull(cotangents[0])
        return list(out) if isinstance(out, tuple) else [out]

    return gradient


def _check(call: _Flattened, flat: list[Array], rng: Any, rtol: float, atol: float) -> GradCheck:
    y, pull = vjp(call, *flat)
    y = np.asarray(values(y))
    cotangents = _cotangents(y.size, rng)
    adjoints = [_as_list(pull(v), len(flat)) for v in cotangents]
    method = "complex step" if _analytic(call, flat, rng) else "Richardson differences"
    report = GradCheck(method, projected=sum(x.size for x in flat) > FULL_LIMIT)
    scale = max(1.0, float(np.max(np.abs(y), initial=0.0)))
    tolerance = _Tolerance(rtol, atol * scale)
    for place, x in enumerate(flat):
        along = _projections(x, rng) if report.projected else _entries(x)
        for entry, direction in along:
            numeric = _derivative(call, flat, place, entry, direction, method)
            sides = None
            if entry is not None and method != "complex step":
                sides = _Sides.of(call, flat, place, entry)
            for k, v in enumerate(cotangents):
                compared = _Pair(
                    float(np.vdot(values(adjoints[k][place]), direction)),
                    float(np.vdot(v, numeric.value)),
                    float(np.vdot(np.abs(v), numeric.error)),
                )
                report.compared += 1
                if sides is not None and sides.kink(v):
                    left, right = sides.slopes(v)
                    report.kinks.append(KinkFound(place, entry, left, right, compared.engine))
                    if compared.between(left, right, tolerance):
                        continue
                if compared.close(tolerance):
                    report.largest_error = max(report.largest_error, compared.relative())
                    continue
                output = call.place(k) if len(cotangents) == y.size else None
                found = compared.engine, compared.numeric, compared.error
                report.mismatches.append(Mismatch(place, entry, output, *found))
    if report.mismatches:
        report.op_at_fault = _op_at_fault(call, flat, rng, tolerance)
    return report


@dataclass(frozen=True)
class _Tolerance:
    relative: float
    absolute: float


@dataclass(frozen=True)
class _Pair:
    engine: float
    numeric: float
    error: float

    def close(self, tolerance: _Tolerance) -> bool:
        size = max(abs(self.engine), abs(self.numeric))
        # an estimate that is itself large proves nothing: it may widen by a hundredth at most
        slack = min(3.0 * self.error, 1e-2 * size)
        allowed = tolerance.relative * size + tolerance.absolute + slack
        return bool(abs(self.engine - self.numeric) <= allowed)

    def between(self, left: float, right: float, tolerance: _Tolerance) -> bool:
        slack = 1e-3 * abs(right - left) + tolerance.absolute
        return min(left, right) - slack <= self.engine <= max(left, right) + slack

    def relative(self) -> float:
        size = max(abs(self.engine), abs(self.numeric))
        return abs(self.engine - self.numeric) / size if size else 0.0


def _as_list(adjoints: Any, n: int) -> list[Any]:
    return list(adjoints) if n > 1 else [adjoints]


def _cotangents(size: int, rng: Any) -> list[Array]:
    if size <= UNIT_OUTPUTS:
        return list(np.eye(size))
    return [rng.standard_normal(size) for _ in range(PROJECTIONS)]


def _entries(x: Array) -> Any:
    for k in range(x.size):
        direction = np.zeros(x.shape)
        direction.reshape(-1)[k] = 1.0
        yield tuple(int(i) for i in np.unravel_index(k, x.shape)) if x.shape else (), direction


def _projections(x: Array, rng: Any) -> Any:
    for _ in range(PROJECTIONS):
        yield None, rng.standard_normal(x.shape)


def _moved(flat: list[Array], place: int, new: Array) -> list[Array]:
    return [*flat[:place], new, *flat[place + 1 :]]


def _plain(call: _Flattened, flat: list[Array], place: int, new: Array) -> Array:
    return np.asarray(values(call(*_moved(flat, place, new))))


@dataclass(frozen=True)
class _At:
    """The output vector as a function of one input."""

    call: _Flattened
    flat: list[Array]
    place: int

    def __call__(self, x: Array) -> Array:
        return _plain(self.call, self.flat, self.place, x)


def _along(f: Callable[[Array], Array], x: Array, direction: Array) -> Estimate:
    return best_step(lambda h: directional(f, x, direction, h))


def _derivative(
    call: _Flattened, flat: list[Array], place: int, entry: Any, direction: Array, method: str
) -> Estimate:
    """Derivative of the output vector along `direction` of one input."""
    x = flat[place]
    if method == "complex step":
        value = complex_step(_At(call, flat, place), x, direction)
        return Estimate(value, 4.0 * EPS * np.abs(value))
    if entry is not None:  # steps that suit this entry, whatever the size of the others

        def along(t: Array) -> Array:
            new = x.copy()
            new[entry] = t
            return _plain(call, flat, place, new)

        return best_step(lambda h: richardson(along, x[entry], h))
    return _along(_At(call, flat, place), x, direction)


def _analytic(call: _Flattened, flat: list[Array], rng: Any) -> bool:
    """Whether the complex step can be trusted: it runs and agrees with differences."""
    for place, x in enumerate(flat):
        direction = rng.standard_normal(x.shape)
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("error", np.exceptions.ComplexWarning)
                exact = complex_step(_At(call, flat, place), x, direction)
        except (TypeError, ValueError, EngineError, Warning, np.linalg.LinAlgError):
            return False
        estimate = _along(_At(call, flat, place), x, direction)
        error = np.abs(exact - estimate.value)
        allowed = 1e-6 * np.abs(estimate.value) + 3.0 * estimate.error + 1e-12
        if not np.all(error <= allowed) or np.any(estimate.error > 1e-3 * (1 + np.abs(exact))):
            return False
    return True


@dataclass(frozen=True)
class _Sides:
    """One-sided slopes of the output vector at an entry, at a wide and at a narrow step."""

    wide: tuple[Array, Array]
    narrow: tuple[Array, Array]
    size: float
    """Of the output, to tell a gap from rounding."""

    @classmethod
    def of(cls, call: _Flattened, flat: list[Array], place: int, entry: Any) -> _Sides:
        x = flat[place]

        def value(step: float) -> Array:
            new = x.copy()
            new[entry] += step
            return _plain(call, flat, place, new)

        middle, scale = value(0.0), max(1.0, abs(float(x[entry])))
        wide, narrow = (
            ((middle - value(-h)) / h, (value(h) - middle) / h)
            for h in (1e-4 * scale, 1e-6 * scale)
        )
        return cls(wide, narrow, float(np.max(np.abs(middle), initial=1.0)))

    def slopes(self, v: Array) -> tuple[float, float]:
        left, right = self.narrow
        return float(np.vdot(v, left)), float(np.vdot(v, right))

    def kink(self, v: Array) -> bool:
        """Whether the two slopes differ and do not approach each other as the step shrinks."""
        left, right = self.slopes(v)
        wide = abs(float(np.vdot(v, self.wide[1] - self.wide[0])))
        gap = abs(right - left)
        return gap > 0.5 * wide and gap > 1e-6 * self.size + 1e-3 * max(abs(left), abs(right))


def _op_at_fault(
    call: _Flattened, flat: list[Array], rng: Any, tolerance: _Tolerance
) -> str | None:
    """The first op applied by f whose own derivative rule is wrong at its own operands."""
    tensors = [Tensor(x) for x in flat]
    with watching() as applied:
        call.outputs(*tensors)
    for number, step in enumerate(applied):
        wrong = _wrong_argument(step, rng, tolerance)
        if wrong is not None:
            op: Any = step.result._node
            shapes = ", ".join(str(np.shape(values(a))) for a in step.arguments)
            return (
                f"{op.op.name}, operation {number + 1} of {len(applied)}, its rule for {wrong!r} "
                f"(operands of shape {shapes}; {step.where})"
            )
    return None


def _wrong_argument(step: Applied, rng: Any, tolerance: _Tolerance) -> str | None:
    node: Any = step.result._node
    op: Op = node.op
    plain = [values(a) for a in step.arguments]
    v = rng.standard_normal(step.result.shape)
    for position, _, _, _ in node.edges:

        def local(x: Any, position: int = position) -> Any:
            return op(*plain[:position], x, *plain[position + 1 :])

        x = np.array(plain[position])
        direction = rng.standard_normal(x.shape)
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            numeric = _along(lambda z: np.asarray(values(local(z))), x, direction)
            engine = float(np.vdot(vjp(local, x)[1](v), direction))
        error = float(np.vdot(np.abs(v), numeric.error))
        pair = _Pair(engine, float(np.vdot(v, numeric.value)), error)
        if not pair.close(_Tolerance(max(tolerance.relative, 1e-6), tolerance.absolute)):
            return str(op.arguments[position])
    return None
