"""Unrolling a curved sheet: neighbours, distances along the sheet, flat coordinates (Isomap, Tenenbaum 2000).

1. join each point to its k nearest neighbours;
2. the geodesic distance is the length of the shortest path along those edges;
3. classical scaling: B = −½ J D² J with J = I − 11ᵀ/n; the coordinates are its two main eigenvectors,
each times the root of its eigenvalue.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

from tutor.sims.engine.chart import CLASS_LOOKS, Chart, Line, Picture, Points
from tutor.sims.engine.code_step import CodeStep, read_rows
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param, refuse_value
from tutor.sims.engine.prediction import Prediction, make_prediction
from tutor.sims.engine.simulation import Preset, Simulation
from tutor.sims.engine.state import State, freeze_matrix
from tutor.sims.engine.view import View, make_reading
from tutor.text.numbers import counted, format_number, format_percent

Edges = tuple[tuple[int, int], ...]

JUMP_RATIO = 1.5
"""An edge jumps when its ends are more than so many times as far apart along the sheet as through the air."""
DATASETS = ("s-curve", "swiss-roll", "arc")


@dataclass(frozen=True)
class ManifoldState(State):
    """The sheet as far as it is understood."""

    points: tuple[tuple[float, ...], ...]
    """n×3."""
    edges: tuple[tuple[int, int], ...] | None = None
    """Pairs of neighbours, the lower index first."""
    geodesic: tuple[tuple[float, ...], ...] | None = None
    """n×n, symmetric."""
    embedding: tuple[tuple[float, float], ...] | None = None
    """n×2: the sheet laid flat."""
    sheet: tuple[tuple[float, float], ...] = ()
    """n×2: each point's true position on the flat sheet, along it and across; the method does not see this."""
    jumps: int | None = None
    """How many edges leave the sheet: along it their ends are more than `JUMP_RATIO` times as far apart."""
    true_length: float | None = None
    """Along the sheet, between the two points that the graph puts farthest apart."""


def _graph_arguments(rules: "Manifold", before: ManifoldState, after: ManifoldState) -> tuple[Sequence[object], str]:
    """The lengths of the edges as a table, infinity where two points are not joined."""
    x = np.array(before.points)
    lengths = np.full((len(x), len(x)), np.inf)
    np.fill_diagonal(lengths, 0.0)
    for a, b in before.edges or ():
        lengths[a, b] = lengths[b, a] = np.linalg.norm(x[a] - x[b])
    return (lengths,), ""


def _take_paths(rules: "Manifold", before: ManifoldState, after: ManifoldState, answer: Any) -> ManifoldState:
    geodesic = np.array(read_rows(answer, rules.points, rules.points))
    a, b = _find_farthest(geodesic)
    true_length = float(np.linalg.norm(np.subtract(after.sheet[a], after.sheet[b])))
    return replace(after, geodesic=freeze_matrix(geodesic), true_length=true_length)


@dataclass(frozen=True)
class Manifold(Simulation[ManifoldState]):
    """Find the flat sheet inside points that lie curled up in space."""

    name: ClassVar[str] = "manifold"
    title: ClassVar[str] = "A curved sheet, unrolled"
    summary: ClassVar[str] = "Shortest paths between neighbours measure distance along the sheet, and so unroll it."
    unit: ClassVar[str] = "one stage: graph, geodesic distances, unrolled coordinates"
    stochastic: ClassVar[bool] = True
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("S-curve", "Two bends, unrolled into a strip.", {}),
        Preset(
            "too many neighbours",
            "Some edges jump from one end of the roll to the other, so the picture is folded.",
            {"dataset": "swiss-roll", "neighbours": 40},
            "bad",
        ),
    )

    code_steps: ClassVar[tuple[CodeStep, ...]] = (
        CodeStep("geodesics", lambda _, after: after.step == 2, _graph_arguments, _take_paths),
    )

    dataset: str = param("s-curve", "Data set", "How the sheet is curled.", choices=DATASETS)
    points: int = param(120, "Points", "How many samples of the sheet.", low=10, high=400)
    neighbours: int = param(6, "Neighbours k", "How many each point is joined to.", low=2, high=50)

    def check(self) -> None:
        """A point has at most n − 1 neighbours."""
        if self.neighbours >= self.points:
            raise refuse_value(self, "neighbours", f"2 to {self.points - 1} for {counted(self.points, 'point')}")

    def start(self) -> ManifoldState:
        """The points in space."""
        x, sheet = self._sample()
        return ManifoldState(0, freeze_matrix(x), sheet=tuple((float(a), float(b)) for a, b in sheet))

    @property
    def step_cost(self) -> int:
        """Microseconds of one step."""
        return 200 + self.points**2 // 2

    def step(self, state: ManifoldState) -> ManifoldState:
        """The next stage."""
        x, step = np.array(state.points), state.step + 1
        if state.edges is None:
            edges = _find_edges(x, self.neighbours)
            return replace(state, step=step, edges=edges, jumps=_count_jumps(x, np.array(state.sheet), edges))
        if state.geodesic is None:
            geodesic = _geodesic_distances(x, state.edges)
            a, b = _find_farthest(geodesic)
            true_length = float(np.linalg.norm(np.subtract(state.sheet[a], state.sheet[b])))
            return replace(state, step=step, geodesic=freeze_matrix(geodesic), true_length=true_length)
        return replace(
            state, step=step, embedding=tuple((float(a), float(b)) for a, b in _unroll(np.array(state.geodesic)))
        )

    @property
    def length(self) -> int:
        """The graph, the paths along it, the plane."""
        return 3

    def _sample(self) -> tuple[np.ndarray, np.ndarray]:
        """The points in space (n×3), and on the sheet (n×2); lengths along the sheet are lengths of the curve."""
        rng = self.random(0)
        t, width = rng.random(self.points), 2 * rng.random(self.points)
        if self.dataset == "s-curve":
            u = 3 * np.pi * (t - 0.5)
            curled = np.stack([np.sin(u), width, np.sign(u) * (np.cos(u) - 1)], axis=1)
            return curled, np.stack([u, width], axis=1)
        if self.dataset == "swiss-roll":
            u = 1.5 * np.pi * (1 + t)
            along = (u * np.sqrt(1 + u**2) + np.arcsinh(u)) / 10  # the length of the spiral of radius u/5
            return np.stack([u * np.cos(u) / 5, width, u * np.sin(u) / 5], axis=1), np.stack([along, width], axis=1)
        u = np.pi * t
        return np.stack([np.cos(u), 0.3 * width, np.sin(u)], axis=1), np.stack([u, 0.3 * width], axis=1)

    def view(self, history: RunHistory[ManifoldState]) -> View:
        """The graph from the side, one geodesic against the straight line, and the unrolled sheet."""
        state = history.state
        a, b = self._find_farthest_ends(state)
        rows = [
            make_reading(state, "path between the ends", f"geodesic[{a}][{b}]"),
            make_reading(state, "its true length", "true_length"),
            make_reading(state, "edges that jump", "jumps"),
        ]
        pictures = self._draw_pictures(state)
        return View(
            pictures,
            tuple(rows),
            (),
            self._narrate(state),
            self._make_prediction(state),
            newest=len(pictures) - 1,
        )

    def _make_prediction(self, state: ManifoldState) -> Prediction | None:
        """Two points with one between them: the path along the graph is the sum of two edges."""
        if state.edges is None or state.geodesic is not None:
            return None
        x = np.array(state.points)
        d, geodesic = _pairwise_distances(x), _geodesic_distances(x, state.edges)
        joined = set(state.edges)
        for a, b in state.edges:
            for c in range(b + 1, len(x)):
                if (b, c) in joined and (a, c) not in joined and geodesic[a, c] == d[a, b] + d[b, c] > 1.05 * d[a, c]:
                    first, second = format_number(float(d[a, b])), format_number(float(d[b, c]))
                    return make_prediction(
                        f"Points {a + 1} and {c + 1} are not joined. The shortest path runs through point {b + 1}, "
                        f"along edges of length {first} and {second}. How long is it?",
                        f"geodesic[{a}][{c}]",
                        float(geodesic[a, c]),
                        ((float(d[a, c]), "That is the straight-line distance, which leaves the sheet."),),
                        f"{first} + {second}: the lengths along a path add up.",
                    )
        return None

    def _find_farthest_ends(self, state: ManifoldState) -> tuple[int, int]:
        """The two points that the graph puts farthest apart; the first two before its distances are known."""
        if state.geodesic is None:
            return 0, 1
        return _find_farthest(np.array(state.geodesic))

    def _draw_pictures(self, state: ManifoldState) -> tuple[Picture, ...]:
        """The sheet with its graph, seen along the axis y in which it is not curled; at last the sheet laid flat."""
        points = np.array(state.points)
        x, z = points[:, 0], points[:, 2]
        marks: list[Line | Points] = []
        path: list[int] = []
        a, b = self._find_farthest_ends(state)
        if state.geodesic is not None and state.edges is not None:
            path = _find_path(points, state.edges, np.array(state.geodesic), a, b)
        on_path = {frozenset(pair) for pair in pairwise(path)}
        for one, other in state.edges or ():
            if frozenset((one, other)) not in on_path:
                marks.append(Line([x[one], x[other]], [z[one], z[other]], "", "muted"))
        # The halves are told apart by height, and by the distance from one end as soon as that is known.
        position = z if state.geodesic is None else np.array(state.geodesic)[a]
        near = position < np.median(position)
        marks += [
            Points(x[near].tolist(), z[near].tolist(), "one half", *CLASS_LOOKS[1]),
            Points(x[~near].tolist(), z[~near].tolist(), "other half", *CLASS_LOOKS[-1]),
        ]
        if path:
            corners = x[path].tolist(), z[path].tolist()
            marks += [
                Line(*corners, "along the sheet", "good"),
                Points(*corners, "", "good", "square"),
                Line([x[a], x[b]], [z[a], z[b]], "straight", "bad"),
            ]
        pictures: list[Picture] = [
            Chart(
                "From the side",
                tuple(marks),
                f"{counted(len(points), 'point')} of a curled sheet, seen from the side.",
                "x",
                "z",
                scale="plane",
            )
        ]
        if state.embedding is not None:
            flat = np.array(state.embedding)
            pictures.append(
                Chart(
                    "Unrolled",
                    (
                        Points(flat[near, 0].tolist(), flat[near, 1].tolist(), "one half", *CLASS_LOOKS[1]),
                        Points(flat[~near, 0].tolist(), flat[~near, 1].tolist(), "other half", *CLASS_LOOKS[-1]),
                    ),
                    f"The same {counted(len(points), 'point')} laid flat, coloured by the same halves.",
                    "along",
                    "across",
                    scale="plane",
                )
            )
        return tuple(pictures)

    def _narrate(self, state: ManifoldState) -> str:
        """What is known of the sheet by now: nothing, its graph, its distances, or its plane."""
        if state.edges is None:
            return (
                f"{counted(self.points, 'point')} of a sheet that is curled up in space; which of them are neighbours "
                "along the sheet is not known yet."
            )
        if state.geodesic is None:
            bridges = len(state.edges) - len(_find_nearest(np.array(state.points), self.neighbours))
            joined = f" and {counted(bridges, 'bridge')} between separate parts" if bridges else ""
            return (
                f"Each point is joined to its {self.neighbours} nearest neighbours: "
                f"{counted(len(state.edges) - bridges, 'edge')}{joined}."
            )
        a, b = self._find_farthest_ends(state)
        straight = float(np.linalg.norm(np.array(state.points[a]) - np.array(state.points[b])))
        if state.embedding is None:
            return (
                f"The two ends are {format_number(straight)} apart in a straight line, "
                f"{format_number(state.geodesic[a][b])} along the sheet."
            )
        off = _mean_distance_error(np.array(state.embedding), np.array(state.geodesic))
        return (
            f"Laid flat: on average, a distance in the picture differs by {format_percent(off)} from the distance "
            "along the graph."
        )


def _mean_distance_error(flat: np.ndarray, geodesic: np.ndarray) -> float:
    """The mean difference between distances in the plane (n, 2) and along the graph (n, n), as a share of these."""
    return float(np.abs(_pairwise_distances(flat) - geodesic).mean() / geodesic.mean())


def _find_farthest(geodesic: np.ndarray) -> tuple[int, int]:
    """The two points with the longest path between them."""
    a, b = np.unravel_index(int(geodesic.argmax()), geodesic.shape)
    return int(a), int(b)


def _count_jumps(x: np.ndarray, sheet: np.ndarray, edges: Edges) -> int:
    """Count the edges that leave the sheet."""
    ends = np.array(edges)
    through_air, along = (np.linalg.norm(p[ends[:, 0]] - p[ends[:, 1]], axis=1) for p in (x, sheet))
    return int((along > JUMP_RATIO * through_air).sum())


def _pairwise_distances(x: np.ndarray) -> np.ndarray:
    d: np.ndarray = np.sqrt(((x[:, None] - x[None]) ** 2).sum(-1))
    return d


def _find_edges(x: np.ndarray, k: int) -> tuple[tuple[int, int], ...]:
    """The k nearest of each point, and the shortest bridges between parts that would otherwise stay apart."""
    d, pairs = _pairwise_distances(x), _find_nearest(x, k)
    while True:
        reach = _find_reachable(len(x), pairs)
        if reach.all():
            return tuple(sorted(pairs))
        gap = np.where(reach[:, None] & ~reach[None], d, np.inf)
        a, b = np.unravel_index(int(gap.argmin()), gap.shape)
        pairs.add((min(int(a), int(b)), max(int(a), int(b))))


def _find_nearest(x: np.ndarray, k: int) -> set[tuple[int, int]]:
    """Each point with its k nearest, the lower index first."""
    nearest = np.argsort(_pairwise_distances(x), axis=1, kind="stable")[:, 1 : k + 1]
    return {(min(a, int(b)), max(a, int(b))) for a in range(len(x)) for b in nearest[a]}


def _find_reachable(count: int, pairs: Iterable[tuple[int, int]]) -> np.ndarray:
    """For each of `count` points, whether a path along `pairs` leads to it from the first."""
    joined = np.zeros((count, count), dtype=bool)
    for a, b in pairs:
        joined[a, b] = joined[b, a] = True
    reached = np.zeros(count, dtype=bool)
    new = reached.copy()
    new[0] = True
    while new.any():
        reached |= new
        new = joined[new].any(axis=0) & ~reached
    return reached


def _find_shortest_lengths(d: np.ndarray, pairs: Iterable[tuple[int, int]]) -> np.ndarray:
    """The lengths of all shortest paths (Floyd and Warshall)."""
    w = np.full_like(d, np.inf)
    np.fill_diagonal(w, 0.0)
    for a, b in pairs:
        w[a, b] = w[b, a] = d[a, b]
    for k in range(len(w)):
        np.minimum(w, w[:, k, None] + w[None, k], out=w)
    return w


def _geodesic_distances(x: np.ndarray, edges: Edges) -> np.ndarray:
    w = _find_shortest_lengths(_pairwise_distances(x), edges)
    both: np.ndarray = (w + w.T) / 2
    return both


def _unroll(d: np.ndarray) -> np.ndarray:
    """Coordinates in the plane whose distances come nearest to `d` (classical multidimensional scaling)."""
    n = len(d)
    centre = np.eye(n) - 1.0 / n
    values, vectors = np.linalg.eigh(-0.5 * centre @ d**2 @ centre)
    main = vectors[:, [-1, -2]] * np.sqrt(np.maximum(values[[-1, -2]], 0.0))
    signs = np.where(main[np.abs(main).argmax(axis=0), [0, 1]] < 0, -1.0, 1.0)  # eigenvectors have no sign
    flat: np.ndarray = main * signs
    return flat


def _find_path(x: np.ndarray, edges: Edges, geodesic: np.ndarray, a: int, b: int) -> list[int]:
    """The points along the shortest path from a to b."""
    joined: dict[int, list[int]] = {}
    for i, j in edges:
        joined.setdefault(i, []).append(j)
        joined.setdefault(j, []).append(i)
    path = [a]
    while path[-1] != b and len(path) <= len(x):
        here = path[-1]
        path.append(min(joined[here], key=lambda j: float(np.linalg.norm(x[here] - x[j])) + geodesic[j][b]))
    return path
