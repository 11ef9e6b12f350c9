"""While a step is shown stage by stage, the picture marks where it works, and shows none of its numbers."""

from itertools import chain

import pytest

from tutor.maths.render import inline
from tutor.sims.engine.chart import Diagram, Graph
from tutor.sims.engine.player import Player
from tutor.sims.engine.session import SimulationSession
from tutor.sims.table import find_simulation
from tutor.text.numbers import format_latex


def staged_at(name: str, step: int) -> SimulationSession:
    player = Player(find_simulation(name).build())
    player.jump(step)
    session = SimulationSession(player)
    session.show_next_stage()
    return session


@pytest.mark.parametrize(("step", "box", "sought"), [(6, "cost", "C"), (7, "neuron 3", "∂C/∂v"), (8, "neuron 3", "δ")])
def test_the_chain_marks_the_box_of_the_next_step_and_the_value_that_is_sought(
    step: int, box: str, sought: str
) -> None:
    session = staged_at("backprop", step)
    picture = session.staged_pictures[0]
    assert isinstance(picture, Diagram)
    boxes = list(chain.from_iterable(picture.columns))
    assert [node.heading for node in boxes if node.active] == [box]
    assert [name for node in boxes for name, text in node.rows if text == "?"] == [sought]
    assert "marks what this step works out" in session.message


@pytest.mark.parametrize("step", [6, 8, 9])
def test_the_worked_line_leaves_open_what_the_picture_asks_and_tells_it_with_the_step(step: int) -> None:
    session = staged_at("backprop", step)
    (line,) = session.staged_lines
    assert line.sides[-1] == r"\text{?}"
    assert format_latex(line.value) not in line.sides
    session.show_next_stage()
    (line,) = session.player.view().worked_lines
    assert line.sides[-1] == format_latex(line.value)


def test_a_worked_line_has_its_result_where_the_picture_asks_nothing() -> None:
    assert not any(line.is_sought for name in ("adam", "graph") for line in staged_at(name, 3).staged_lines)


def test_an_arrow_is_marked_where_the_next_step_finds_the_gradient_of_its_weight() -> None:
    picture = staged_at("backprop", 9).staged_pictures[0]
    assert isinstance(picture, Diagram)
    assert [link.rows for link in picture.links if link.active] == [(("w₃", "0.8"), ("∂C/∂w", "?"))]


def test_a_graph_marks_the_node_of_the_next_step_with_the_numbers_of_this_one() -> None:
    session = staged_at("graph", 3)
    picture, now = session.staged_pictures[0], session.player.view().pictures[0]
    assert isinstance(picture, Graph)
    assert isinstance(now, Graph)
    assert [box.name for box in picture.boxes if box.active] != [box.name for box in now.boxes if box.active]
    assert [(box.value, box.gradient) for box in picture.boxes] == [(box.value, box.gradient) for box in now.boxes]


def test_a_picture_without_boxes_has_no_marks_and_the_sentence_promises_none() -> None:
    session = staged_at("adam", 3)
    assert session.staged_pictures == ()
    assert "marks" not in session.message


def test_the_marks_are_gone_once_the_step_is_taken() -> None:
    session = staged_at("backprop", 6)
    session.show_next_stage()
    assert session.player.position == 7
    assert session.staged_pictures == ()


def test_the_box_of_the_cost_and_its_worked_line_write_it_in_the_same_way() -> None:
    player = Player(find_simulation("backprop").build())
    player.jump(7)
    view = player.view()
    picture, (line,) = view.pictures[0], view.worked_lines
    assert isinstance(picture, Diagram)
    assert inline(line.formula) == f"C = {picture.columns[-1][0].formulas[1]}"
