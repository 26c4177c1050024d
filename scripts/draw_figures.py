"""Draw the figures of the bundled vault: small SVG files, the same bytes each time.

    python scripts/draw_figures.py [FOLDER]

Axes and words are in a grey that can be read on a light and on a dark page; curves differ in dash as
well as in colour.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from vaultbp.engine import grad, value_and_grad

Points: TypeAlias = "Sequence[tuple[float, float]]"

GREY = "#808080"
COLOURS = ("#2f7ed8", "#d9822b", "#2e9e5b", "#b455b6")
DASHES = ("", "7 3", "2 3", "9 3 2 3")


class Plot:
    """A frame with axes in which points are given in the units of the data."""

    def __init__(
        self, x: tuple[float, float], y: tuple[float, float], width: int = 420, height: int = 280
    ) -> None:
        self.x, self.y = x, y
        self.width, self.height = width, height
        self.left, self.right, self.top, self.bottom = 46, width - 12, 12, height - 34
        self.parts: list[str] = []
        self.labels = 0

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the data stands in the picture."""
        (x0, x1), (y0, y1) = self.x, self.y
        across = self.left + (x - x0) / (x1 - x0) * (self.right - self.left)
        down = self.bottom - (y - y0) / (y1 - y0) * (self.bottom - self.top)
        return round(across, 1), round(down, 1)

    def axes(self, xs: Sequence[float], ys: Sequence[float], x_name: str, y_name: str) -> None:
        """Lines at the marked values, with the values and the names of the axes."""
        for x in xs:
            (a, b), (_, d) = self.place(x, self.y[0]), self.place(x, self.y[1])
            self.parts.append(_line(a, b, a, d, GREY, 0.25))
            self.text(a, b + 15, f"{x:g}", "middle")
        for y in ys:
            (a, b), (c, _) = self.place(self.x[0], y), self.place(self.x[1], y)
            self.parts.append(_line(a, b, c, b, GREY, 0.25))
            self.text(a - 6, b + 4, f"{y:g}", "end")
        self.text((self.left + self.right) / 2, self.height - 4, x_name, "middle")
        self.text(self.left + 5, self.top + 12, y_name, "start")

    def curve(self, points: Points, style: int, width: float = 2.0) -> None:
        """A line through the points."""
        path = " ".join(f"{a},{b}" for a, b in (self.place(x, y) for x, y in points))
        dash = f' stroke-dasharray="{DASHES[style]}"' if DASHES[style] else ""
        self.parts.append(
            f'<polyline points="{path}" fill="none" stroke="{COLOURS[style]}" '
            f'stroke-width="{width}"{dash}/>'
        )

    def dots(self, points: Points, style: int, radius: float = 3.0) -> None:
        """A dot at each point."""
        for x, y in points:
            a, b = self.place(x, y)
            self.parts.append(f'<circle cx="{a}" cy="{b}" r="{radius}" fill="{COLOURS[style]}"/>')

    def label(self, words: str, style: int, x: float, y: float) -> None:
        """Words in the colour of a curve, at a place in the units of the data."""
        a, b = self.place(x, y)
        self.text(a, b, words, "start", COLOURS[style])

    def text(self, a: float, b: float, words: str, anchor: str, colour: str = GREY) -> None:
        words = words.replace("&", "&amp;").replace("<", "&lt;")
        self.parts.append(
            f'<text x="{a:g}" y="{b:g}" text-anchor="{anchor}" fill="{colour}">{words}</text>'
        )

    def svg(self, title: str) -> str:
        """The whole picture; the title is read aloud where pictures cannot be seen."""
        body = "\n".join(self.parts)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" '
            f'viewBox="0 0 {self.width} {self.height}" font-family="sans-serif" font-size="12" '
            f'role="img">\n<title>{title}</title>\n{body}\n</svg>\n'
        )


def _line(a: float, b: float, c: float, d: float, colour: str, width: float) -> str:
    return (
        f'<line x1="{a}" y1="{b}" x2="{c}" y2="{d}" stroke="{colour}" stroke-width="{width * 2}"/>'
    )


def _graph_of(f: Callable[[Any], Any], start: float, end: float, steps: int = 161) -> Points:
    xs = np.linspace(start, end, steps)
    return list(zip(xs.tolist(), np.broadcast_to(f(xs), xs.shape).tolist(), strict=True))


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def activations() -> str:
    """Four activations side by side with the slopes that backpropagation meets."""
    plot = Plot((-4, 4), (-1.1, 2.0))
    plot.axes((-4, -2, 0, 2, 4), (-1, 0, 1, 2), "z", "")
    plot.curve(_graph_of(_sigmoid, -4, 4), 0)
    plot.curve(_graph_of(np.tanh, -4, 4), 1)
    plot.curve(_graph_of(lambda z: np.maximum(z, 0), -4, 2), 2)
    plot.label("sigmoid", 0, -3.8, 0.12)
    plot.label("tanh", 1, -3.8, -0.82)
    plot.label("ReLU", 2, 0.75, 1.6)
    return plot.svg("Sigmoid, tanh and ReLU")


def slopes() -> str:
    """The derivatives of the same functions."""
    plot = Plot((-4, 4), (0, 1.2))
    plot.axes((-4, -2, 0, 2, 4), (0, 0.25, 0.5, 1), "z", "")
    plot.curve(_graph_of(lambda z: _sigmoid(z) * (1 - _sigmoid(z)), -4, 4), 0)
    plot.curve(_graph_of(lambda z: 1 - np.tanh(z) ** 2, -4, 4), 1)
    plot.curve([(-4, 0), (0, 0)], 2, 3)
    plot.curve([(0, 1), (4, 1)], 2, 3)
    plot.label("sigmoid", 0, -3.2, 0.13)
    plot.label("tanh", 1, -1.85, 0.62)
    plot.label("ReLU", 2, 2.6, 1.06)
    return plot.svg("Slopes of sigmoid, tanh and ReLU")


def line_fit() -> str:
    """The points of the note, the line at the start, after five steps, and at the end."""
    rng = np.random.default_rng(1)
    x = rng.uniform(-1, 1, 20)
    t = 0.7 * x - 0.2 + 0.1 * rng.standard_normal(20)
    step = value_and_grad(lambda w, b: np.mean((t - w * x - b) ** 2), argnums=(0, 1))
    plot = Plot((-1, 1), (-1.1, 0.8))
    plot.axes((-1, -0.5, 0, 0.5, 1), (-1, -0.5, 0, 0.5), "x", "t")
    w, b = 0.0, 0.0
    for epoch in range(101):
        if epoch in (0, 3, 100):
            style = (0, 3, 100).index(epoch)
            plot.curve([(-1, b - w), (1, b + w)], (1, 3, 0)[style])
        _, (dw, db) = step(w, b)
        w, b = w - 0.3 * dw, b - 0.3 * db
    plot.dots(list(zip(x.tolist(), t.tolist(), strict=True)), 2)
    plot.label("start", 1, -0.97, 0.04)
    plot.label("after 3 steps", 3, -0.97, -0.28)
    plot.label("after 100", 0, -0.97, -1.05)
    return plot.svg("A line that descends into a cloud of points")


def valley() -> str:
    """Descent in a long valley with a careful, the best, and too large a rate."""
    plot = Plot((-10.5, 10.5), (-2.2, 2.2))
    a, b = 10.0, 1.0
    for height in (1, 5, 12, 23):
        turn = np.linspace(0, 2 * np.pi, 121)
        ring = np.sqrt(2 * height) * np.stack(
            [np.cos(turn) / np.sqrt(b), np.sin(turn) / np.sqrt(a)]
        )
        points = [plot.place(v, u) for v, u in ring.T.tolist()]
        ring_path = " ".join(f"{p},{q}" for p, q in points)
        plot.parts.append(
            f'<polyline points="{ring_path}" fill="none" stroke="{GREY}" opacity="0.5"/>'
        )
    plot.axes((-10, -5, 0, 5, 10), (-2, -1, 0, 1, 2), "v", "u")
    slope = grad(lambda p: a / 2 * p[0] ** 2 + b / 2 * p[1] ** 2)
    for style, (rate, name, x, y) in enumerate(
        (
            (0.05, "careful", -8.9, 0.25),
            (2 / 11, "best", -6.4, 1.3),
            (0.201, "too large", -5, -1.95),
        )
    ):
        p = np.array([1.0, -10.0])
        path = [p]
        for _ in range(14):
            path.append(path[-1] - rate * slope(path[-1]))
        inside = [(float(q[1]), float(q[0])) for q in path if abs(q[0]) < 2.2]
        plot.curve(inside, style, 1.5)
        plot.dots(inside, style, 2)
        plot.label(name, style, x, y)
    return plot.svg("Descent in a long valley with three learning rates")


def step_size() -> str:
    """Error of three difference formulas for 1/(1 + x²), by the size of the step."""
    plot = Plot((-12, 0), (-15, 0))
    plot.axes((-12, -9, -6, -3, 0), (-15, -10, -5, 0), "log10 of the step", "log10 of the error")
    hs = 10.0 ** np.arange(-12, 0.01, 0.125)
    x, true = 0.7, -2 * 0.7 / (1 + 0.7 * 0.7) ** 2

    def f(x: Any) -> Any:
        return 1 / (1 + x * x)

    def central(h: Any) -> Any:
        return (f(x + h) - f(x - h)) / (2 * h)

    rules = {
        "forward": (f(x + hs) - f(x)) / hs,
        "central": central(hs),
        "Richardson": (4 * central(hs / 2) - central(hs)) / 3,
    }
    at = {"forward": (-4.3, -3.2), "central": (-2.2, -5.9), "Richardson": (-2.1, -10.5)}
    for style, (name, found) in enumerate(rules.items()):
        error = np.log10(np.maximum(np.abs(found / true - 1), 1e-15))
        plot.curve(list(zip(np.log10(hs).tolist(), error.tolist(), strict=True)), style, 1.5)
        plot.label(name, style, *at[name])
    return plot.svg("The error of difference formulas falls with the step, then rises again")


def two_wells() -> str:
    """The loss with two valleys, and where descents from four starts end."""

    def f(x: Any) -> Any:
        return x**4 - 2 * x**2 + x / 2

    plot = Plot((-1.7, 1.7), (-1.8, 2.2))
    plot.axes((-1.5, -1, -0.5, 0, 0.5, 1, 1.5), (-1, 0, 1, 2), "x", "f")
    plot.curve(_graph_of(f, -1.65, 1.55), 0)
    slope = grad(f)
    for start in (-1.5, -0.1, 0.2, 1.5):
        x, style = start, 2 if start < 0 else 1
        path = [(x, float(f(x)))]
        for _ in range(60):
            x = x - 0.05 * float(slope(x))
            path.append((x, float(f(x))))
        plot.dots(path[1:], style, 2)
        plot.dots(path[:1], style, 4.5)
    return plot.svg("Two valleys; where a descent ends depends on where it starts")


FIGURES: dict[str, Callable[[], str]] = {
    "activations": activations,
    "slopes": slopes,
    "line fit": line_fit,
    "valley": valley,
    "step size": step_size,
    "two wells": two_wells,
}


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "vault/Figures"
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in FIGURES.items():
        (folder / f"{name}.svg").write_text(draw(), encoding="utf-8", newline="\n")
        print(folder / f"{name}.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
