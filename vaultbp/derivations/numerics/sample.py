"""Points to test at: reproducible draws for free symbols and random smooth functions.

Every value is a hash of a seed and a name, so it depends on neither order nor process. A draw holds
``POINTS`` values at once, in four regimes: inside (0.1, 0.9), where probabilities and logarithms of
``1 - y`` live; inside (0.2, 1.5); the same with signs of both kinds; and some far out, up to ±14,
beyond the reach of a piece that holds only near zero: three where all symbols have one sign, the
others where each has its own.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

POINTS = 18
_INSIDE, _POSITIVE, _SIGNED = slice(0, 3), slice(3, 6), slice(6, 9)
FAR = slice(9, POINTS)
"""The points far out."""
_MIXED = np.arange(POINTS - 12)
_SIGNS = np.array(
    [[-1, 1, 1], [1, -1, 1], [1, 1, -1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], dtype=float
)
_UNITS = 3
Array = NDArray[Any]


def uniform(seed: int, name: str, count: int) -> Array:
    """``count`` numbers in [0, 1) that depend on nothing but the seed and the name."""
    blocks = (f"{seed}|{block}|{name}".encode() for block in range((count + 15) // 16))
    digests = b"".join(hashlib.blake2b(text, digest_size=64).digest() for text in blocks)
    return np.frombuffer(digests, dtype=np.uint32, count=count) / 2.0**32


def leaf(seed: int, name: str) -> Array:
    """The values of a free scalar at all points. Shape ``(POINTS,)``."""
    u = uniform(seed, name, 16)
    values = 0.2 + 1.3 * u[:12]
    values[_INSIDE] = 0.1 + 0.8 * u[_INSIDE]
    values[_SIGNED] *= _SIGNS[int(6 * u[12])]
    near = (2.0 + 3.0 * u[9]) * (1.0 if u[13] < 0.5 else -1.0)
    values[9:] = near, 6.0 + 8.0 * u[10], -6.0 - 8.0 * u[11]
    signs = np.where(int(64 * u[14]) >> _MIXED & 1, 1.0, -1.0)
    mixed = signs * (0.5 + 9.0 * ((u[15] + 0.61803398875 * _MIXED) % 1.0))
    return np.concatenate((values, mixed))


def smooth(seed: int, name: str, args: list[Any], order: int = 0, positive: bool = False) -> Any:
    """A random smooth function of its arguments: a small sine network.

    With one argument, ``order`` asks for that derivative in closed form. ``args`` are arrays, complex
    arrays or engine tensors of one shape, which is the shape of the result.
    """
    total: Any = 0.0
    for scale, shift, weights in _network(seed, name, len(args)):
        inner: Any = shift + order * np.pi / 2
        for weight, arg in zip(weights, args, strict=True):
            inner = inner + weight * arg
        total = total + scale * weights[0] ** order * np.sin(inner)
    if not positive:
        return total + (1.3 * args[0] if order == 0 else 1.3 if order == 1 else 0.0)
    return np.exp(0.4 * total)


@lru_cache(maxsize=1024)
def _network(seed: int, name: str, inputs: int) -> list[tuple[float, float, list[float]]]:
    """The units of a random smooth function: scale, shift and the weight of each input."""
    u = uniform(seed, f"f:{name}", _UNITS * (inputs + 2)).reshape(_UNITS, inputs + 2).tolist()
    return [
        (
            0.5 + scale,
            3.0 * phase - 1.5,
            [(0.4 + 0.9 * w) * (1 if unit % 2 else -1) for w in weights],
        )
        for unit, (scale, phase, *weights) in enumerate(u)
    ]
