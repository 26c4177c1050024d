"""Benchmark of the engine: value and all gradients, as a ratio to hand-written numpy.

    python scripts/bench_engine.py [--rounds N] [--tasks chain,mlp,...] [--markdown]

Every task is written once against a namespace of numpy functions, and once by hand with in-place
numpy. Engines run round-robin in one process with one BLAS thread, timed in CPU seconds; the table
shows the median over the rounds of each round's ratio and, in parentheses, the ratio of the best
rounds, which other load on the machine disturbs least; the targets stand beside them. Values and
gradients are compared first (relative difference below 1e-9). autograd takes part if installed.
"""
# ruff: noqa: E402 (the thread limits must be set before numpy is imported)

from __future__ import annotations

import os

for _variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[_variable] = "1"

import argparse
import importlib
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from vaultbp.engine import Tensor, detach, linear, softmax_cross_entropy, value_and_grad

Arrays = tuple[Any, ...]
Loss = Callable[..., Any]
Result = tuple[float, Arrays]


@dataclass
class Task:
    """What is computed: a loss of parameters, in a namespace; by hand; and the targets."""

    name: str
    parameters: Arrays
    loss: Callable[[Any], Loss]
    by_hand: Callable[[Arrays], Result]
    target: str
    fused: Loss | None = None
    fused_target: str = ""
    nodes: int = 0
    """Per-node microseconds are reported instead of a ratio if this is not 0."""
    sizes: dict[str, int] = field(default_factory=dict)


# --- the tasks -------------------------------------------------------------------------------------


def chain() -> Task:
    def loss(ns: Any) -> Loss:
        def f(x: Any) -> Any:
            y = x
            for _ in range(500):
                y = y * 0.999 + x
            return y

        return f

    def by_hand(parameters: Arrays) -> Result:
        x = parameters[0]
        y = x
        for _ in range(500):
            y = y * 0.999 + x
        g, total = 1.0, 0.0
        for _ in range(500):
            total += g
            g *= 0.999
        return float(y), (total + g,)

    return Task("scalar chain, µs a node", (0.5,), loss, by_hand, "<= 3 µs", nodes=1000)


def mlp_parameters(rng: Any, sizes: list[int]) -> Arrays:
    out: list[Any] = []
    for fan_in, fan_out in pairwise(sizes):
        out += [rng.standard_normal((fan_in, fan_out)) * np.sqrt(2 / fan_in), np.zeros(fan_out)]
    return tuple(out)


def mlp(sizes: list[int], batch: int, target: str, fused_target: str) -> Task:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((batch, sizes[0]))
    labels = rng.integers(0, sizes[-1], batch)
    onehot = np.eye(sizes[-1])[labels]
    parameters = mlp_parameters(rng, sizes)

    def loss(ns: Any) -> Loss:
        def f(W1: Any, b1: Any, W2: Any, b2: Any, W3: Any, b3: Any) -> Any:
            h = ns.maximum(X @ W1 + b1, 0.0)
            h = ns.maximum(h @ W2 + b2, 0.0)
            z = h @ W3 + b3
            z = z - ns.detach(ns.max(z, axis=1, keepdims=True))
            log_total = ns.log(ns.sum(ns.exp(z), axis=1))
            return (ns.sum(log_total) - ns.sum(z * onehot)) / batch

        return f

    def fused(W1: Any, b1: Any, W2: Any, b2: Any, W3: Any, b3: Any) -> Any:
        h = linear(X, W1, b1, "relu")
        h = linear(h, W2, b2, "relu")
        return softmax_cross_entropy(linear(h, W3, b3), labels)

    def by_hand(parameters: Arrays) -> Result:
        W1, b1, W2, b2, W3, b3 = parameters
        h1 = X @ W1
        h1 += b1
        np.maximum(h1, 0.0, out=h1)
        h2 = h1 @ W2
        h2 += b2
        np.maximum(h2, 0.0, out=h2)
        z = h2 @ W3
        z += b3
        z -= z.max(axis=1, keepdims=True)
        p = np.exp(z)
        s = p.sum(axis=1, keepdims=True)
        value = (np.log(s).sum() - np.vdot(z, onehot)) / batch
        p /= s
        p -= onehot
        p /= batch
        gW3 = h2.T @ p
        gb3 = p.sum(axis=0)
        d2 = p @ W3.T
        d2 *= h2 > 0
        gW2 = h1.T @ d2
        gb2 = d2.sum(axis=0)
        d1 = d2 @ W2.T
        d1 *= h1 > 0
        gW1 = X.T @ d1
        gb1 = d1.sum(axis=0)
        return float(value), (gW1, gb1, gW2, gb2, gW3, gb3)

    name = f"MLP {'-'.join(map(str, sizes))}, batch {batch}"
    return Task(name, parameters, loss, by_hand, target, fused, fused_target)


def logistic() -> Task:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((2000, 50))
    t = (rng.random(2000) < 0.5).astype(float)
    parameters = (rng.standard_normal(50) * 0.1, 0.1)

    def loss(ns: Any) -> Loss:
        def f(w: Any, b: Any) -> Any:
            z = X @ w + b
            return ns.sum(ns.log(1.0 + ns.exp(-z)) + (1.0 - t) * z) / 2000

        return f

    def by_hand(parameters: Arrays) -> Result:
        w, b = parameters
        z = X @ w
        z += b
        e = np.exp(-z)
        e += 1.0
        value = (np.log(e).sum() + np.vdot(1.0 - t, z)) / 2000
        np.divide(1.0, e, out=e)
        e -= t
        e /= 2000
        return float(value), (X.T @ e, e.sum())

    return Task("logistic regression 2000×50", parameters, loss, by_hand, "<= 2.0")


def rnn() -> Task:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((50, 32, 16))
    shapes = [(16, 64), (64, 64), (64,)]
    parameters = tuple(rng.standard_normal(shape) * 0.2 for shape in shapes)

    def loss(ns: Any) -> Loss:
        def f(Wx: Any, Wh: Any, b: Any) -> Any:
            h = ns.tanh(X[0] @ Wx + b)
            for x in X[1:]:
                h = ns.tanh(x @ Wx + h @ Wh + b)
            return ns.sum(h * h)

        return f

    def by_hand(parameters: Arrays) -> Result:
        Wx, Wh, b = parameters
        states: list[Any] = []
        for t, x in enumerate(X):
            z = x @ Wx
            if t:
                z += states[-1] @ Wh
            z += b
            np.tanh(z, out=z)
            states.append(z)
        h = states[-1]
        value = np.vdot(h, h)
        gWx, gWh, gb = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
        g = 2.0 * h
        for t in range(len(X) - 1, -1, -1):
            d = states[t] * states[t]
            np.subtract(1.0, d, out=d)
            d *= g
            gWx += X[t].T @ d
            gb += d.sum(axis=0)
            if t:
                gWh += states[t - 1].T @ d
                g = d @ Wh.T
        return float(value), (gWx, gWh, gb)

    return Task("tanh RNN, 50 steps", parameters, loss, by_hand, "<= 1.6")


def attention() -> Task:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((256, 64))
    parameters = tuple(rng.standard_normal((64, 64)) / 8 for _ in range(3))

    def loss(ns: Any) -> Loss:
        def f(Wq: Any, Wk: Any, Wv: Any) -> Any:
            q, k, v = X @ Wq, X @ Wk, X @ Wv
            s = (q @ k.T) * 0.125
            e = ns.exp(s - ns.detach(ns.max(s, axis=1, keepdims=True)))
            a = e / ns.sum(e, axis=1, keepdims=True)
            o = a @ v
            return ns.sum(o * o)

        return f

    def by_hand(parameters: Arrays) -> Result:
        Wq, Wk, Wv = parameters
        q, k, v = X @ Wq, X @ Wk, X @ Wv
        a = q @ k.T
        a *= 0.125
        a -= a.max(axis=1, keepdims=True)
        np.exp(a, out=a)
        a /= a.sum(axis=1, keepdims=True)
        o = a @ v
        value = np.vdot(o, o)
        o *= 2.0
        gv = a.T @ o
        g = o @ v.T
        g -= np.einsum("ij,ij->i", g, a)[:, None]
        g *= a
        g *= 0.125
        gq, gk = g @ k, g.T @ q
        return float(value), (X.T @ gq, X.T @ gk, X.T @ gv)

    return Task("attention 256×64", parameters, loss, by_hand, "<= 1.3")


def elementwise(n: int, target: str) -> Task:
    x0 = np.random.default_rng(0).standard_normal(n)

    def loss(ns: Any) -> Loss:
        def f(x: Any) -> Any:
            y = x
            for _ in range(5):
                y = ns.sin(ns.tanh(0.9 * y) + x)
            return ns.sum(y)

        return f

    def by_hand(parameters: Arrays) -> Result:
        x = parameters[0]
        y, tanhs, inputs = x, [], []
        for _ in range(5):
            t = 0.9 * y
            np.tanh(t, out=t)
            u = t + x
            y = np.sin(u)
            tanhs.append(t)
            inputs.append(u)
        value = y.sum()
        del y
        gx = np.zeros_like(x)
        g: Any = None
        for t, u in zip(reversed(tanhs), reversed(inputs), strict=True):
            np.cos(u, out=u)
            if g is not None:
                u *= g
            gx += u
            np.multiply(t, t, out=t)
            np.subtract(1.0, t, out=t)
            u *= t
            u *= 0.9
            g = u
        gx += g
        return float(value), (gx,)

    return Task(f"20 ops × {n:.0e}".replace("e+0", "e"), (x0,), loss, by_hand, target)


TASKS: dict[str, Callable[[], Task]] = {
    "chain": chain,
    "mlp": lambda: mlp([784, 128, 64, 10], 64, "<= 1.25", "<= 1.10"),
    "small": lambda: mlp([4, 16, 8, 3], 8, "<= 4", "<= 1.6"),
    "logistic": logistic,
    "rnn": rnn,
    "attention": attention,
    "e3": lambda: elementwise(1_000, "<= 1.6"),
    "e5": lambda: elementwise(100_000, "<= 1.15"),
}


# --- the engines -----------------------------------------------------------------------------------


class PlainNumpy:
    """The namespace of notes: numpy itself, and `detach`."""

    detach = staticmethod(detach)

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


def plain_numpy() -> Any:
    namespace = PlainNumpy()
    for name in ("exp", "log", "tanh", "sin", "maximum", "sum", "max"):
        setattr(namespace, name, getattr(np, name))
    return namespace


Run = Callable[[], Result]


def engines(task: Task) -> dict[str, Run]:
    """A call that gives value and gradients, per engine that takes part."""
    places = tuple(range(len(task.parameters)))
    loss = task.loss(plain_numpy())
    functional = value_and_grad(loss, places)
    runs: dict[str, Run] = {
        "by hand": lambda: task.by_hand(task.parameters),
        "vaultbp": with_backward(loss, task.parameters),
        "value_and_grad": lambda: functional(*task.parameters),
    }
    if task.fused is not None:
        runs["fused"] = with_backward(task.fused, task.parameters)
    peer = autograd_run(task, places)
    if peer is not None:
        runs["autograd"] = peer
    return runs


def with_backward(loss: Loss, parameters: Arrays) -> Run:
    """As in a training loop: the parameters are tensors, made once."""
    tensors = [Tensor(p) for p in parameters]

    def run() -> Result:
        y = loss(*tensors)
        y.backward()
        return y.item(), tuple([t.grad for t in tensors])

    return run


def autograd_run(task: Task, places: tuple[int, ...]) -> Run | None:
    try:
        package = importlib.import_module("autograd")
        anp = importlib.import_module("autograd.numpy")
        getval = importlib.import_module("autograd.tracer").getval
    except ImportError:
        return None

    class Namespace:
        detach = staticmethod(getval)

        def __getattr__(self, name: str) -> Any:
            return getattr(anp, name)

    evaluate = package.value_and_grad(task.loss(Namespace()), places)
    return lambda: evaluate(*task.parameters)


# --- timing ----------------------------------------------------------------------------------------


def verify(task: Task, runs: dict[str, Run]) -> None:
    """Raise if an engine's value or gradients differ from the hand-written ones."""
    value, gradients = runs["by hand"]()
    for name, run in runs.items():
        got_value, got = run()
        pairs = [(value, got_value), *zip(gradients, got, strict=True)]
        for a, b in pairs:
            scale = float(np.max(np.abs(a))) or 1.0
            error = float(np.max(np.abs(np.asarray(a) - np.asarray(b)))) / scale
            if not error < 1e-9:
                raise SystemExit(f"{task.name}: {name} is off by {error:.1e}")


def seconds_per_call(run: Run, calls: int) -> float:
    start = process_time()
    for _ in range(calls):
        run()
    return (process_time() - start) / calls


def calls_for(run: Run, sample: float) -> int:
    for _ in range(3):
        run()
    return max(1, int(sample / max(seconds_per_call(run, 3), 1e-7)) + 1)


@dataclass(frozen=True)
class Ratio:
    """To the time by hand; µs per node for the chain."""

    median: float
    """Of the ratios of the rounds."""
    best: float
    """Of the best rounds."""

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.best:.2f})"


def measure(task: Task, rounds: int, sample: float = 0.03) -> tuple[float, dict[str, Ratio]]:
    """Milliseconds by hand (median), and the ratio per engine."""
    runs = engines(task)
    verify(task, runs)
    calls = {name: calls_for(run, sample) for name, run in runs.items()}
    turns = []
    for _ in range(rounds):
        turns.append({name: seconds_per_call(run, calls[name]) for name, run in runs.items()})
    hands = [turn["by hand"] for turn in turns]

    def ratio(name: str) -> Ratio:
        if task.nodes:
            each = [turn[name] / task.nodes * 1e6 for turn in turns]
            return Ratio(statistics.median(each), min(each))
        return Ratio(
            statistics.median([turn[name] / turn["by hand"] for turn in turns]),
            min(turn[name] for turn in turns) / min(hands),
        )

    return statistics.median(hands) * 1e3, {name: ratio(name) for name in runs}


# --- memory ----------------------------------------------------------------------------------------


def peak_arrays(engine: str, n: int = 10_000_000) -> float:
    """Growth of the peak resident size in the first call, in arrays of n float64."""
    task = elementwise(n, "")
    run = engines(task)[engine]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (after - before) * 1024 / (8 * n)


def memory_rows() -> dict[str, float]:
    """Peak per engine, each in a fresh process."""
    rows = {}
    for engine in ("by hand", "vaultbp", "autograd"):
        command = [sys.executable, __file__, "--peak", engine]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            rows[engine] = float(done.stdout)
    return rows


# --- the table -------------------------------------------------------------------------------------


def table(names: list[str], rounds: int, memory: bool) -> str:
    head = [
        "task",
        "by hand, ms",
        "vaultbp",
        "target",
        "fused",
        "target",
        "value_and_grad",
        "autograd",
    ]
    rows = []
    for name in names:
        task = TASKS[name]()
        hand, ratios = measure(task, rounds)

        def cell(engine: str, ratios: dict[str, Ratio] = ratios) -> str:
            return str(ratios[engine]) if engine in ratios else "–"

        rows.append(
            [
                task.name,
                f"{hand:.3f}",
                cell("vaultbp"),
                task.target,
                cell("fused"),
                task.fused_target or "–",
                cell("value_and_grad"),
                cell("autograd"),
            ]
        )
    if memory:
        peaks = memory_rows()
        show = {k: f"{v:.1f}" for k, v in peaks.items()}
        limit = f"<= {peaks['by hand'] + 1:.1f}"
        ours, peer = show.get("vaultbp", "–"), show.get("autograd", "–")
        rows.append(
            ["peak memory, 20 ops × 1e7, arrays", show["by hand"], ours, limit, "–", "–", "–", peer]
        )
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--tasks", default=",".join(TASKS))
    parser.add_argument("--memory", action="store_true", help="also the 1e7 memory row (1.5 GB)")
    parser.add_argument("--peak", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peak:
        print(peak_arrays(options.peak))
        return
    print(table(options.tasks.split(","), options.rounds, options.memory))


if __name__ == "__main__":
    main()
