"""Unrolling a curved sheet: neighbours, distances along the sheet, flat coordinates (Isomap, Tenenbaum 2000).

1. join each point to its k nearest neighbours;
2. the geodesic distance is the length of the shortest path along those edges;
3. classical scaling: B = −½ J D² J with J = I − 11ᵀ/n; the coordinates are the two main eigenvectors of B, which are
   multiplied by the roots of their eigenvalues.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

from tutor.sims.engine.chart import CLASS_LOOKS, Chart, Line, Picture, Points
from tutor.sims.engine.code_step import CallArguments, CodeStep, read_rows
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param, refuse_value
from tutor.sims.engine.prediction import Prediction, make_prediction
from tutor.sims.engine.simulation import Preset, Simulation
from tutor.sims.engine.state import State, freeze_matrix
from tutor.sims.engine.view import View, make_reading
from tutor.text.numbers import counted, format_number, format_percent

Edges = tuple[tuple[int, int], ...]

JUMP_RATIO = 1.5
"""An edge jumps off the sheet if its ends are farther apart along the sheet than this times its length."""
DATASETS = ("s-curve", "swiss-roll", "arc")


@dataclass(frozen=True)
class ManifoldState(State):
    """The points, and what the stages so far have computed."""

    points: tuple[tuple[float, ...], ...]
    """The points in space, one a row, shape (n, 3)."""
    edges: tuple[tuple[int, int], ...] | None = None
    """Pairs of neighbours by index, the lower index first."""
    geodesic: tuple[tuple[float, ...], ...] | None = None
    """The geodesic distance of each pair of points, shape (n, n)."""
    embedding: tuple[tuple[float, float], ...] | None = None
    """The flat coordinates of each point, shape (n, 2)."""
    sheet: tuple[tuple[float, float], ...] = ()
    """The true position of each point on the flat sheet, shape (n, 2), which the method does not see."""
    jumps: int | None = None
    """How many edges jump off the sheet, by `JUMP_RATIO`."""
    true_length: float | None = None
    """The true distance along the sheet between the two points with the largest geodesic distance."""


def _graph_arguments(rules: "Manifold", before: ManifoldState, after: ManifoldState) -> CallArguments:
    """The argument of a learner's `geodesics(lengths)`: a matrix of edge lengths, infinity where there is no edge."""
    x = np.array(before.points)
    lengths = np.full((len(x), len(x)), np.inf)
    np.fill_diagonal(lengths, 0.0)
    for a, b in before.edges or ():
        lengths[a, b] = lengths[b, a] = np.linalg.norm(x[a] - x[b])
    return CallArguments((lengths,))


def _take_paths(rules: "Manifold", before: ManifoldState, after: ManifoldState, answer: Any) -> ManifoldState:
    """The state with the geodesic distances that the learner's function returned."""
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
        """Raise `UsageError` for more neighbours than there are other points."""
        if self.neighbours >= self.points:
            raise refuse_value(self, "neighbours", f"2 to {self.points - 1} for {counted(self.points, 'point')}")

    def start(self) -> ManifoldState:
        """The points in space."""
        x, sheet = self._sample()
        return ManifoldState(0, freeze_matrix(x), sheet=tuple((float(a), float(b)) for a, b in sheet))

    @property
    def step_cost(self) -> int:
        """About how many microseconds one step takes, for the budget of a lesson."""
        return 200 + self.points**2 // 2

    def step(self, state: ManifoldState) -> ManifoldState:
        """Compute the next stage: the graph, the geodesic distances, or the flat coordinates."""
        x, step = np.array(state.points), state.step + 1
        if state.edges is None:
            edges = _find_edges(x, self.neighbours)
            return replace(state, step=step, edges=edges, jumps=_count_jumps(x, np.array(state.sheet), edges))
        if state.geodesic is None:
            geodesic = _geodesic_distances(x, state.edges)
            a, b = _find_farthest(geodesic)
            true_length = float(np.linalg.norm(np.subtract(state.sheet[a], state.sheet[b])))
            return replace(state, step=step, geodesic=freeze_matrix(geodesic), true_length=true_length)
        flat = _unroll(np.array(state.geodesic))
        return replace(state, step=step, embedding=tuple((float(a), float(b)) for a, b in flat))

    @property
    def length(self) -> int:
        """One step for each of the three stages."""
        return 3

    def _sample(self) -> tuple[np.ndarray, np.ndarray]:
        """(points in space of shape (n, 3), their positions on the flat sheet of shape (n, 2)).

        The first coordinate on the sheet is the length along the curve that the sheet follows in space.
        """
        rng = self.random(0)
        t, y = rng.random(self.points), 2 * rng.random(self.points)  # y is the direction in which the sheet is not bent
        if self.dataset == "s-curve":
            u = 3 * np.pi * (t - 0.5)
            return np.stack([np.sin(u), y, np.sign(u) * (np.cos(u) - 1)], axis=1), np.stack([u, y], axis=1)
        if self.dataset == "swiss-roll":
            u = 1.5 * np.pi * (1 + t)
            along = (u * np.sqrt(1 + u**2) + np.arcsinh(u)) / 10  # the length of the spiral of radius u/5
            return np.stack([u * np.cos(u) / 5, y, u * np.sin(u) / 5], axis=1), np.stack([along, y], axis=1)
        u = np.pi * t  # an arc
        return np.stack([np.cos(u), 0.3 * y, np.sin(u)], axis=1), np.stack([u, 0.3 * y], axis=1)

    def view(self, history: RunHistory[ManifoldState]) -> View:
        """The view, with pictures of the graph from the side with the longest path, and the unrolled sheet."""
        state = history.state
        a, b = self._find_farthest_ends(state)
        readings = (
            make_reading(state, "path between the ends", f"geodesic[{a}][{b}]"),
            make_reading(state, "its true length", "true_length"),
            make_reading(state, "edges that jump", "jumps"),
        )
        pictures = self._draw_pictures(state)
        return View(
            pictures,
            readings,
            (),
            self._narrate(state),
            self._make_prediction(state),
            newest=len(pictures) - 1,
        )

    def _make_prediction(self, state: ManifoldState) -> Prediction | None:
        """Ask for the geodesic distance of two points whose shortest path consists of two edges.

        The path must be clearly longer than the straight line, which is the known mistake. `None` if the next step
        does not compute geodesic distances, or if there is no such pair of points.
        """
        if state.edges is None or state.geodesic is not None:
            return None
        x = np.array(state.points)
        d, geodesic = _pairwise_distances(x), _geodesic_distances(x, state.edges)
        edges = set(state.edges)
        for a, b in state.edges:  # a < b < c, since edges have the lower index first
            for c in range(b + 1, len(x)):
                is_path = (b, c) in edges and (a, c) not in edges
                path_length = d[a, b] + d[b, c]
                is_shortest = geodesic[a, c] == path_length  # exact, since it was computed as this sum
                if is_path and is_shortest and path_length > 1.05 * d[a, c]:
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
        """The indices of the two points with the largest geodesic distance; 0 and 1 while none is known."""
        if state.geodesic is None:
            return 0, 1
        return _find_farthest(np.array(state.geodesic))

    def _draw_pictures(self, state: ManifoldState) -> tuple[Picture, ...]:
        """The sheet with its graph from the side and, once it is unrolled, the flat sheet."""
        a, _ = self._find_farthest_ends(state)
        # Two halves in two colours: by height, or by the distance from one end as soon as that is known.
        position = np.array(state.points)[:, 2] if state.geodesic is None else np.array(state.geodesic)[a]
        is_first_half = position < np.median(position)
        side_view = self._draw_side_view(state, is_first_half)
        if state.embedding is None:
            return (side_view,)
        flat = np.array(state.embedding)
        unrolled = Chart(
            "Unrolled",
            _draw_halves(flat[:, 0], flat[:, 1], is_first_half),
            f"The same {counted(len(flat), 'point')} laid flat, coloured by the same halves.",
            "along",
            "across",
            scale="plane",
        )
        return side_view, unrolled

    def _draw_side_view(self, state: ManifoldState, is_first_half: np.ndarray) -> Chart:
        """The points and their graph, seen along the axis y, with the path and the straight line between the ends."""
        points = np.array(state.points)
        x, z = points[:, 0], points[:, 2]
        a, b = self._find_farthest_ends(state)
        path: list[int] = []
        if state.geodesic is not None and state.edges is not None:
            path = _find_path(points, state.edges, np.array(state.geodesic), a, b)
        path_edges = {frozenset(edge) for edge in pairwise(path)}
        marks: list[Line | Points] = [
            Line([x[i], x[j]], [z[i], z[j]], "", "muted")
            for i, j in state.edges or ()
            if frozenset((i, j)) not in path_edges
        ]
        marks += _draw_halves(x, z, is_first_half)
        if path:
            path_x, path_z = x[path].tolist(), z[path].tolist()
            marks += [
                Line(path_x, path_z, "along the sheet", "good"),
                Points(path_x, path_z, "", "good", "square"),
                Line([x[a], x[b]], [z[a], z[b]], "straight", "bad"),
            ]
        description = f"{counted(len(points), 'point')} of a curled sheet, seen from the side."
        return Chart("From the side", tuple(marks), description, "x", "z", scale="plane")

    def _narrate(self, state: ManifoldState) -> str:
        """The sentence about the last stage."""
        if state.edges is None:
            return (
                f"{counted(self.points, 'point')} of a sheet that is curled up in space; which of them are neighbours "
                "along the sheet is not known yet."
            )
        if state.geodesic is None:
            neighbour_edges = len(_find_nearest(np.array(state.points), self.neighbours))
            bridges = len(state.edges) - neighbour_edges
            bridge_words = f" and {counted(bridges, 'bridge')} between separate parts" if bridges else ""
            return (
                f"Each point is joined to its {self.neighbours} nearest neighbours: "
                f"{counted(neighbour_edges, 'edge')}{bridge_words}."
            )
        a, b = self._find_farthest_ends(state)
        straight = float(np.linalg.norm(np.array(state.points[a]) - np.array(state.points[b])))
        if state.embedding is None:
            return (
                f"The two ends are {format_number(straight)} apart in a straight line, "
                f"{format_number(state.geodesic[a][b])} along the sheet."
            )
        error = _mean_distance_error(np.array(state.embedding), np.array(state.geodesic))
        return (
            f"Laid flat: on average, a distance in the picture differs by {format_percent(error)} from the distance "
            "along the graph."
        )


def _draw_halves(x: np.ndarray, y: np.ndarray, is_first_half: np.ndarray) -> tuple[Points, Points]:
    """The points (x, y) as two marks, one for each half."""
    return (
        Points(x[is_first_half].tolist(), y[is_first_half].tolist(), "one half", *CLASS_LOOKS[1]),
        Points(x[~is_first_half].tolist(), y[~is_first_half].tolist(), "other half", *CLASS_LOOKS[-1]),
    )


def _mean_distance_error(flat: np.ndarray, geodesic: np.ndarray) -> float:
    """The mean difference of distances in the plane from geodesic ones, as a share of the mean geodesic distance."""
    return float(np.abs(_pairwise_distances(flat) - geodesic).mean() / geodesic.mean())


def _find_farthest(geodesic: np.ndarray) -> tuple[int, int]:
    """The indices of the two points with the largest geodesic distance."""
    a, b = np.unravel_index(int(geodesic.argmax()), geodesic.shape)
    return int(a), int(b)


def _count_jumps(x: np.ndarray, sheet: np.ndarray, edges: Edges) -> int:
    """The number of edges that jump off the sheet, from the points `x` in space and their positions on `sheet`."""
    first, second = np.array(edges).T
    lengths = np.linalg.norm(x[first] - x[second], axis=1)
    lengths_along_sheet = np.linalg.norm(sheet[first] - sheet[second], axis=1)
    return int((lengths_along_sheet > JUMP_RATIO * lengths).sum())


def _pairwise_distances(x: np.ndarray) -> np.ndarray:
    """The Euclidean distance of each pair of rows of `x`, shape (n, n)."""
    d: np.ndarray = np.sqrt(((x[:, None] - x[None]) ** 2).sum(-1))
    return d


def _find_edges(x: np.ndarray, k: int) -> Edges:
    """The edges from each point to its k nearest points, and enough bridges to connect all points.

    Each bridge is the shortest from the points that point 0 reaches to the others. So no geodesic is infinitely long.
    """
    d, edges = _pairwise_distances(x), _find_nearest(x, k)
    while True:
        is_reached = _find_reachable(len(x), edges)
        if is_reached.all():
            return tuple(sorted(edges))
        # Row a, column b: the distance from a, which is reached, to b, which is not.
        gaps = np.where(is_reached[:, None] & ~is_reached[None], d, np.inf)
        a, b = np.unravel_index(int(gaps.argmin()), gaps.shape)
        edges.add((min(int(a), int(b)), max(int(a), int(b))))


def _find_nearest(x: np.ndarray, k: int) -> set[tuple[int, int]]:
    """The edges from each point to its k nearest ones, the lower index first."""
    nearest = np.argsort(_pairwise_distances(x), axis=1, kind="stable")[:, 1 : k + 1]  # the first is the point itself
    return {(min(a, int(b)), max(a, int(b))) for a in range(len(x)) for b in nearest[a]}


def _find_reachable(count: int, edges: Iterable[tuple[int, int]]) -> np.ndarray:
    """For each of `count` points, whether a path along `edges` leads to it from point 0 (breadth-first search)."""
    is_joined = np.zeros((count, count), dtype=bool)
    for a, b in edges:
        is_joined[a, b] = is_joined[b, a] = True
    is_reached = np.zeros(count, dtype=bool)
    is_new = is_reached.copy()
    is_new[0] = True
    while is_new.any():
        is_reached |= is_new
        is_new = is_joined[is_new].any(axis=0) & ~is_reached
    return is_reached


def _find_shortest_lengths(d: np.ndarray, edges: Iterable[tuple[int, int]]) -> np.ndarray:
    """The lengths of all shortest paths along `edges` (Floyd and Warshall), where d[a, b] is the length of an edge."""
    lengths = np.full_like(d, np.inf)
    np.fill_diagonal(lengths, 0.0)
    for a, b in edges:
        lengths[a, b] = lengths[b, a] = d[a, b]
    for k in range(len(lengths)):  # paths may now pass through point k
        np.minimum(lengths, lengths[:, k, None] + lengths[None, k], out=lengths)
    return lengths


def _geodesic_distances(x: np.ndarray, edges: Edges) -> np.ndarray:
    """The geodesic distance of each pair of points, shape (n, n).

    The matrix is made symmetric to the last bit: the lengths of a path may have been added in another order from b to
    a than from a to b.
    """
    lengths = _find_shortest_lengths(_pairwise_distances(x), edges)
    symmetric: np.ndarray = (lengths + lengths.T) / 2
    return symmetric


def _unroll(d: np.ndarray) -> np.ndarray:
    """Coordinates in the plane, shape (n, 2), whose distances are nearest to `d` (classical scaling)."""
    n = len(d)
    centring = np.eye(n) - 1.0 / n  # J
    eigenvalues, eigenvectors = np.linalg.eigh(-0.5 * centring @ d**2 @ centring)  # in ascending order
    # An eigenvalue may be below 0: by rounding, or because geodesic distances need not fit into a plane.
    coordinates = eigenvectors[:, [-1, -2]] * np.sqrt(np.maximum(eigenvalues[[-1, -2]], 0.0))
    # The sign of an eigenvector is arbitrary: make its largest entry positive.
    largest_entries = coordinates[np.abs(coordinates).argmax(axis=0), [0, 1]]
    flat: np.ndarray = coordinates * np.where(largest_entries < 0, -1.0, 1.0)
    return flat


def _find_path(x: np.ndarray, edges: Edges, geodesic: np.ndarray, a: int, b: int) -> list[int]:
    """The indices of the points along the shortest path from a to b."""
    neighbours: dict[int, list[int]] = {}
    for i, j in edges:
        neighbours.setdefault(i, []).append(j)
        neighbours.setdefault(j, []).append(i)
    path = [a]
    while path[-1] != b and len(path) <= len(x):  # stops if a learner's own distances lead in a circle
        last = path[-1]
        # The next point is the neighbour through which the way to b is shortest.
        lengths = [float(np.linalg.norm(x[last] - x[j])) + geodesic[j][b] for j in neighbours[last]]
        path.append(neighbours[last][int(np.argmin(lengths))])
    return path
