"""Boxes of a diagram have the formulas of their values where there is room, and keep their places."""

from tests.widgets.drawn import palette
from tutor.sims.engine.chart import Chart, Diagram, Line, Link, Node
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.widgets.plots.diagram import plan_layout
from tutor.widgets.plots.plot import picture_strips
from tutor.widgets.plots.room import room_of
from tutor.widgets.simulator.arrangement import arrange_pictures


def draw(picture: Diagram, width: int, height: int) -> str:
    return "\n".join(strip.text for strip in picture_strips(picture, palette(), width, height))


def chain(step: int) -> Diagram:
    player = Player(find_simulation("backprop").build())
    player.jump(step)
    picture = player.view().pictures[0]
    assert isinstance(picture, Diagram)
    return picture


def test_a_box_has_the_formula_of_each_value_where_there_is_room() -> None:
    drawn = draw(chain(6), 98, 19)
    assert "= w₁ x + b₁" in drawn
    assert "= ∂C/∂v₃ σ′(z₃)" in drawn
    assert "= δ₂ v₁" in drawn
    assert "=" not in draw(chain(6), 78, 12)


def test_a_formula_is_no_quantity_that_a_learner_can_set() -> None:
    box = Node("unit", (("w", "1"), ("z", "2")), keys=("w", ""), formulas=("", "w x"))
    link = Link((("w", "1"),), keys=("w",), formulas=("v",))
    drawn = draw(Diagram("Title", ((box,), (Node("y", (("y", ""),)),)), (link,), "Words."), 60, 20)
    assert drawn.count("= w x") == drawn.count("= v") == 1


def test_the_boxes_of_the_chain_stay_where_they_are_while_its_values_become_known() -> None:
    layouts = [plan_layout(chain(step), 98) for step in (1, 6, 10, 19)]
    assert all(layout is not None and layout.are_labels_beneath for layout in layouts)
    assert len({layout.box_widths for layout in layouts if layout is not None}) == 1


def test_the_chain_has_its_formulas_beside_the_cost_which_has_the_rest() -> None:
    player = Player(find_simulation("backprop").build())
    for step in (6, 7):
        player.jump(step)
        rooms = tuple(map(room_of, player.view().pictures))
        boxes, cost = arrange_pictures(rooms, 99, 32)
        assert "= w₁ x + b₁" in draw(chain(step), boxes.width, boxes.height)
        assert cost.height < boxes.height


def test_a_chart_without_data_gives_way_to_one_that_has_some() -> None:
    empty = Chart("Loss", (Line((), (), "loss", "primary"),), "The loss will appear here.", "step", "loss")
    full = Chart("Loss", (Line((0, 1), (1, 2), "loss", "primary"),), "The loss.", "step", "loss")
    assert room_of(empty).weight < room_of(full).weight
