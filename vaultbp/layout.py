"""Where the nodes of a picture stand: a seeded force layout, fast enough for ten thousand notes.

The forces are those of ForceAtlas2 (Jacomy, Venturini, Heymann and Bastian 2014, PLoS ONE 9(6)
e98679): nodes repel with the product of their degrees over the distance, links pull. Repulsion at a
distance is summed on a mesh by Fourier transform (particle-mesh method; Hockney and Eastwood 1988,
chapter 5) and near by over cells of a fine grid, so a step costs the same few milliseconds whatever
the number of pairs.

Why not a library: at 10,000 nodes and 40,000 links networkx needs 8 s and gigabytes a step,
rustworkx 49 s, scikit-network 26 s, networkit 21 s; the fast ones (igraph, fa2) are GPL, and Tulip's
does not repeat itself with one seed. This takes about 4 s and needs nothing but numpy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from networkx import MultiDiGraph
    from numpy.typing import NDArray

    Points = NDArray[np.float64]
    Indices = NDArray[np.int64]

SEED = 20260101
SPACING = 60.0
"""Mean distance between neighbouring nodes, in the picture's units (pixels at scale 1)."""


def place(graph: MultiDiGraph) -> dict[str, tuple[float, float]]:
    """The place of every node, by id, centred on the origin and rounded to a tenth of a unit.

    The same nodes and links give the same places: nodes are taken in the order of their ids. Each
    connected part is laid out by itself, the largest stands in the middle and the others around it.
    """
    names = sorted(graph.nodes)
    number = {name: at for at, name in enumerate(names)}
    pairs = sorted({_ordered(number[a], number[b]) for a, b in graph.edges() if a != b})
    points = _arrange(len(names), pairs)
    return {name: (float(x), float(y)) for name, (x, y) in zip(names, points.round(1), strict=True)}


def _ordered(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


def _arrange(count: int, pairs: Sequence[tuple[int, int]]) -> Points:
    points = np.zeros((count, 2))
    parts = _components(count, pairs)
    local = np.zeros(count, dtype=np.int64)
    part_of = np.zeros(count, dtype=np.int64)
    for at, part in enumerate(parts):
        local[part] = np.arange(len(part))
        part_of[part] = at
    links = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    order = np.argsort(part_of[links[:, 0]], kind="stable")
    links = links[order]
    bounds = np.searchsorted(part_of[links[:, 0]], np.arange(len(parts) + 1))
    circles = []
    for at, part in enumerate(parts):
        points[part] = _place_part(len(part), local[links[bounds[at] : bounds[at + 1]]])
        circles.append(float(np.hypot(*points[part].T).max()) + SPACING / 2)
    for part, centre in zip(parts, _pack(circles), strict=True):
        points[part] += centre
    return points


def _components(count: int, pairs: Iterable[tuple[int, int]]) -> list[Indices]:
    """The connected parts, the largest first, equal ones by their first node."""
    root = list(range(count))

    def find(at: int) -> int:
        while root[at] != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    for a, b in pairs:
        low, high = sorted((find(a), find(b)))
        root[high] = low
    parts: dict[int, list[int]] = {}
    for at in range(count):
        parts.setdefault(find(at), []).append(at)
    return [np.array(part) for part in sorted(parts.values(), key=lambda part: (-len(part), part))]


def _pack(radii: Sequence[float]) -> list[Points]:
    """Centres of circles, largest first: the first in the middle, the others on rings around it."""
    centres = [np.zeros(2)] if radii else []
    inner = radii[0] if radii else 0.0
    rest = list(radii[1:])
    while rest:
        ring = inner + rest[0]
        widths = 2 * np.arcsin(np.minimum(1.0, np.array(rest) / ring))
        ends = np.cumsum(widths)
        fits = max(1, int(np.searchsorted(ends, 2 * np.pi, side="right")))
        # What is left of the circle is shared out, so that a few lone notes stand all around.
        angles = (ends - widths / 2)[:fits] * (2 * np.pi / float(ends[fits - 1]))
        centres += [ring * np.array([np.cos(angle), np.sin(angle)]) for angle in angles]
        inner += 2 * rest[0]
        rest = rest[fits:]
    return centres


def _place_part(count: int, links: Indices) -> Points:
    """One connected part, centred, with ``SPACING`` between neighbours on average."""
    if count == 1:
        return np.zeros((1, 2))
    if count == 2:
        return np.array([[-0.5, 0.0], [0.5, 0.0]]) * SPACING
    points = _settle(_unfold(count, links), links)
    points -= points.mean(axis=0)
    # Most of the part, not its farthest node, decides the scale.
    wide, high = np.percentile(points, 90, axis=0) - np.percentile(points, 10, axis=0)
    longest = max(float(wide), float(high))
    area = longest * max(min(float(wide), float(high)), longest / 4)
    return np.asarray(points * SPACING * np.sqrt(0.64 * count / area))


def _unfold(count: int, links: Indices, rounds: int = 60) -> Points:
    """A first arrangement in the large: two smooth random functions on the graph.

    Averaging over neighbours leaves the slow modes of the graph (power iteration, as in Koren 2005,
    "Drawing graphs by eigenvectors"), so that far parts of the graph start far apart.
    """
    random = np.random.default_rng(SEED)
    points = random.standard_normal((count, 2))
    source, target = links.T
    degree = np.bincount(links.ravel(), minlength=count).astype(float)
    weight = degree / degree.sum()
    for _ in range(rounds):
        for axis in range(2):
            value = points[:, axis]
            pulled = np.bincount(source, value[target], count)
            pulled += np.bincount(target, value[source], count)
            points[:, axis] = (value + pulled / degree) / 2
        points -= weight @ points
        first, second = points[:, 0], points[:, 1]
        overlap = float((weight * first) @ second) / max(float((weight * first) @ first), 1e-9)
        points[:, 1] = second - overlap * first
        points /= np.maximum(np.sqrt(weight @ points**2), 1e-9)
    points = np.clip(points, -4, 4) + 0.05 * random.standard_normal((count, 2))
    return np.asarray(points * np.sqrt(count))


def _settle(points: Points, links: Indices) -> Points:
    """Move the nodes until forces balance, with ForceAtlas2's speed for each node.

    A node that swings to and fro is slowed, one that keeps its direction is sped up.
    """
    count = len(points)
    steps = 250 if 50 < count <= 2000 else 150
    source, target = links.T
    mass = np.bincount(links.ravel(), minlength=count).astype(np.float64) + 1
    field = _Exact(mass) if count <= 150 else _Mesh(mass)
    before = np.zeros_like(points)
    speed = 1.0
    for _ in range(steps):
        force = field.repulsion(points)
        force += _attraction(points, source, target, count)
        force -= 0.02 * mass[:, None] * points / np.maximum(np.hypot(*points.T), 1.0)[:, None]
        swing = np.hypot(*(force - before).T)
        drive = np.hypot(*(force + before).T) / 2
        before = force
        wanted = float((mass * drive).sum() / max(float((mass * swing).sum()), 1e-12))
        speed = min(wanted, 1.5 * speed)
        pace = speed / (1 + np.sqrt(speed * swing))
        reach = 0.1 * np.sqrt(count) + 1
        length = np.maximum(np.hypot(*force.T), 1e-12)
        points = points + force * np.minimum(pace, reach / length)[:, None]
    return points


def _attraction(points: Points, source: Indices, target: Indices, count: int) -> Points:
    pull = points[target] - points[source]
    force = np.empty_like(points)
    for axis in range(2):
        force[:, axis] = np.bincount(source, pull[:, axis], count)
        force[:, axis] -= np.bincount(target, pull[:, axis], count)
    return force


class _Exact:
    """Repulsion summed over all pairs, for small parts."""

    def __init__(self, mass: Points) -> None:
        self.product = np.outer(mass, mass)

    def repulsion(self, points: Points) -> Points:
        apart = points[:, None, :] - points[None, :, :]
        square = (apart**2).sum(axis=2) + 1e-4
        return np.asarray((apart * (self.product / square)[:, :, None]).sum(axis=1))


class _Mesh:
    """Repulsion through a mesh: masses are spread on it, the field is read off between its points."""

    def __init__(self, mass: Points) -> None:
        self.mass = mass
        self.size = 64 if len(mass) < 2000 else 128
        self.random = np.random.default_rng(SEED)
        turn = np.fft.fftfreq(2 * self.size, 1 / (2 * self.size))
        x, y = np.meshgrid(turn, turn, indexing="ij")
        # The force 1/d of a unit mass, softened below one cell, on a mesh twice as large so that
        # opposite edges do not feel each other.
        self.soft = 0.5
        square = x**2 + y**2 + self.soft
        self.kernels = [np.fft.rfft2(axis / square) for axis in (x, y)]

    def repulsion(self, points: Points) -> Points:
        size = self.size
        low = points.min(axis=0)
        cell = max(float((points.max(axis=0) - low).max()), 1e-9) / (size - 3)
        place = (points - low) / cell + self.random.uniform(0, 1, 2)
        corner = place.astype(np.int64)
        part = place - corner
        at = corner[:, 0] * size + corner[:, 1]
        shares = [
            (at + dx * size + dy, _share(part[:, 0], dx) * _share(part[:, 1], dy))
            for dx in (0, 1)
            for dy in (0, 1)
        ]
        masses = np.zeros(size * size)
        for index, share in shares:
            masses += np.bincount(index, share * self.mass, size * size)
        wave = np.fft.rfft2(masses.reshape(size, size), (2 * size, 2 * size))
        force = np.empty_like(points)
        for axis, kernel in enumerate(self.kernels):
            field = np.fft.irfft2(wave * kernel)[:size, :size].ravel()
            force[:, axis] = sum(share * field[index] for index, share in shares)
        return (force + self._near(place)) * (self.mass / cell)[:, None]

    def _near(self, place: Points) -> Points:
        """What the mesh softens away: the force between nodes that share a cell.

        Nodes are sorted by half cells, each meets the three after it; the cells shift at random from
        step to step, so that in time every near pair meets.
        """
        fine = np.floor(2 * place + self.random.uniform(0, 1, 2))
        order = np.lexsort((place[:, 0], fine[:, 1], fine[:, 0]))
        force = np.zeros_like(place)
        for step in (1, 2, 3):
            one, other = order[:-step], order[step:]
            apart = place[one] - place[other]
            square = (apart**2).sum(axis=1)
            lost = 1 / (square + 1e-3) - 1 / (square + self.soft)
            push = apart * np.where(square < 1, lost, 0)[:, None]
            force[one] += push * self.mass[other][:, None]
            force[other] -= push * self.mass[one][:, None]
        return force


def _share(part: Points, side: int) -> Points:
    return part if side else 1 - part
