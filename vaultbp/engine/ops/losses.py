"""Losses: means over the batch (all axes but the last for class scores, all entries else)."""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import Any

import numpy as np

from vaultbp.engine.errors import ShapeError
from vaultbp.engine.op import Kink
from vaultbp.engine.ops.activations import log_softmax, softmax
from vaultbp.engine.sums import sum_each_row, sum_rows
from vaultbp.engine.table import composed, general
from vaultbp.engine.tensor import Array, Tensor, values

largest: Any = np.maximum.reduce
"""Arguments by position, (array, axis, dtype, out, keepdims), take a third less time than by name."""
PAIR = {"shapes": {"x": (2, 3), "y": (2, 3)}}


def same_shape(name: str, prediction: Any, target: Any) -> None:
    """Raise ShapeError rather than let (n,) against (n, 1) broadcast to (n, n)."""
    if np.shape(prediction) != np.shape(target):
        raise ShapeError(
            f"{name}: the prediction has shape {np.shape(prediction)}, the target "
            f"{np.shape(target)}; reshape one of them"
        )


@composed(about={"example": "mean_squared_error(x, y)", **PAIR})
def mean_squared_error(prediction: Any, target: Any) -> Any:
    """Mean of (prediction - target)²."""
    same_shape("mean_squared_error", prediction, target)
    return np.mean(np.square(prediction - target))


@composed(about={"example": "mean_absolute_error(x, y)", "kinks": (Kink("no error", "0"),), **PAIR})
def mean_absolute_error(prediction: Any, target: Any) -> Any:
    """Mean of |prediction - target|."""
    same_shape("mean_absolute_error", prediction, target)
    return np.mean(np.abs(prediction - target))


@composed(about={"example": "huber(x, y)", **PAIR})
def huber(prediction: Any, target: Any, delta: float = 1.0) -> Any:
    """Mean of e²/2 for errors up to delta, delta·(|e| - delta/2) beyond."""
    same_shape("huber", prediction, target)
    e = np.abs(prediction - target)
    return np.mean(np.where(values(e) <= delta, 0.5 * (e * e), delta * (e - 0.5 * delta)))


@composed(about={"example": "binary_cross_entropy(sigmoid(x), np.ones((2, 3)))", **PAIR})
def binary_cross_entropy(p: Any, target: Any) -> Any:
    """Mean of -t·log p - (1 - t)·log(1 - p), p in (0, 1)."""
    same_shape("binary_cross_entropy", p, target)
    return -np.mean(target * np.log(p) + (1.0 - target) * np.log(1.0 - p))


@composed(about={"example": "sigmoid_cross_entropy(x, np.ones((2, 3)))", **PAIR})
def sigmoid_cross_entropy(z: Any, target: Any) -> Any:
    """binary_cross_entropy(sigmoid(z), target), without overflow."""
    same_shape("sigmoid_cross_entropy", z, target)
    return np.mean(np.logaddexp(z, 0.0) - target * z)


def one_hot(labels: Any, classes: int) -> Array:
    """Labels 0 … classes - 1 as rows with a single 1. Raises ShapeError for other labels."""
    labels = np.asarray(values(labels))
    if labels.dtype.kind not in "iu" or (
        labels.size and not 0 <= labels.min() <= labels.max() < classes
    ):
        raise ShapeError(f"labels must be integers from 0 to {classes - 1}")
    return np.eye(classes)[labels]


@composed(about={"example": "cross_entropy(softmax(x), np.array([2, 0]))", "shapes": {"x": (2, 3)}})
def cross_entropy(p: Any, labels: Any) -> Any:
    """Mean over the batch of -log p[label]; labels are integers, or rows of probabilities."""
    rows = labels if np.shape(labels) == np.shape(p) else one_hot(labels, np.shape(p)[-1])
    return -np.sum(rows * np.log(p)) / batch(np.shape(p))


def batch(shape: tuple[int, ...]) -> int:
    """Number of rows."""
    return prod(shape[:-1])


def _cross_entropy_back(g: Any, z: Any, labels: Any, p: Any, places: Any) -> Any:
    scale = g / batch(z.shape) if places is None else g / len(places)
    if isinstance(z, Tensor):  # higher orders need p as a function of z
        p = softmax(z)
    if places is None:
        # Σy may differ from 1
        return (p * np.add.reduce(labels, axis=-1, keepdims=True) - labels) * scale
    if isinstance(p, Tensor) or isinstance(g, Tensor):
        return (p - one_hot(labels, z.shape[-1])) * scale
    d = p * scale
    flat = d.reshape(-1)
    flat[places] -= scale  # d is fresh
    return d if flat.base is d else flat.reshape(d.shape)  # a copy where d lies column by column


@general(
    about={
        "example": "softmax_cross_entropy(x, np.array([2, 0]))",
        "shapes": {"x": (2, 3)},
        "extras": ("p", "places"),
    },
    z=_cross_entropy_back,
)
def softmax_cross_entropy(z: Array, labels: Array) -> Any:
    """Mean over the batch of -log softmax(z)[label], in one op and without overflow.

    `z` of shape (…, classes); `labels` are integers of shape (…), or rows of probabilities of the
    shape of z.
    """
    shifted = z - largest(z, -1, None, None, True)
    p = np.exp(shifted)
    total = sum_each_row(p)
    p /= total
    labels = np.asarray(labels)
    if labels.shape == z.shape:
        places = None
        mass = np.add.reduce(labels, axis=-1, keepdims=True)
        loss = np.vdot(mass, np.log(total)) - np.vdot(labels, shifted)
        return loss / batch(z.shape), p, places
    places = places_of(labels, z.shape)
    losses = np.log(total).ravel()
    losses -= shifted.ravel()[places]
    return sum_rows(losses) / len(places), p, places


def places_of(labels: Array, shape: tuple[int, ...]) -> Array:
    """Where the scores of the labels lie in the flattened scores. Raises ShapeError."""
    if labels.shape != shape[:-1]:
        raise ShapeError(
            f"softmax_cross_entropy: scores of shape {shape} need labels of shape "
            f"{shape[:-1]} or {shape}, got {labels.shape}"
        )
    flat, classes = labels.ravel(), shape[-1]
    if flat.dtype.kind in "iu":
        rows = len(flat)
        try:
            return np.ravel_multi_index((numbers(rows), flat), (rows, classes))
        except ValueError:
            pass
    raise ShapeError(f"labels must be integers from 0 to {classes - 1}")


@lru_cache(maxsize=4)
def numbers(n: int) -> Array:
    """0 … n - 1."""
    return np.arange(n)


@composed(about={"example": "negative_log_likelihood(log_softmax(x), np.array([2, 0]))",
                 "shapes": {"x": (2, 3)}})  # fmt: skip
def negative_log_likelihood(log_p: Any, labels: Any) -> Any:
    """Mean over the batch of -log_p[label]."""
    rows = one_hot(labels, np.shape(log_p)[-1])
    return -np.sum(rows * log_p) / batch(np.shape(log_p))


__all__ = ["huber", "log_softmax", "mean_squared_error", "softmax_cross_entropy"]
