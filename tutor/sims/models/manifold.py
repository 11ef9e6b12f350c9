"""Unrolling a curved sheet: neighbours, distances along the sheet, flat coordinates (Isomap, Tenenbaum 2000).

1. join each point to its k nearest neighbours;
2. the geodesic distance is the length of the shortest path along those edges;
3. classical scaling: B = −½ J D² J with J = I − 11ᵀ/n; the coordinates are the two main eigenvectors of B, which are
   multiplied by the roots of their eigenvalues.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from tutor.sims.engine.code_step import CallArguments, CodeStep, read_rows
from tutor.sims.engine.parameters import conflicting_value_error, param
from tutor.sims.engine.simulation import Preset, Simulation
from tutor.sims.engine.state import State, freeze_matrix
from tutor.text.numbers import counted

Edges = tuple[tuple[int, int], ...]
"""Pairs of points by index, the lower index first."""

JUMP_RATIO = 1.5
"""An edge jumps off the sheet if its ends are farther apart along the sheet than this times its length."""
DATASETS = ("s-curve", "swiss-roll", "arc")


@dataclass(frozen=True)
class ManifoldState(State):
    """The points, and what the stages so far have computed."""

    points: tuple[tuple[float, ...], ...]
    """The points in space, one a row, shape (n, 3)."""
    edges: Edges | None = None
    """The pairs of neighbours."""
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

    @cached_property
    def geodesic_array(self) -> np.ndarray:
        """`geodesic` as an array, which must be known; converting it takes longer than anything a view does with it."""
        assert self.geodesic is not None
        return np.array(self.geodesic)


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
    a, b = find_farthest(geodesic)
    true_length = float(np.linalg.norm(np.subtract(after.sheet[a], after.sheet[b])))
    return replace(after, geodesic=freeze_matrix(geodesic), true_length=true_length)


@dataclass(frozen=True)
class Manifold(Simulation[ManifoldState]):
    """Find the flat sheet inside points that lie curled up in space: the rules without the view."""

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
            raise conflicting_value_error(
                self, "neighbours", f"2 to {self.points - 1} for {counted(self.points, 'point')}"
            )

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
            geodesic = measure_geodesics(x, state.edges)
            a, b = find_farthest(geodesic)
            true_length = float(np.linalg.norm(np.subtract(state.sheet[a], state.sheet[b])))
            return replace(state, step=step, geodesic=freeze_matrix(geodesic), true_length=true_length)
        flat = _unroll(state.geodesic_array)
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
        # t runs from 0 to 1 along the curve; u is the angle there, on a unit circle also the length; y runs across.
        t, y = rng.random(self.points), 2 * rng.random(self.points)
        if self.dataset == "s-curve":
            u = 3 * np.pi * (t - 0.5)
            return np.stack([np.sin(u), y, np.sign(u) * (np.cos(u) - 1)], axis=1), np.stack([u, y], axis=1)
        if self.dataset == "swiss-roll":
            u = 1.5 * np.pi * (1 + t)
            arc_length = (u * np.sqrt(1 + u**2) + np.arcsinh(u)) / 10  # of the spiral of radius u/5
            return np.stack([u * np.cos(u) / 5, y, u * np.sin(u) / 5], axis=1), np.stack([arc_length, y], axis=1)
        u = np.pi * t  # an arc
        return np.stack([np.cos(u), 0.3 * y, np.sin(u)], axis=1), np.stack([u, 0.3 * y], axis=1)


def find_farthest(geodesic: np.ndarray) -> tuple[int, int]:
    """The indices of the two points with the largest geodesic distance."""
    a, b = np.unravel_index(int(geodesic.argmax()), geodesic.shape)
    return int(a), int(b)


def _count_jumps(x: np.ndarray, sheet: np.ndarray, edges: Edges) -> int:
    """The number of edges that jump off the sheet, from the points `x` in space and their positions on `sheet`."""
    first, second = np.array(edges).T
    lengths = np.linalg.norm(x[first] - x[second], axis=1)
    lengths_along_sheet = np.linalg.norm(sheet[first] - sheet[second], axis=1)
    return int((lengths_along_sheet > JUMP_RATIO * lengths).sum())


def measure_distances(x: np.ndarray) -> np.ndarray:
    """The Euclidean distance of each pair of rows of `x`, shape (n, n)."""
    distances: np.ndarray = np.sqrt(((x[:, None] - x[None]) ** 2).sum(-1))
    return distances


def _find_edges(x: np.ndarray, k: int) -> Edges:
    """The edges from each point to its k nearest points, and enough bridges to connect all points.

    Each bridge is the shortest from the points that point 0 reaches to the others. Without bridges some geodesics
    would be infinitely long.
    """
    distances, edges = measure_distances(x), find_nearest_edges(x, k)
    while True:
        is_reached = _find_reachable(len(x), edges)
        if is_reached.all():
            return tuple(sorted(edges))
        # Row a, column b: the distance from a, which is reached, to b, which is not.
        gaps = np.where(is_reached[:, None] & ~is_reached[None], distances, np.inf)
        a, b = np.unravel_index(int(gaps.argmin()), gaps.shape)
        edges.add((min(int(a), int(b)), max(int(a), int(b))))


def find_nearest_edges(x: np.ndarray, k: int) -> set[tuple[int, int]]:
    """The edges from each point to its k nearest ones, the lower index first."""
    by_distance = np.argsort(measure_distances(x), axis=1, kind="stable")
    nearest = by_distance[:, 1 : k + 1]  # the first is the point itself
    return {(min(a, int(b)), max(a, int(b))) for a in range(len(x)) for b in nearest[a]}


def _find_reachable(point_count: int, edges: Iterable[tuple[int, int]]) -> np.ndarray:
    """For each point, whether a path along `edges` leads to it from point 0 (breadth-first search)."""
    is_joined = np.zeros((point_count, point_count), dtype=bool)
    for a, b in edges:
        is_joined[a, b] = is_joined[b, a] = True
    is_reached = np.zeros(point_count, dtype=bool)
    is_new = is_reached.copy()
    is_new[0] = True
    while is_new.any():
        is_reached |= is_new
        is_new = is_joined[is_new].any(axis=0) & ~is_reached
    return is_reached


def _find_shortest_lengths(distances: np.ndarray, edges: Iterable[tuple[int, int]]) -> np.ndarray:
    """The lengths of all shortest paths along `edges` (Floyd and Warshall); `distances` has their own lengths."""
    lengths = np.full_like(distances, np.inf)
    np.fill_diagonal(lengths, 0.0)
    for a, b in edges:
        lengths[a, b] = lengths[b, a] = distances[a, b]
    for k in range(len(lengths)):  # paths may now pass through point k
        np.minimum(lengths, lengths[:, k, None] + lengths[None, k], out=lengths)
    return lengths


def measure_geodesics(x: np.ndarray, edges: Edges) -> np.ndarray:
    """The geodesic distance of each pair of points, shape (n, n).

    The matrix is made symmetric to the last bit: the lengths of a path may have been added in another order from b to
    a than from a to b.
    """
    lengths = _find_shortest_lengths(measure_distances(x), edges)
    symmetric: np.ndarray = (lengths + lengths.T) / 2
    return symmetric


def _unroll(geodesic: np.ndarray) -> np.ndarray:
    """Coordinates in the plane, shape (n, 2), whose distances are nearest to the geodesic ones (classical scaling)."""
    n = len(geodesic)
    centring = np.eye(n) - 1.0 / n  # J
    eigenvalues, eigenvectors = np.linalg.eigh(-0.5 * centring @ geodesic**2 @ centring)  # in ascending order
    # An eigenvalue may be below 0: by rounding, or because geodesic distances need not fit into a plane.
    coordinates = eigenvectors[:, [-1, -2]] * np.sqrt(np.maximum(eigenvalues[[-1, -2]], 0.0))
    # The sign of an eigenvector is arbitrary: make its largest entry positive.
    largest_entries = coordinates[np.abs(coordinates).argmax(axis=0), [0, 1]]
    flat: np.ndarray = coordinates * np.where(largest_entries < 0, -1.0, 1.0)
    return flat
