"""Update rules: how a gradient changes the parameters.

`update` changes the parameter arrays in place; whatever an optimiser remembers (velocities, running
means) belongs to the parameters in their order, so one optimiser serves one training run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import numpy as np

Arrays: TypeAlias = Sequence[Any]


class Optimiser(Protocol):
    """An update rule."""

    def update(self, params: Arrays, gradients: Arrays) -> None:
        """Change `params` in place, given the gradients at them."""


def like(params: Arrays) -> list[Any]:
    return [np.zeros_like(p) for p in params]


@dataclass
class SGD:
    """Gradient descent with momentum: v ← momentum·v + g, w ← w - rate·v (Polyak 1964).

    With `nesterov` the step is rate·(g + momentum·v) (Sutskever et al. 2013).
    """

    rate: float = 0.1
    momentum: float = 0.0
    nesterov: bool = False
    velocity: list[Any] = field(default_factory=list, repr=False)

    def update(self, params: Arrays, gradients: Arrays) -> None:
        if not self.momentum:
            for p, g in zip(params, gradients, strict=True):
                p -= self.rate * g
            return
        self.velocity = self.velocity or like(params)
        for p, g, v in zip(params, gradients, self.velocity, strict=True):
            v *= self.momentum
            v += g
            p -= self.rate * (g + self.momentum * v if self.nesterov else v)


@dataclass
class RMSProp:
    """s ← decay·s + (1 - decay)·g², w ← w - rate·g / (√s + epsilon) (Hinton 2012)."""

    rate: float = 0.01
    decay: float = 0.9
    epsilon: float = 1e-8
    squares: list[Any] = field(default_factory=list, repr=False)

    def update(self, params: Arrays, gradients: Arrays) -> None:
        self.squares = self.squares or like(params)
        for p, g, s in zip(params, gradients, self.squares, strict=True):
            s *= self.decay
            s += (1.0 - self.decay) * g * g
            p -= self.rate * g / (np.sqrt(s) + self.epsilon)


@dataclass
class Adam:
    """Running means of g and g², corrected for their start at zero (Kingma and Ba 2015)."""

    rate: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    steps: int = 0
    means: list[Any] = field(default_factory=list, repr=False)
    squares: list[Any] = field(default_factory=list, repr=False)

    def update(self, params: Arrays, gradients: Arrays) -> None:
        self.means, self.squares = self.means or like(params), self.squares or like(params)
        self.steps += 1
        of_mean = 1.0 - self.beta1**self.steps
        of_square = 1.0 - self.beta2**self.steps
        for p, g, m, s in zip(params, gradients, self.means, self.squares, strict=True):
            m *= self.beta1
            m += (1.0 - self.beta1) * g
            s *= self.beta2
            s += (1.0 - self.beta2) * g * g
            p -= self.rate * (m / of_mean) / (np.sqrt(s / of_square) + self.epsilon)
