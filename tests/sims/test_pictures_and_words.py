"""Lines, labels and words of simulations say what the state and the parameters say."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from tests.sims.typed import mistyped
from tutor.budget import Budget
from tutor.sims.datasets.plane import DATASETS
from tutor.sims.engine.chart import Bars, Chart, Label, Line, Points
from tutor.sims.engine.json_lines import iterate_states
from tutor.sims.engine.player import Player
from tutor.sims.engine.prediction import Prediction, describe_verdict
from tutor.sims.engine.view import View
from tutor.sims.models.adam_view import OPTIMIZER_NAMES
from tutor.sims.models.dropout import Dropout
from tutor.sims.models.graph_view import GraphSimulation
from tutor.sims.models.softmax import Softmax
from tutor.sims.models.vanishing import Vanishing
from tutor.sims.playground.view import Playground
from tutor.sims.table import SIMULATIONS, find_simulation


def view_at(simulation: Any, step: int) -> tuple[Any, View]:
    player = Player(simulation)
    player.jump(step)
    return player.state, player.view()


def lines(view: View) -> dict[str, Line]:
    charts = [picture for picture in view.pictures if isinstance(picture, Chart)]
    return {mark.label: mark for chart in charts for mark in chart.marks if isinstance(mark, Line)}


@pytest.mark.parametrize("step", [1, 40])
def test_the_line_of_the_playground_is_where_the_output_is_nought(step: int) -> None:
    fold = next(preset for preset in Playground.presets if preset.name == "fold")
    state, view = view_at(Playground.build(**fold.values), step)
    line = lines(view)["output 0"]
    (a, b), c = state.weights[-1][0], state.biases[-1][0]
    assert [a * x + b * y + c for x, y in zip(line.x, line.y, strict=True)] == pytest.approx(
        [0] * len(line.x), abs=1e-9
    )


@pytest.mark.parametrize("shortcut", [True, False])
def test_the_gradient_with_a_short_cut_is_the_larger_one_and_drawn_under_its_name(shortcut: bool) -> None:
    _, view = view_at(Vanishing.build(shortcut=shortcut, depth=8), 8)
    drawn = lines(view)
    assert drawn["with skip connection"].y[-1] > drawn["without skip connection"].y[-1]
    assert {drawn["with skip connection"].role, drawn["without skip connection"].role} == {"accent", "muted"}
    assert drawn["with skip connection" if shortcut else "without skip connection"].role == "accent"
    (chart,) = view.pictures
    assert isinstance(chart, Chart)
    numbered = {(mark.x, mark.y) for mark in chart.marks if isinstance(mark, Label)}
    assert numbered == {(line.x[-1], line.y[-1]) for line in drawn.values()}, "each has its number at its end"


@pytest.mark.parametrize("logits", [(0.4,), (0.4, -1.0), (0.4, 1.0, 2.0)])
def test_the_class_that_is_asked_about_is_the_one_whose_probability_is_worked_out(logits: tuple[float, ...]) -> None:
    player = Player(Softmax.build(logits=logits, target=len(logits) - 1))
    asked = {}
    while player.can_step:
        ask = player.view().prediction
        player.step()
        if ask is not None and ask.key.startswith("probs["):
            asked[ask.prompt] = int(ask.key.removeprefix("probs[").removesuffix("]"))
    ((prompt, place),) = asked.items()
    assert f"class {1 if len(logits) == 1 else place}" in prompt


@pytest.mark.parametrize(("before", "after", "guess"), [(2.0, 1.0, 1.9), (2.0, 3.0, 2.2), (1.0, -1.0, 0.5)])
def test_an_estimate_hears_which_way_it_went(before: float, after: float, guess: float) -> None:
    ask = Prediction("What is it?", "x", after, why="So it is.", before=before)
    said = describe_verdict(ask, guess, str(guess))
    word, other = ("falls", "rises") if after < before else ("rises", "falls")
    assert f"It {word}, as you said" in str(said)
    assert other not in str(said)


def test_hills_stand_at_the_corners_and_middles_of_two_rows_with_opposite_signs() -> None:
    points = DATASETS["regression-gauss"](4000, 0.0, np.random.default_rng(1))
    for x, y in product((-4, 0, 4), (-2.5, 2.5)):
        near = points[np.hypot(points[:, 0] - x, points[:, 1] - y) < 0.5]
        distance = np.hypot(near[:, 0] - x, near[:, 1] - y)
        sign = (1 if y > 0 else -1) * (-1 if x == 0 else 1)
        assert len(near) > 5
        assert near[:, 2] == pytest.approx(sign * (1 - distance / 2))


@pytest.mark.parametrize("chosen", ["none", "l1", "l2"])
def test_the_penalty_is_the_rate_times_the_size_of_the_weights_as_chosen(chosen: str) -> None:
    state, _ = view_at(Playground.build(regularization=chosen, regularization_rate=0.01), 3)
    weights = [abs(float(w)) for layer in state.weights for row in layer for w in row]
    sizes = {"none": 0.0, "l1": sum(weights), "l2": sum(w * w for w in weights) / 2}
    assert state.penalty == pytest.approx(0.01 * sizes[chosen], rel=1e-5)
    assert len({round(size, 6) for size in sizes.values()}) == 3


@pytest.mark.parametrize("p", [0.5, 0.9])
def test_each_bar_of_a_unit_that_is_off_says_so_and_the_question_is_about_one_that_passes_something_on(
    p: float,
) -> None:
    player = Player(Dropout.build(p=p, x=(1.0, -1.0), width=6, training=True, seed=3))
    asked = []
    while player.position < 60 and player.step():
        mask, view = player.state.mask, player.view()
        bars = next(
            mark
            for chart in view.pictures
            if isinstance(chart, Chart)
            for mark in chart.marks
            if isinstance(mark, Bars)
        )
        assert list(bars.names) == [f"{i}" for i in range(1, 7)]
        assert list(bars.words) == ["" if on else "off" for on in mask or ()]
        if view.prediction is not None:
            asked.append(player.state.h[int(view.prediction.key.removeprefix("h_dropped[").removesuffix("]"))] > 0)
    assert any(h <= 0 for h in player.state.h), "some unit must pass nothing on, or the question could be about any"
    assert len(asked) > 30
    assert all(asked)


def test_each_gradient_of_a_graph_is_that_of_its_output_by_its_own_name() -> None:
    *_, state = iterate_states(GraphSimulation.build(expression="neuron"))
    labels = {
        item.key: item.label for item in view_at(GraphSimulation.build(expression="neuron"), state.step)[1].readings
    }
    for place, node in enumerate(state.nodes):
        if node.operation != "number":
            name = labels[f"nodes[{place}].value"].split(" = ")[0]
            assert labels[f"nodes[{place}].gradient"] == f"∂v/∂{name}"


def test_many_epochs_at_once_cost_a_lesson_as_much_as_one_after_the_other() -> None:
    rules = Playground.build(dataset="xor")
    costs = []
    for jumps in ([60], [1] * 60, [25, 35]):
        budget = Budget(10**9, "this lesson")
        state = rules.start()
        with budget.activate():
            for steps in jumps:
                state = rules.leap(state, steps)
        assert state.step == 60
        costs.append(10**9 - budget.units_left)
    assert costs == [60 * rules.step_cost] * 3


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"role": "GOOD"}, ".pictures[0].marks[0].role: 'GOOD' is none of"),
        ({"label": None}, ".pictures[0].marks[0].label: None is no str"),
        ({"label": "THE PATH"}, ""),
        ({"label": "ALONG the sheet"}, ".pictures[0].marks[0].label: 'ALONG the sheet' is in capitals"),
        ({"x": (1.0, None)}, ".pictures[0].marks[0].x[1]: None is no float"),
        ({"y": "ab"}, ".pictures[0].marks[0].y: 'ab' is no sequence"),
    ],
)
def test_what_is_not_as_its_type_says_is_found(changed: dict[str, Any], fault: str) -> None:
    """The contract test asks this of every simulation."""
    mark = Points(**{"x": (1.0, 2.0), "y": (3.0, 4.0), "label": "path", **changed})
    (found, *others) = [*mistyped(View((Chart("", (mark,), "."),), (), (), "Done."), View), ""]
    assert found.startswith(f"view{fault}" if fault else "")
    assert bool(others) == bool(fault)


def test_every_line_of_the_penalty_has_its_name() -> None:
    player = Player(find_simulation("penalty").build())
    player.jump(4)
    (chart,) = player.view().pictures
    assert isinstance(chart, Chart)
    named = {mark.label: mark.role for mark in chart.marks if isinstance(mark, Line)}
    assert named["data cost"] == "muted"
    assert "" not in named


def test_batch_norm_names_what_is_after_once_it_is_drawn() -> None:
    titles = set()
    for step in range(6):
        _, view = view_at(find_simulation("batchnorm").build(), step)
        (chart,) = view.pictures
        assert isinstance(chart, Chart)
        has_after = any(mark.label in ("x̂", "y") for mark in chart.marks if isinstance(mark, Points))
        assert ("after" in chart.title) is has_after
        titles.add(chart.title)
    assert len(titles) == 2


@pytest.mark.parametrize("optimizer", OPTIMIZER_NAMES)
def test_the_path_says_whose_it_is_and_a_formula_names_its_quantities_as_the_numbers_do(optimizer: str) -> None:
    _, view = view_at(find_simulation("adam").build(optimizer=optimizer), 3)
    assert view.pictures[0].title.endswith(f"the path of {OPTIMIZER_NAMES[optimizer]}")
    names = {row.label.split(" at ")[0] for row in view.readings}
    assert {"θ₁", "θ₂", "g₁", "g₂", "update₁", "update₂"} <= names


@pytest.mark.parametrize("dataset", ["s-curve", "swiss-roll", "arc"])
def test_distances_of_the_flat_sheet_are_those_along_the_graph_and_straight_ones_are_shorter(dataset: str) -> None:
    for step in (2, 3):
        _, view = view_at(find_simulation("manifold").build(dataset=dataset, neighbours=8), step)
        chart = next(chart for chart in view.pictures if chart.title == "Distance from one end")
        assert isinstance(chart, Chart)
        points = {mark.label: mark for mark in chart.marks if isinstance(mark, Points)}
        assert points.keys() == ({"straight"} if step == 2 else {"straight", "laid flat"})
        assert all(y <= x + 1e-9 for x, y in zip(points["straight"].x, points["straight"].y, strict=True))
        gaps = {name: sum(abs(y - x) for x, y in zip(mark.x, mark.y, strict=True)) for name, mark in points.items()}
        assert gaps.get("laid flat", 0.0) < gaps["straight"] / 3


@pytest.mark.parametrize("name", SIMULATIONS)
def test_an_empty_frame_says_what_will_appear_in_it(name: str) -> None:
    player = Player(find_simulation(name).build())
    for _ in range(20):
        for picture in player.view().pictures:
            if isinstance(picture, Chart) and not picture.has_data:
                assert "will appear here" in picture.description, (player.position, picture.title)
        player.step()


@pytest.mark.parametrize("step", [3, 12])
def test_what_is_expected_of_a_layer_is_listed_below_the_quantity_that_it_is_about(step: int) -> None:
    _, view = view_at(find_simulation("initialisation").build(), step)
    labels = [reading.label for reading in view.readings]
    (place,) = (index for index, label in enumerate(labels) if label.startswith("expected "))
    assert labels[place] == f"expected {labels[place - 1]}"
    expected, found = view.readings[place].value, view.readings[place - 1].value
    assert 0.5 * found < expected < 2 * found


@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_unit_stands_where_there_is_no_number_yet(name: str) -> None:
    _, view = view_at(find_simulation(name).build(), 0)
    assert all(reading.text == "–" for reading in view.readings if reading.value is None)


@pytest.mark.parametrize("values", [{}, {"latent": 2}], ids=str)
def test_the_best_that_a_linear_map_can_do_has_one_name_in_a_run(values: dict[str, int]) -> None:
    _, view = view_at(find_simulation("autoencoder").build(**values), 3)
    texts = [reading.label for reading in view.readings]
    for chart in view.pictures:
        assert isinstance(chart, Chart)
        texts += [chart.description, *(mark.legend_label for mark in chart.primitives())]
    names = {name for name in ("best straight line", "best linear map") if any(name in text for text in texts)}
    assert len(names) == 1


def test_the_angle_between_the_gradients_is_that_of_the_two_lines_downhill_in_one_picture() -> None:
    state, view = view_at(find_simulation("minibatch").build(), 5)
    chart = view.pictures[0]
    assert isinstance(chart, Chart)
    lines = {mark.label: mark for mark in chart.marks if isinstance(mark, Line)}
    ends = [lines[f"downhill, {whose}"] for whose in ("all", "batch")]
    directions = [np.array([line.x[1] - line.x[0], line.y[1] - line.y[0]]) for line in ends]
    cosine = directions[0] @ directions[1] / np.prod([np.hypot(*direction) for direction in directions])
    assert np.degrees(np.arccos(cosine)) == pytest.approx(state.angle)


@pytest.mark.parametrize("name", ["descent", "minibatch"])
def test_what_is_called_downhill_is_a_line_and_not_a_point_alone(name: str) -> None:
    _, view = view_at(find_simulation(name).build(), 3)
    chart = view.pictures[0]
    assert isinstance(chart, Chart)
    named = [mark for mark in chart.marks if "downhill" in mark.primitives()[0].legend_label]
    assert named and all(isinstance(mark, Line) for mark in named)


def test_the_picture_keeps_its_scale_so_that_the_shape_of_equal_penalty_is_seen_to_shrink() -> None:
    for values in ({}, {"penalty": "l2", "angle": 30.0}, {"curvature": [0.001, 1000.0]}):
        player = Player(find_simulation("penalty").build(**values))
        frames = set()
        for step in (0, 4, 12):
            player.jump(step)
            (chart,) = player.view().pictures
            assert isinstance(chart, Chart) and chart.x_range is not None and chart.y_range is not None
            frames.add((chart.x_range, chart.y_range))
            w1, w2 = player.state.w
            assert chart.x_range[0] < w1 < chart.x_range[1] and chart.y_range[0] < w2 < chart.y_range[1]
            assert chart.x_range[0] < 0 < chart.x_range[1] and chart.y_range[0] < 0 < chart.y_range[1]
        ((x_range, y_range),) = frames
        assert max(x_range[1] - x_range[0], y_range[1] - y_range[0]) < 10


def test_a_best_pair_is_said_to_touch_only_where_an_ellipse_and_a_diamond_do() -> None:
    player = Player(find_simulation("penalty").build())
    titles = []
    for step in (0, 10, 40):
        player.jump(step)
        titles += [picture.title for picture in player.view().pictures]
    assert titles == ["Best w: the centre", "Best w: where ellipse and diamond touch", "Best w: the origin"]


@pytest.mark.parametrize(("angle", "letters"), [(0, ("h_1 ", "h_2 ")), (30, ("h_{11} ", "h_{22} "))])
def test_curvatures_along_the_axes_have_the_letters_of_the_lesson(angle: float, letters: tuple[str, str]) -> None:
    _, view = view_at(find_simulation("penalty").build(angle=angle), 10)
    formula = next(line.formula for line in view.worked_lines if "data cost" in line.formula)
    assert all(letter in formula for letter in letters), formula


@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_text_stands_twice_in_one_place(name: str) -> None:
    player = Player(find_simulation(name).build())
    while player.can_step and player.position < 12:
        player.step()
        for picture in player.view().pictures:
            texts = [(mark.x, mark.y, mark.text) for mark in getattr(picture, "marks", ()) if isinstance(mark, Label)]
            assert len(texts) == len(set(texts)), (player.position, picture.title)
