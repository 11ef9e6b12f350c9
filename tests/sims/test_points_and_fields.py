"""The points of a data set fill their shapes, and a field has at each cell what the network gives there."""

from math import pi

import numpy as np
import pytest

from tests.sims.slow_network import SlowNetwork
from tutor.sims.datasets.plane import DATASETS, REGRESSION
from tutor.sims.engine.by_hand import NUDGE_STEP, Quantity
from tutor.sims.engine.chart import Chart, HeatMap, Points
from tutor.sims.engine.player import Player
from tutor.sims.models.neuron import Neuron
from tutor.sims.playground.view import Playground

POINTS = 500


@pytest.mark.parametrize("name", DATASETS)
def test_the_points_of_each_class_fill_an_area_and_no_line(name: str) -> None:
    points = DATASETS[name](POINTS, 0.0, np.random.default_rng(3))
    groups = [points] if name in REGRESSION else [points[points[:, 2] == label] for label in (1, -1)]
    for group in groups:
        spread = np.sqrt(np.linalg.eigvalsh(np.cov(group[:, :2].T)))
        assert spread[0] > 0.5, "wide in its narrowest direction, too"
        assert 2 < np.ptp(group[:, 0]) <= 12
        assert 2 < np.ptp(group[:, 1]) <= 12


def test_disc_and_ring_are_full_all_the_way_round() -> None:
    points = DATASETS["circle"](POINTS, 0.0, np.random.default_rng(3))
    for label, low, high in ((1, 0.0, 2.5), (-1, 3.5, 5.0)):
        group = points[points[:, 2] == label]
        assert len(group) == POINTS // 2
        radius = np.hypot(group[:, 0], group[:, 1])
        assert low <= radius.min() and radius.max() <= high
        angles = np.sort(np.arctan2(group[:, 0], group[:, 1]))
        assert np.diff([*angles, angles[0] + 2 * pi]).max() < pi / 6


@pytest.mark.parametrize("output", ["tanh", "linear"])
def test_the_field_of_the_output_is_what_the_network_gives_cut_off_at_one(output: str) -> None:
    player = Player(Playground.build(dataset="xor", hidden=(3, 2), output=output, learning_rate=0.3))
    player.jump(20)
    state = player.state
    slow = SlowNetwork([w.tolist() for w in state.weights], [b.tolist() for b in state.biases], output=output)
    heat_map = field_of(player.view().pictures, "Output over the plane")
    assert heat_map.x_range == heat_map.y_range
    low, high = heat_map.x_range
    size = len(heat_map.values)
    values = np.array(heat_map.values, dtype=float)
    assert np.ptp(values) > 0.5
    for row, column in np.random.default_rng(1).integers(0, size, (40, 2)):
        x1, x2 = (low + (high - low) * (place + 0.5) / size for place in (column, row))
        given = slow.forward((x1, x2, 0.0))[-1][-1][0]
        assert values[row, column] == pytest.approx(
            min(1.0, max(-1.0, given)), abs=1e-5
        )  # fields are in single precision


def test_the_two_classes_of_a_neuron_have_two_shapes() -> None:
    player = Player(Neuron.build())
    plane = player.view().pictures[0]
    assert isinstance(plane, Chart)
    shapes = {mark.label: mark.shape for mark in plane.primitives() if isinstance(mark, Points)}
    assert shapes["class +1"] != shapes["class −1"]


@pytest.mark.parametrize("value", [-1.25, -0.31, -0.1, 0.0, 0.05, 0.3, 0.7, 1.99, 12.34])
def test_a_weight_moves_to_the_next_tenth_and_back_over_it(value: float) -> None:
    up, down = (Quantity("w", "w[0]", value).nudged(by) for by in (1, -1))
    assert isinstance(up, float)
    assert isinstance(down, float)
    assert down < value < up
    for reached in (up, down):
        assert reached / NUDGE_STEP == pytest.approx(round(reached / NUDGE_STEP))
        assert abs(reached - value) <= NUDGE_STEP + 1e-9


def field_of(pictures: tuple[object, ...], title: str) -> HeatMap:
    """The field of the picture with this title."""
    for picture in pictures:
        if isinstance(picture, Chart) and picture.title == title:
            return next(mark for mark in picture.primitives() if isinstance(mark, HeatMap))
    raise AssertionError(f"there is no picture {title!r}")
