"""Training: layers, initialisers, optimisers, one loop for every mode, saving.

>>> import numpy as np
>>> from vaultbp.engine import mean_squared_error
>>> from vaultbp.engine.training import Dense, Network, SGD, train
>>> x = np.linspace(-1, 1, 20).reshape(-1, 1)
>>> net = Network(Dense(1, 1))
>>> loss = lambda params, x, y: mean_squared_error(net(params, x), y)
>>> done = train(loss, net.initial(seed=0), (x, 2 * x + 1), SGD(0.3), epochs=60)
>>> [round(float(p), 3) for p in (done.params[0]["W"][0, 0], done.params[0]["b"][0])]
[2.0, 1.0]
"""

from vaultbp.engine.training.initialisers import (
    INITIALISERS,
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    lecun_normal,
    zeros,
)
from vaultbp.engine.training.layers import (
    Conv2d,
    Dense,
    Flatten,
    Layer,
    LayerNorm,
    MaxPool2d,
    Network,
)
from vaultbp.engine.training.loop import DivergedError, Epoch, Training, train
from vaultbp.engine.training.optimisers import SGD, Adam, Optimiser, RMSProp
from vaultbp.engine.training.saving import load, save

__all__ = [
    "INITIALISERS",
    "SGD",
    "Adam",
    "Conv2d",
    "Dense",
    "DivergedError",
    "Epoch",
    "Flatten",
    "Layer",
    "LayerNorm",
    "MaxPool2d",
    "Network",
    "Optimiser",
    "RMSProp",
    "Training",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "load",
    "save",
    "train",
    "zeros",
]
