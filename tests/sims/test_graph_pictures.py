"""Computational graphs as pictures: how nodes, lines and arrows are laid out and drawn."""

import re
from itertools import islice
from random import Random
from typing import Any

import pytest
from textual.app import App

from tutor.sims.engine.json_lines import iterate_states
from tutor.sims.models.graph_view import GraphSimulation
from tutor.widgets.plots.colours import Palette, theme_palette
from tutor.widgets.plots.graph_layout import Layout, lay_out
from tutor.widgets.plots.plot import picture_strips


@pytest.fixture(scope="module")
def palette() -> Palette:
    return theme_palette(App())


def drawn(simulation: GraphSimulation, step: int, palette: Palette, size: tuple[int, int]) -> list[str]:
    from tutor.sims.engine.player import Player

    player: Player[Any] = Player(simulation)
    player.jump(step)
    return [strip.text for strip in picture_strips(player.view().pictures[0], palette, *size)]


@pytest.mark.parametrize("expression", ["neuron", "two-paths", "two-units"])
def test_the_whole_graph_is_seen_in_a_small_terminal(expression: str, palette: Palette) -> None:
    simulation = GraphSimulation.build(expression=expression)
    for step in range(int(simulation.length or 0) + 1):
        lines = drawn(simulation, step, palette, (80, 11))
        text = "\n".join(lines)
        assert all(len(line) == 80 for line in lines)
        assert "more beyond" not in text
        for part in simulation.unvalued_nodes:
            if part.operation != "number":
                assert part.name.translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")) in text
        state = next(islice(iterate_states(simulation), step, None))
        assert text.count("∂") == 1 + sum(n.gradient is not None for n in state.nodes if n.operation != "number")


def test_a_graph_too_large_is_shown_around_the_node_of_the_step(palette: Palette) -> None:
    rng = Random(5)
    simulation = GraphSimulation.build(
        expression="x" + "".join(f" + tanh(x*{rng.randint(2, 9)}^{k})*x" for k in range(12))
    )
    for step in (1, 20, 2 * len(simulation.operations) - 1):
        lines = drawn(simulation, step, palette, (80, 11))
        state = next(islice(iterate_states(simulation), step, None))
        assert "more beyond the edge" in lines[0]
        assert (state.current or "?").translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")) in "\n".join(lines)


def test_a_line_that_meets_one_of_another_node_ends_in_an_arrowhead(palette: Palette) -> None:
    """Without it `u2 = u1*x` would look as if the line of x went on into that of u1."""
    for expression in ("x*x*x + x", "(x*x)*x + x*x"):
        simulation = GraphSimulation.build(expression=expression)
        for size in ((70, 11), (100, 24)):
            text = "\n".join(drawn(simulation, int(simulation.length or 0), palette, size))
            assert len(re.findall("[─┌└][▲▼]─", text)) == 1, text
    for size in ((80, 11), (100, 24)):
        for expression in ("neuron", "two-paths", "two-units"):
            lines = drawn(GraphSimulation.build(expression=expression), 4, palette, size)
            glued = [line for line in lines if any(pair in line for pair in ("▲▶", "▼▶")) or re.search(r"\d[▲▼]", line)]
            assert glued == []


@pytest.mark.parametrize("expression", ["neuron", "two-paths", "two-units"])
@pytest.mark.parametrize("size", [(60, 20), (78, 14), (97, 34), (120, 44)], ids=str)
def test_a_number_never_touches_the_sign_before_it(expression: str, size: tuple[int, int], palette: Palette) -> None:
    simulation = GraphSimulation.build(expression=expression)
    text = "\n".join(drawn(simulation, int(simulation.length or 0), palette, size))
    assert re.findall(r"∂(?: (?:[=≈] )?|≈)−?\d", text)
    assert not re.findall(r"∂[−\d]", text)


def test_a_graph_with_room_has_frames_and_leaves_no_third_of_its_place_empty(palette: Palette) -> None:
    simulation = GraphSimulation.build()
    corners = "┌┏┐┓└┗┘┛"
    for step in range(int(simulation.length or 0) + 1):
        lines = drawn(simulation, step, palette, (97, 34))[1:]
        frames = sum(len(re.findall("┌─+┐|┏━+┓", line)) for line in lines)
        assert frames == sum(part.operation != "number" for part in simulation.unvalued_nodes)
        used = [line for line in lines if line.strip()]
        assert len(used) > 2 / 3 * len(lines)
        assert max(line.rfind(sign) for line in used for sign in corners) - min(
            len(line) - len(line.lstrip()) for line in used
        ) > 2 / 3 * len(lines[0])
    assert not any(re.search("┌─+┐|┏━+┓", line) for line in drawn(simulation, 3, palette, (60, 20)))


def upright(layout: Layout) -> None:
    """No two nodes of a column overlap, and no line runs upright over another that goes elsewhere."""
    for column in layout.columns:
        rows = [row for slot in column for row in range(slot.row, slot.row + (1 if slot.is_dummy else 2))]
        assert len(set(rows)) == len(rows)
        assert all(0 <= row < layout.height for row in rows)
    for bundles in layout.bundles:
        covered: dict[tuple[float, int], Any] = {}
        for bundle in bundles:
            for row in range(min(bundle.rows), max(bundle.rows) + 1) if len(set(bundle.rows)) > 1 else ():
                other = covered.setdefault((bundle.track, row), bundle)
                assert other is bundle or set(map(id, bundle.targets)) == set(map(id, other.targets))


def test_nodes_and_lines_of_random_graphs_do_not_cover_each_other() -> None:
    rng = Random(20)
    for _ in range(60):
        inputs: list[tuple[int, ...]] = []
        for node in range(rng.randint(2, 25)):
            count = 0 if node < 2 or rng.random() < 0.3 else rng.randint(1, 3)
            inputs.append(tuple(rng.randrange(node) for _ in range(count)))
        upright(lay_out(tuple(inputs), (2,) * len(inputs), rng.randrange(2), rng.choice([8, 12, 30])))


@pytest.mark.parametrize("expression", ["neuron", "two-paths", "two-units", "(x*x)*x + x*x"])
@pytest.mark.parametrize("size", [(60, 20), (97, 34)], ids=str)
def test_on_the_way_back_the_active_arrows_end_at_the_inputs(
    expression: str, size: tuple[int, int], palette: Palette
) -> None:
    simulation = GraphSimulation.build(expression=expression)
    count = len(simulation.operations)
    for step in range(2 * count + 1):
        title, *lines = drawn(simulation, step, palette, size)
        places = set(simulation.unvalued_nodes[simulation.node_index_after(step - 1)].inputs) if step > count else set()
        inputs = {place for place in places if simulation.unvalued_nodes[place].operation != "number"}
        assert "◀" in title or not inputs
        assert "\n".join(lines).count("◀") == len(inputs), "\n".join(lines)
        assert not re.search("━▶", "\n".join(lines)) or not inputs


def test_a_node_without_a_formula_takes_no_row_for_one_so_that_formulas_are_seen_in_a_small_terminal(
    palette: Palette,
) -> None:
    for step in range(9):
        text = "\n".join(drawn(GraphSimulation.build(), step, palette, (78, 12)))
        assert all(formula in text for formula in ("w₁·x₁", "w₂·x₂", "u₁ + u₂ + b", "tanh(z)"))
