"""Layers: how many parameters they have and what they compute. The parameters live outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np

from vaultbp.engine.ops.activations import ACTIVATIONS, linear
from vaultbp.engine.ops.convolution import conv2d, max_pool2d
from vaultbp.engine.training.initialisers import INITIALISERS

Parameters: TypeAlias = dict[str, Any]


class Layer(Protocol):
    """What a network is made of."""

    def initial(self, rng: np.random.Generator) -> Parameters:
        """Starting values of the parameters."""

    def __call__(self, params: Parameters, x: Any) -> Any:
        """The layer's output for a batch x."""


def initialiser_for(activation: str | None) -> str:
    return "he_normal" if activation in ("relu", "elu", "silu", "gelu") else "glorot_uniform"


@dataclass(frozen=True)
class Dense:
    """activation(x @ W + b): x of shape (batch, inputs), the result (batch, outputs)."""

    inputs: int
    outputs: int
    activation: str | None = None
    initialiser: str | None = None

    def initial(self, rng: np.random.Generator) -> Parameters:
        name = self.initialiser or initialiser_for(self.activation)
        W = INITIALISERS[name](rng, (self.inputs, self.outputs))
        return {"W": W, "b": np.zeros(self.outputs)}

    def __call__(self, params: Parameters, x: Any) -> Any:
        return linear(x, params["W"], params["b"], self.activation)


@dataclass(frozen=True)
class Conv2d:
    """Convolution of images (batch, channels, h, w) with `filters` kernels of size × size."""

    channels: int
    filters: int
    size: int
    stride: int = 1
    padding: int = 0
    activation: str | None = "relu"

    def initial(self, rng: np.random.Generator) -> Parameters:
        shape = (self.filters, self.channels, self.size, self.size)
        W = INITIALISERS[initialiser_for(self.activation)](rng, shape)
        return {"W": W, "b": np.zeros(self.filters)}

    def __call__(self, params: Parameters, x: Any) -> Any:
        z = conv2d(x, params["W"], params["b"], self.stride, self.padding)
        return z if self.activation is None else ACTIVATIONS[self.activation](z)


@dataclass(frozen=True)
class MaxPool2d:
    """Largest entry of each window of size × size."""

    size: int

    def initial(self, rng: np.random.Generator) -> Parameters:
        return {}

    def __call__(self, params: Parameters, x: Any) -> Any:
        return max_pool2d(x, self.size)


@dataclass(frozen=True)
class Flatten:
    """All axes but the first as one."""

    def initial(self, rng: np.random.Generator) -> Parameters:
        return {}

    def __call__(self, params: Parameters, x: Any) -> Any:
        return np.reshape(x, (x.shape[0], -1))


@dataclass(frozen=True)
class LayerNorm:
    """Each row scaled to mean 0 and variance 1, then by learnt factors (Ba et al. 2016)."""

    size: int
    epsilon: float = 1e-5

    def initial(self, rng: np.random.Generator) -> Parameters:
        return {"gain": np.ones(self.size), "shift": np.zeros(self.size)}

    def __call__(self, params: Parameters, x: Any) -> Any:
        centred = x - np.mean(x, axis=-1, keepdims=True)
        variance = np.mean(np.square(centred), axis=-1, keepdims=True)
        return centred / np.sqrt(variance + self.epsilon) * params["gain"] + params["shift"]


class Network:
    """Layers one after another; its parameters are a list with one dict per layer."""

    def __init__(self, *layers: Layer) -> None:
        self.layers = layers

    def initial(self, seed: int = 0) -> list[Parameters]:
        """Starting parameters; the same seed gives the same ones."""
        rng = np.random.default_rng(seed)
        return [layer.initial(rng) for layer in self.layers]

    def __call__(self, params: list[Parameters], x: Any) -> Any:
        for layer, own in zip(self.layers, params, strict=True):
            x = layer(own, x)
        return x
