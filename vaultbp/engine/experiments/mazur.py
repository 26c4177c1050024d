"""Matt Mazur's worked 2-2-2 network (mattmazur.com, 2015), with its erratum.

Inputs 0.05, 0.10; targets 0.01, 0.99; rate 0.5; biases are not updated. The published error after
one step, 0.291027924, comes from hidden deltas taken with the already updated output weights; with
the original weights, as the page's own text says, it is 0.2910277737.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from vaultbp.engine.ops.activations import sigmoid
from vaultbp.engine.transforms import value_and_grad

INPUTS = np.array([0.05, 0.10])
TARGETS = np.array([0.01, 0.99])
WEIGHTS = np.array([0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55])
HIDDEN_BIAS, OUTPUT_BIAS = 0.35, 0.60
RATE = 0.5


class Mazur(NamedTuple):
    """One forward pass."""

    error: Any
    hidden: Any
    output: Any


def mazur_forward(w: Any) -> Mazur:
    """Error, hidden and output activations for the weights w1 … w8."""
    return layers(np.reshape(w[:4], (2, 2)), np.reshape(w[4:], (2, 2)))


def layers(hidden_weights: Any, output_weights: Any) -> Mazur:
    hidden = sigmoid(hidden_weights @ INPUTS + HIDDEN_BIAS)
    output = sigmoid(output_weights @ hidden + OUTPUT_BIAS)
    return Mazur(0.5 * np.sum((TARGETS - output) ** 2), hidden, output)


def mazur_error(w: Any) -> Any:
    """Half the sum of squared errors."""
    return mazur_forward(w).error


def mazur_gradient(w: Any) -> tuple[float, Any]:
    """Error and its eight derivatives."""
    both = w[:4].reshape(2, 2), w[4:].reshape(2, 2)
    error, (hidden, output) = value_and_grad(lambda h, o: layers(h, o).error, (0, 1))(*both)
    return float(error), np.concatenate([hidden.reshape(-1), output.reshape(-1)])


def mazur_step(w: Any, *, published_slip: bool = False) -> Any:
    """The weights after one step. With `published_slip`, hidden deltas see the new w5 … w8."""
    gradient = mazur_gradient(w)[1]
    new = w - RATE * gradient
    if published_slip:
        mixed = np.concatenate([w[:4], new[4:]])
        output = mazur_forward(w).output
        delta = (output - TARGETS) * output * (1.0 - output)
        back = np.reshape(mixed[4:], (2, 2)).T @ delta
        hidden = mazur_forward(w).hidden
        first = np.outer(back * hidden * (1.0 - hidden), INPUTS)
        new = np.concatenate([w[:4] - RATE * first.reshape(-1), new[4:]])
    return new
