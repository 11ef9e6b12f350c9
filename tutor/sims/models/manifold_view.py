"""The view of a curved sheet: its graph from the side, the flat sheet, and the distances from one end of both."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tutor.sims.engine.chart import CLASS_LOOKS, Chart, Line, Picture, Points
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.pieces import join_pieces
from tutor.sims.engine.prediction import Prediction, make_prediction
from tutor.sims.engine.view import View, make_reading
from tutor.sims.models.manifold import (
    Edges,
    Manifold,
    ManifoldState,
    find_farthest,
    find_nearest_edges,
    measure_distances,
    measure_geodesics,
)
from tutor.text.numbers import counted, format_number, format_percent


@dataclass(frozen=True)
class ManifoldSimulation(Manifold):
    """Find the flat sheet inside points that lie curled up in space."""

    def view(self, history: RunHistory[ManifoldState]) -> View:
        """The view, with pictures of the graph from the side, of the unrolled sheet, and of distances in both."""
        state = history.state
        a, b = self._find_farthest_ends(state)
        readings = (
            make_reading(state, "path between the ends", f"geodesic[{a}][{b}]"),
            make_reading(state, "its true length", "true_length"),
            make_reading(state, "edges that jump", "jumps"),
        )
        return View(
            self._draw_pictures(state),
            readings,
            (),
            self._narrate(state),
            self._make_prediction(state),
            newest=0 if state.embedding is None else 1,
        )

    def _make_prediction(self, state: ManifoldState) -> Prediction | None:
        """Ask for the geodesic distance of two points whose shortest path consists of two edges.

        The path must be clearly longer than the straight line, which is the known mistake. `None` if the next step
        does not compute geodesic distances, or if there is no such pair of points.
        """
        if state.edges is None or state.geodesic is not None:
            return None
        x = np.array(state.points)
        distances, geodesic = measure_distances(x), measure_geodesics(x, state.edges)
        edges = set(state.edges)
        for a, b in state.edges:  # a < b < c, since edges have the lower index first
            for c in range(b + 1, len(x)):
                is_path = (b, c) in edges and (a, c) not in edges
                path_length = distances[a, b] + distances[b, c]
                is_shortest = geodesic[a, c] == path_length  # exact, since it was computed as this sum
                if is_path and is_shortest and path_length > 1.05 * distances[a, c]:
                    first, second = (format_number(float(length)) for length in (distances[a, b], distances[b, c]))
                    return make_prediction(
                        f"Points {a + 1} and {c + 1} are not joined. The shortest path runs through point {b + 1}, "
                        f"along edges of length {first} and {second}. How long is it?",
                        f"geodesic[{a}][{c}]",
                        float(geodesic[a, c]),
                        ((float(distances[a, c]), "That is the straight-line distance, which leaves the sheet."),),
                        f"{first} + {second}: the lengths along a path add up.",
                    )
        return None

    def _find_farthest_ends(self, state: ManifoldState) -> tuple[int, int]:
        """The indices of the two points with the largest geodesic distance; 0 and 1 while none is known."""
        if state.geodesic is None:
            return 0, 1
        return find_farthest(state.geodesic_array)

    def _draw_pictures(self, state: ManifoldState) -> tuple[Picture, ...]:
        """The sheet with its graph from the side; the flat sheet and the distances from one end once they are known."""
        a, _ = self._find_farthest_ends(state)
        # Two halves of the sheet in two colours: by height, or by the distance from one end as soon as that is known.
        coordinate = np.array(state.points)[:, 2] if state.geodesic is None else state.geodesic_array[a]
        is_first_half = coordinate < (coordinate.min() + coordinate.max()) / 2
        pictures = [self._draw_side_view(state, is_first_half)]
        if state.embedding is not None:
            flat = np.array(state.embedding)
            unrolled = Chart(
                "Unrolled",
                _draw_halves(flat[:, 0], flat[:, 1], is_first_half),
                f"The same {counted(len(flat), 'point')} laid flat, coloured by the same halves.",
                "along",
                "across",
                scale="plane",
            )
            pictures.append(unrolled)
        if state.geodesic is not None:
            pictures.append(_draw_distances(state, a))
        return tuple(pictures)

    def _draw_side_view(self, state: ManifoldState, is_first_half: np.ndarray) -> Chart:
        """The points and their graph, seen along the axis y, with the path and the straight line between the ends."""
        points = np.array(state.points)
        x, z = points[:, 0], points[:, 2]
        a, b = self._find_farthest_ends(state)
        path: list[int] = []
        if state.geodesic is not None and state.edges is not None:
            path = _find_path(points, state.edges, state.geodesic_array, a, b)
        path_edges = {frozenset(edge) for edge in pairwise(path)}
        marks: list[Line | Points] = [*_draw_halves(x, z, is_first_half)]
        edges = [[i, j] for i, j in state.edges or () if frozenset((i, j)) not in path_edges]
        if edges:
            graph_x, graph_z = join_pieces((x[edge].tolist(), z[edge].tolist()) for edge in edges)
            marks.append(Line(graph_x, graph_z, "graph", "muted", pattern="dashed"))
        if path:
            path_x, path_z = x[path].tolist(), z[path].tolist()
            marks += [
                Line(path_x, path_z, "along the sheet", "good", pattern="solid", is_on_top=True),
                Points(x[[a, b]].tolist(), z[[a, b]].tolist(), "", "good", "square"),
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
            neighbour_edges = len(find_nearest_edges(np.array(state.points), self.neighbours))
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
        error = _mean_distance_error(np.array(state.embedding), state.geodesic_array)
        return (
            f"Laid flat: on average, a distance in the picture differs by {format_percent(error)} from the distance "
            "along the graph."
        )


def _draw_distances(state: ManifoldState, end: int) -> Chart:
    """How far each point is from one end of the sheet: through space and in the flat picture, against along the graph.

    Where the sheet is laid flat as it should be, both distances are equal; a straight line through space is shorter.
    """
    along = state.geodesic_array[end]
    straight = _distances_from(np.array(state.points), end)
    farthest = int(along.argmax())
    marks: list[Line | Points] = [
        Line([0.0, float(along.max())], [0.0, float(along.max())], "equal", "muted", is_on_top=True),
        Points(along.tolist(), straight.tolist(), "straight", "bad", "cross"),
    ]
    distance_words = f"{format_number(float(straight[farthest]))} in a straight line"
    if state.embedding is not None:
        flat = _distances_from(np.array(state.embedding), end)
        marks.append(Points(along.tolist(), flat.tolist(), "laid flat", "secondary", "ring"))
        distance_words += f", {format_number(float(flat[farthest]))} laid flat"
    return Chart(
        "Distance from one end",
        tuple(marks),
        f"The other end is {format_number(float(along[farthest]))} away along the graph, {distance_words}.",
        "along the graph",
        "distance",
    )


def _distances_from(x: np.ndarray, index: int) -> np.ndarray:
    """The Euclidean distance of each row of `x` from the one with this index, shape (n,)."""
    distances: np.ndarray = np.linalg.norm(x - x[index], axis=1)
    return distances


def _draw_halves(x: np.ndarray, y: np.ndarray, is_first_half: np.ndarray) -> tuple[Points, Points]:
    """The points (x, y) as two marks, one for each half."""
    return (
        Points(x[is_first_half].tolist(), y[is_first_half].tolist(), "one half", *CLASS_LOOKS[1]),
        Points(x[~is_first_half].tolist(), y[~is_first_half].tolist(), "other half", *CLASS_LOOKS[-1]),
    )


def _mean_distance_error(flat: np.ndarray, geodesic: np.ndarray) -> float:
    """The mean difference of distances in the plane from geodesic ones, as a share of the mean geodesic distance."""
    return float(np.abs(measure_distances(flat) - geodesic).mean() / geodesic.mean())


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
        around = neighbours[last]
        lengths = np.linalg.norm(x[around] - x[last], axis=1) + geodesic[around, b]
        path.append(around[int(lengths.argmin())])
    return path
