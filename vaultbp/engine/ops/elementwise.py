"""Elementwise functions of numpy: one block each, `x` and `y` name the derivative rules.

Where a rule is written in an unusual order, it is so that numpy can reuse its temporaries
(`-(g * (out * out - 1))` allocates once, `g * (1 - out * out)` twice).
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from vaultbp.engine.backward import product_sum
from vaultbp.engine.op import NONZERO, POSITIVE, UNIT, Domain, Kink, hand_on, refuse_complex
from vaultbp.engine.table import BY_FUNCTION, TABLE, composed, elementwise, general
from vaultbp.engine.tensor import Array, values

LN2, LN10 = float(np.log(2.0)), float(np.log(10.0))


def sign_of(x: Any) -> Any:
    """The sign of the values: a constant, also where `x` is a tensor."""
    return np.sign(values(x))


def where_true(g: Any, mask: Any) -> Any:
    """g * mask; for arrays in two passes that are faster than numpy's one over two dtypes."""
    if type(g) is type(mask) is np.ndarray and g.shape == mask.shape and g.dtype.kind == "f":
        kept = mask.astype(g.dtype)
        kept *= g
        return kept
    return g * mask


def wins(x: Any, y: Any) -> Any:
    """1 where x > y, ½ where they tie, else 0."""
    x, y = values(x), values(y)
    tie = np.equal(x, y)
    return np.greater(x, y) + 0.5 * tie if np.count_nonzero(tie) else np.greater(x, y)


# --- arithmetic ------------------------------------------------------------------------------------

elementwise(
    np.add,
    operator=operator.add,
    operators="add radd",
    x=hand_on,
    y=hand_on,
)
elementwise(
    np.subtract,
    operator=operator.sub,
    operators="sub rsub",
    x=hand_on,
    y=lambda g: -g,
)
elementwise(
    np.multiply,
    operator=operator.mul,
    operators="mul rmul",
    x=lambda g, y: g * y,
    y=lambda g, x: g * x,
)


def divide_y(g: Any, out: Any, y: Any) -> Any:
    # Summed over the axes that y is repeated along before dividing: fewer large arrays.
    return product_sum(g, out, y.shape) / -y


elementwise(
    np.divide,
    operator=operator.truediv,
    operators="truediv rtruediv",
    x=lambda g, y: g / y,
    y=divide_y,
    domain=Domain("y ≠ 0", 0.3, 3.0),
)
elementwise(
    np.negative,
    operator=operator.neg,
    operators="neg",
    x=lambda g: -g,
)
elementwise(
    np.positive,
    operator=operator.pos,
    operators="pos",
    x=hand_on,
)


def power_x(g: Any, x: Any, y: Any) -> Any:
    if isinstance(y, int | float):
        if y == 2:
            return g * (2.0 * x)
        return g * (y * x ** (y - 1.0)) if y else g * 0.0
    # y = 0 makes the factor 0; the exponent -1 would divide by zero at x = 0.
    return g * (y * np.power(x, np.where(values(y) == 0, 1.0, y - 1.0)))


def power_y(g: Any, out: Any, x: Any) -> Any:
    return g * (out * np.log(np.where(values(x) == 0, 1.0, x)))


elementwise(
    np.power,
    operator=operator.pow,
    operators="pow rpow",
    x=power_x,
    y=power_y,
    domain=POSITIVE,
    kinks=(Kink("x = 0, 0 < y < 1", "inf"), Kink("x < 0, with respect to y", "nan")),
)
elementwise(
    np.float_power,
    x=power_x,
    y=power_y,
    domain=POSITIVE,
)


def whole(x: Any, y: Any) -> Any:
    return np.floor(values(x) / values(y))


elementwise(
    np.remainder,
    operators="mod rmod",
    operator=operator.mod,
    x=hand_on,
    y=lambda g, x, y: -g * whole(x, y),
    domain=Domain("x not a multiple of y", 0.3, 3.0),
    kinks=(Kink("x a multiple of y", "as between multiples: 1 and -floor(x / y)"),),
)
elementwise(
    np.fmod,
    x=hand_on,
    y=lambda g, x, y: -g * np.trunc(values(x) / values(y)),
    domain=Domain("x not a multiple of y", 0.3, 3.0),
    kinks=(Kink("x a multiple of y", "as between multiples: 1 and -trunc(x / y)"),),
)
elementwise(
    np.square,
    x=lambda g, x: g * (2.0 * x),
)
elementwise(
    np.sqrt,
    x=lambda g, out: g / (2.0 * out),
    domain=POSITIVE,
    kinks=(Kink("x = 0", "inf; sqrt(x*x) at 0 is nan: write abs(x)"),),
)
elementwise(
    np.cbrt,
    x=lambda g, out: g / (out * out * 3.0),
    domain=NONZERO,
    kinks=(Kink("x = 0", "inf"),),
)
elementwise(
    np.reciprocal,
    x=lambda g, out: -(g * (out * out)),
    domain=NONZERO,
)
elementwise(
    np.hypot,
    x=lambda g, out, x: g * (x / out),
    y=lambda g, out, y: g * (y / out),
    domain=NONZERO,
    kinks=(Kink("x = y = 0", "nan"),),
)

# --- exponentials and logarithms -------------------------------------------------------------------

elementwise(np.exp, x=lambda g, out: g * out)
elementwise(np.exp2, x=lambda g, out: g * (out * LN2))
elementwise(np.expm1, x=lambda g, out: g * (out + 1.0))
elementwise(
    np.log,
    x=lambda g, x: g / x,
    domain=POSITIVE,
    kinks=(Kink("x = 0", "inf; where(x > 0, log(x), 0) is nan there: mask x first"),),
)
elementwise(np.log2, x=lambda g, x: g / (x * LN2), domain=POSITIVE)
elementwise(np.log10, x=lambda g, x: g / (x * LN10), domain=POSITIVE)
elementwise(np.log1p, x=lambda g, x: g / (x + 1.0), domain=Domain("x > -1", -0.8, 3.0))
elementwise(
    np.logaddexp,
    x=lambda g, out, x: g * np.exp(x - out),
    y=lambda g, out, y: g * np.exp(y - out),
)
elementwise(
    np.logaddexp2,
    x=lambda g, out, x: g * np.exp2(x - out),
    y=lambda g, out, y: g * np.exp2(y - out),
)

# --- trigonometric and hyperbolic ------------------------------------------------------------------

elementwise(np.sin, x=lambda g, x: g * np.cos(x))
elementwise(np.cos, x=lambda g, x: -(g * np.sin(x)))
elementwise(
    np.tan,
    x=lambda g, out: g * (out * out + 1.0),
    domain=Domain("cos x ≠ 0", -1.4, 1.4),
)
elementwise(np.arcsin, x=lambda g, x: g / np.sqrt(1.0 - x * x), domain=UNIT)
elementwise(np.arccos, x=lambda g, x: -(g / np.sqrt(1.0 - x * x)), domain=UNIT)
elementwise(np.arctan, x=lambda g, x: g / (x * x + 1.0))
elementwise(
    np.arctan2,
    x=lambda g, x, y: g * (y / (x * x + y * y)),
    y=lambda g, x, y: -(g * (x / (x * x + y * y))),
    domain=NONZERO,
    kinks=(Kink("x = y = 0", "nan"), Kink("x = 0, y < 0 (the jump by 2π)", "as beside it")),
)
elementwise(np.sinh, x=lambda g, x: g * np.cosh(x))
elementwise(np.cosh, x=lambda g, x: g * np.sinh(x))


def tanh_x(g: Any, out: Any) -> Any:
    if type(g) is type(out) is np.ndarray and g.shape == out.shape and out.ndim:
        slope = out * out
        np.subtract(1.0, slope, out=slope)  # in place: one array instead of three
        return np.multiply(slope, g, out=slope)
    return g * (1.0 - out * out)


elementwise(np.tanh, x=tanh_x)
elementwise(np.arcsinh, x=lambda g, x: g / np.sqrt(x * x + 1.0))
elementwise(
    np.arccosh,
    x=lambda g, x: g / (np.sqrt(x - 1.0) * np.sqrt(x + 1.0)),
    domain=Domain("x > 1", 1.2, 3.0),
)
elementwise(np.arctanh, x=lambda g, x: g / (1.0 - x * x), domain=UNIT)
for degrees in (np.deg2rad, np.radians):
    elementwise(degrees, x=lambda g: g * float(np.pi / 180.0), name=degrees.__name__)
for radians in (np.rad2deg, np.degrees):
    elementwise(radians, x=lambda g: g * float(180.0 / np.pi), name=radians.__name__)


@composed(
    np.sinc,
    about={
        "example": "np.sinc(x)",
        "shapes": {"x": (2, 3)},
    },
)
def sinc(x: Any) -> Any:
    """sin(πx) / (πx), 1 at 0."""
    near = np.abs(values(x)) < 0.05
    z = np.pi * np.where(near, 1.0, x)
    u = np.square(np.pi * np.where(near, x, 0.0))
    # Taylor's series around 0, where the quotient has no derivatives in floating point
    series = 1.0 - u / 6.0 * (1.0 - u / 20.0 * (1.0 - u / 42.0 * (1.0 - u / 72.0)))
    return np.where(near, series, np.sin(z) / z)


@composed(np.i0, about={"example": "np.i0(x)", "shapes": {"x": (3,)}})
def i0(x: Any) -> Any:
    """The modified Bessel function of the first kind and order 0, as the mean of exp(x cos θ).

    The trapezoid rule over a whole period converges faster than any power of the step
    (Trefethen and Weideman 2014, section 5).
    """
    refuse_complex(x, "i0")
    largest = float(np.max(np.abs(values(x)), initial=0.0))
    angles = np.pi * (np.arange(32 + 2 * int(largest)) + 0.5) / (32 + 2 * int(largest))
    return np.mean(np.exp(np.expand_dims(x, -1) * np.cos(angles)), axis=-1)


@composed(np.ldexp, about={"example": "np.ldexp(x, 3)", "shapes": {"x": (3,)}})
def ldexp(x: Any, exponent: Any) -> Any:
    """x times two to the power of a whole number."""
    refuse_complex(x, "ldexp")
    return x * np.ldexp(1.0, exponent)


@composed(
    np.modf,
    about={
        "example": "np.modf(x)[0]",
        "shapes": {"x": (3,)},
        "domain": Domain("no whole numbers", 0.2, 0.8),
        "kinks": (Kink("whole numbers", "1 and 0"),),
    },
)
def modf(x: Any) -> tuple[Any, Any]:
    """What is behind the point, and the whole number before it, which is a constant."""
    before = np.trunc(values(x))
    return x - before, before


@composed(
    np.divmod,
    about={
        "example": "np.divmod(x, y)[1]",
        "shapes": {"x": (3,), "y": ()},
        "domain": Domain("x not a multiple of y", 0.3, 3.0),
    },
)
def divmod(x: Any, y: Any) -> tuple[Any, Any]:
    """The whole quotient, which is a constant, and the remainder."""
    return np.floor_divide(values(x), values(y)), np.remainder(x, y)


@general(
    np.nan_to_num,
    about={
        "example": "np.nan_to_num(x)",
        "shapes": {"x": (2, 3)},
        "kinks": (Kink("nan or infinite entries", "0"),),
    },
    x=lambda g, x: g * np.isfinite(values(x)),
)
def nan_to_num(x: Array, copy: bool = True, nan: float = 0.0) -> Array:
    """x with nan replaced by `nan`, infinities by large numbers."""
    return np.nan_to_num(x, copy=True, nan=nan)


@composed(np.real_if_close, about={"example": "np.real_if_close(x)", "shapes": {"x": (3,)}})
def real_if_close(a: Any, tol: float = 100) -> Any:
    """The real part if the imaginary part is rounding."""
    return np.real(a) if np.isrealobj(np.real_if_close(values(a), tol)) else a


@general(
    np.round,
    np.around,
    attach="round",
    about={
        "example": "np.round(x, 1)",
        "shapes": {"x": (3,)},
        "kinks": (Kink("at each step", "0"),),
        "step": True,
        "domain": Domain("between the steps", 0.11, 0.14),
    },
    x=lambda g: g * 0.0,
)
def round(x: Array, decimals: int = 0) -> Array:
    """x rounded."""
    return np.round(x, decimals)


# --- with kinks ------------------------------------------------------------------------------------


def absolute_x(g: Any, out: Any, x: Any) -> Any:
    if x.dtype.kind != "c":
        return g * sign_of(x)
    zero = np.equal(values(out), 0.0)
    return g * np.conjugate(x) / np.where(zero, 1.0, out)


elementwise(
    np.absolute,
    operator=operator.abs,
    operators="abs",
    x=absolute_x,
    domain=NONZERO,
    kinks=(Kink("x = 0", "0"),),
)
elementwise(
    np.fabs,
    x=lambda g, x: g * sign_of(x),
    domain=NONZERO,
    kinks=(Kink("x = 0", "0"),),
)
for larger in (np.maximum, np.fmax):
    elementwise(
        larger,
        x=lambda g, x, y: where_true(g, wins(x, y)),
        y=lambda g, x, y: where_true(g, wins(y, x)),
        domain=Domain("x ≠ y"),
        kinks=(Kink("x = y", "½ for each"),),
    )
for smaller in (np.minimum, np.fmin):
    elementwise(
        smaller,
        x=lambda g, x, y: where_true(g, wins(y, x)),
        y=lambda g, x, y: where_true(g, wins(x, y)),
        domain=Domain("x ≠ y"),
        kinks=(Kink("x = y", "½ for each"),),
    )
elementwise(
    np.copysign,
    x=lambda g, out, x: g * (sign_of(x) * sign_of(out)),
    y=lambda g: g * 0.0,
    domain=NONZERO,
    kinks=(Kink("x = 0 or y = 0", "0"),),
)

# --- step functions: the derivative is 0 where it exists -------------------------------------------


def _sign_back(g: Any, x: Any) -> Any:
    refuse_complex(x, "sign")  # there it is x / abs(x)
    return g * 0.0


BETWEEN_STEPS = Domain("between the steps", 0.2, 0.4)
for jump in (np.sign, np.floor, np.ceil, np.trunc, np.rint):
    elementwise(
        jump,
        x=_sign_back if jump is np.sign else lambda g: g * 0.0,
        domain=BETWEEN_STEPS,
        kinks=(Kink("at each step", "0"),),
        step=True,
    )
BY_FUNCTION[np.fix] = TABLE["trunc"]
for step in (np.heaviside, np.floor_divide):
    elementwise(
        step,
        x=lambda g: g * 0.0,
        y=lambda g: g * 0.0,
        operators="floordiv rfloordiv" if step.__name__ == "floor_divide" else "",
        domain=BETWEEN_STEPS,
        kinks=(Kink("at each step", "0"),),
        step=True,
    )
