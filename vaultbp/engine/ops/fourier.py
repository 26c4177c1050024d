"""np.fft, and the complex numbers that lie between a real input and a real result.

The adjoint of a complex value z is the unconjugated ∂L/∂Re z - i ∂L/∂Im z, so holomorphic rules
are the real ones (g·f'(z)) and a real input takes the real part of what arrives.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from vaultbp.engine.op import Kink, refuse_complex
from vaultbp.engine.table import composed, elementwise, general
from vaultbp.engine.tensor import Array, Tensor

elementwise(np.conjugate, x=lambda g: np.conjugate(g))


@general(
    np.real,
    about={"example": "np.real(np.fft.fft(x))", "shapes": {"x": (4,)}},
    x=lambda g: g,
)
def real(x: Array) -> Array:
    """Real part."""
    return np.real(x)


@general(
    np.imag,
    about={"example": "np.imag(np.fft.fft(x))", "shapes": {"x": (4,)}},
    x=lambda g, x: g * (-1j if x.dtype.kind == "c" else 0.0),
)
def imag(x: Array) -> Array:
    """Imaginary part."""
    return np.imag(x)


@composed(
    np.angle,
    about={
        "example": "np.angle(np.fft.fft(x))[1]",
        "shapes": {"x": (4,)},
        "kinks": (Kink("z = 0", "nan"),),
    },
)
def angle(z: Any) -> Any:
    """Argument of a complex number."""
    return np.arctan2(np.imag(z), np.real(z))


for _name, _op in {"real": real, "imag": imag}.items():
    setattr(Tensor, _name, property(_op))
setattr(Tensor, "conj", lambda self: np.conjugate(self))  # noqa: B010


def _cut(x: Any, n: int | None, axis: int) -> Any:
    """x cut or zero-padded to length n along `axis`."""
    size = x.shape[axis]
    if n is None or n == size:
        return x
    if n < size:
        return x[(slice(None),) * (axis % len(x.shape)) + (slice(0, n),)]
    widths = [(0, 0)] * len(x.shape)
    widths[axis] = (0, n - size)
    return np.pad(x, widths)


@general(
    about={"example": "np.real(fft_whole(x) ** 2)", "shapes": {"x": (4,)}},
    x=lambda g, axis, norm: np.fft.fft(g, axis=axis, norm=norm),
)
def fft_whole(x: Array, axis: int = -1, norm: str | None = None) -> Array:
    """Discrete Fourier transform at full length: a symmetric matrix, its own transpose."""
    return np.fft.fft(x, axis=axis, norm=norm)  # type: ignore[arg-type]


@general(
    about={"example": "np.real(ifft_whole(x) ** 2)", "shapes": {"x": (4,)}},
    x=lambda g, axis, norm: np.fft.ifft(g, axis=axis, norm=norm),
)
def ifft_whole(x: Array, axis: int = -1, norm: str | None = None) -> Array:
    """Inverse transform at full length: a symmetric matrix, its own transpose."""
    return np.fft.ifft(x, axis=axis, norm=norm)  # type: ignore[arg-type]


@composed(
    np.fft.fft,
    about={
        "name": "fft.fft",
        "example": "np.abs(np.fft.fft(x)) ** 2",
        "shapes": {"x": (5,)},
    },
)
def fft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """Discrete Fourier transform."""
    return fft_whole(_cut(a, n, axis), axis, norm)


@composed(
    np.fft.ifft,
    about={"name": "fft.ifft", "example": "np.abs(np.fft.ifft(x)) ** 2", "shapes": {"x": (5,)}},
)
def ifft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """Inverse discrete Fourier transform."""
    return ifft_whole(_cut(a, n, axis), axis, norm)


@composed(
    np.fft.rfft,
    about={"name": "fft.rfft", "example": "np.abs(np.fft.rfft(x)) ** 2", "shapes": {"x": (5,)}},
)
def rfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """The first half of the transform of real numbers."""
    refuse_complex(a, "fft.rfft")
    whole = fft(a, n, axis, norm)
    return _cut(whole, whole.shape[axis] // 2 + 1, axis)


@composed(
    np.fft.irfft,
    about={"name": "fft.irfft", "example": "np.fft.irfft(x, 6)", "shapes": {"x": (4,)}},
)
def irfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """Real numbers from the first half of their transform."""
    n = 2 * (a.shape[axis] - 1) if n is None else n
    half = np.moveaxis(_cut(a, n // 2 + 1, axis), axis, -1)
    # the first entry, and the last of an even length, are read as real
    inner = half[..., 1 : (n + 1) // 2]
    parts = [np.real(half[..., :1]), inner]
    if n % 2 == 0:
        parts.append(np.real(half[..., n // 2 : n // 2 + 1]))
    parts.append(np.conjugate(np.flip(inner, -1)))
    whole = np.concatenate(parts, axis=-1)
    return np.moveaxis(np.real(ifft_whole(whole, -1, norm)), -1, axis)


def _many(one: Any, a: Any, s: Any, axes: Any, norm: Any) -> Any:
    if axes is None:
        axes = range(-len(s), 0) if s is not None else range(len(a.shape))
    sizes = [None] * len(tuple(axes)) if s is None else s
    for n, axis in reversed(list(zip(sizes, axes, strict=True))):
        a = one(a, n, axis, norm)
    return a


def _last_first(one: Any, rest: Any, a: Any, s: Any, axes: Any, norm: Any, first: bool) -> Any:
    """The real transform along the last axis, the complex one along the others."""
    if axes is None:
        axes = range(-len(s), 0) if s is not None else range(-len(a.shape), 0)
    axes = list(axes)
    sizes = [None] * len(axes) if s is None else list(s)
    if first:
        a = one(a, sizes[-1], axes[-1], norm)
    for n, axis in zip(sizes[:-1], axes[:-1], strict=True):
        a = rest(a, n, axis, norm)
    return a if first else one(a, sizes[-1], axes[-1], norm)


def _families() -> None:
    """fft2, fftn, ifft2 …: the one-dimensional transforms along several axes."""
    for name, one in {"fft": fft, "ifft": ifft}.items():
        for suffix, default in {"2": (-2, -1), "n": None}.items():

            def several(
                a: Any, s: Any = None, axes: Any = default, norm: Any = None, one: Any = one
            ) -> Any:
                return _many(one, a, s, axes, norm)

            _declare(name + suffix, several)
    for name, one, rest in (("rfft", rfft, fft), ("irfft", irfft, ifft)):
        for suffix, default in {"2": (-2, -1), "n": None}.items():

            def halved(
                a: Any, s: Any = None, axes: Any = default, norm: Any = None,
                one: Any = one, rest: Any = rest, first: bool = name == "rfft",
            ) -> Any:  # fmt: skip
                return _last_first(one, rest, a, s, axes, norm, first)

            _declare(name + suffix, halved)


def _declare(name: str, function: Any) -> None:
    function.__doc__ = f"np.fft.{name}: the one-dimensional transform along several axes."
    example = f"np.abs(np.fft.{name}(x)) ** 2"
    about = {"name": f"fft.{name}", "example": example, "shapes": {"x": (3, 4)}}
    composed(getattr(np.fft, name), about=about)(function)


_families()


@general(
    np.fft.fftshift,
    about={"name": "fft.fftshift", "example": "np.fft.fftshift(x)", "shapes": {"x": (5,)}},
    x=lambda g, axes: np.fft.ifftshift(g, axes),
)
def fftshift(x: Array, axes: Any = None) -> Array:
    """Frequency zero moved to the middle."""
    return np.fft.fftshift(x, axes)


@general(
    np.fft.ifftshift,
    about={"name": "fft.ifftshift", "example": "np.fft.ifftshift(x)", "shapes": {"x": (5,)}},
    x=lambda g, axes: np.fft.fftshift(g, axes),
)
def ifftshift(x: Array, axes: Any = None) -> Array:
    """Frequency zero moved back to the front."""
    return np.fft.ifftshift(x, axes)
