"""The picture of a network: fields as large as it can, and a line for each weight that shows its sign and its size."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

import pytest
from textual.geometry import Size

from tests.widgets.drawn import Cell, cells, palette
from tests.widgets.test_marks_seen import in_ascii
from tutor.sims.engine.chart import Network, Unit
from tutor.sims.engine.player import Player
from tutor.sims.engine.settable import settable_keys
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.text.numbers import format_number
from tutor.widgets.plots import network as network_picture
from tutor.widgets.plots.colours import Palette
from tutor.widgets.plots.edges import NEAR_ZERO, Edge, LayerPorts
from tutor.widgets.plots.network import MINUS, find_largest_plan, network_strips
from tutor.widgets.plots.room import room_of
from tutor.widgets.plots.settable import quantity_at
from tutor.widgets.simulator.contents import Contents
from tutor.widgets.simulator.layout import place_parts

PALETTE = palette()
WITHOUT_COLOURS = replace(PALETTE, has_colours=False)
FIELD_ROW = re.compile("▀+")
GREY = [[0.0] * 4] * 4
SIZES = [(41, 17), (60, 17), (48, 28), (60, 40), (78, 15)]
"""Places that a network gets at 80×24, 100×30 and 140×44, and alone."""
MAX_ROWS_PER_COLUMN = 1.3
"""By how many rows the steepest line between two layers may rise in each column."""


def of_weights(*weights: float, pruned: bool = False) -> Network:
    """A network of one input, and one unit for each weight."""
    units = tuple(
        Unit(str(place), GREY, (weight,), (pruned,), (f"w{place}",), f"b{place}")
        for place, weight in enumerate(weights)
    )
    return Network("A network", ((Unit("x", GREY),), units), "")


def networks() -> Iterator[tuple[str, Network]]:
    """Every network that the presets of the simulations show."""
    for name in SIMULATIONS:
        rules = find_simulation(name)
        for preset in rules.presets:
            player = Player(rules.build(**preset.values))
            player.jump(3)
            for picture in player.view().pictures:
                if isinstance(picture, Network):
                    yield f"{name}, {preset.name}", picture


NETWORKS = dict(networks())


def lines(network: Network, size: tuple[int, int] = (60, 17), picked: str = "") -> list[Cell]:
    """The cells of its connections, without the heading."""
    strips = network_strips(network, PALETTE, *size, picked=picked)
    return [cell for cell in cells(strips) if cell.row > 1 and cell.dots]


def dots(found: list[Cell]) -> int:
    return sum(len(cell.dots) for cell in found)


def test_the_colour_of_a_connection_is_its_sign() -> None:
    assert {cell.colour for cell in lines(of_weights(2.0))} == {PALETTE.roles["blue"]}
    assert {cell.colour for cell in lines(of_weights(-2.0))} == {PALETTE.roles["orange"]}


def test_without_colours_the_form_of_a_connection_is_its_sign() -> None:
    """Both lines have no gap but the one in which a negative weight has its minus."""
    by_sign = []
    for weight in (2.0, -2.0):
        strips = network_strips(of_weights(weight), WITHOUT_COLOURS, 60, 17)
        by_sign.append(sum(cell.sign == MINUS for cell in cells(strips) if cell.row > 1))
        found = {x for cell in cells(strips) if cell.row > 1 for x, _ in cell.dots}
        across = [min(found) + step / 2 for step in range(int(2 * (max(found) - min(found))) + 1)]
        assert len([x for x in across if x not in found]) <= 2
    assert by_sign == [0, 1]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", NETWORKS)
def test_with_colours_every_line_goes_on_where_it_crosses_others_as_far_as_its_units(
    name: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own dots are all there, whatever line gives a cell its colour, and no minus stands in its way."""
    edges: list[Edge] = []
    draw = network_picture._draw_edges

    def keep(page: network_picture.Page, made: Sequence[Edge], drawn: Palette) -> None:
        edges.extend(made)
        draw(page, made, drawn)
        for edge in made:
            for (row, column), bits in edge.bits.items():
                assert (ord(page[row][column].text) - 0x2800) & bits == bits, (row, column)

    monkeypatch.setattr(network_picture, "_draw_edges", keep)
    network_strips(NETWORKS[name], PALETTE, *size)
    assert edges


def test_two_lines_that_meet_a_unit_come_from_cells_of_their_own() -> None:
    ports = LayerPorts((0, 4), 3)
    one, other = (ports.find_port(0, line=line, line_count=2) for line in (0, 1))
    assert int(one // 4) != int(other // 4)


def test_a_weight_that_is_picked_is_no_thicker_for_that() -> None:
    for weight in (2.0, 0.5):
        network = of_weights(weight, 2.0)
        picked, bare = (lines(network, picked=key) for key in ("w0", ""))
        own = {(cell.row, cell.column): cell.dots for cell in picked if cell.colour == PALETTE.text}
        assert own
        assert own.items() <= {(cell.row, cell.column): cell.dots for cell in bare}.items()


@pytest.mark.parametrize("name", NETWORKS)
def test_each_negative_weight_that_is_not_near_0_has_its_minus(name: str) -> None:
    network = NETWORKS[name]
    strongest = max(abs(weight) for column in network.columns for unit in column for weight in unit.weights)
    negative = sum(
        weight <= -NEAR_ZERO * strongest and not pruned
        for column in network.columns
        for unit in column
        for weight, pruned in zip(unit.weights, unit.pruned or [False] * len(unit.weights), strict=True)
    )
    shown = network_strips(network, WITHOUT_COLOURS, 120, 40)
    drawn = sum(cell.sign == MINUS for cell in cells(shown) if cell.row > 1)
    assert negative / 2 <= drawn <= negative


def test_a_larger_weight_has_a_line_of_more_dots() -> None:
    wide, thin, faint = (dots(lines(of_weights(weight, 2.0))) for weight in (1.9, 0.6, 0.01))
    assert wide > thin > faint > 0


def test_every_line_but_the_strongest_is_fainter_and_can_still_be_read() -> None:
    colours = {cell.colour for cell in lines(of_weights(0.5, 1.0, 2.0))}
    assert len(colours) == 3


def test_a_pruned_connection_has_no_line_and_the_legend_says_so() -> None:
    network = of_weights(0.0, pruned=True)
    assert not lines(network)
    assert "no line: dead" in network_strips(network, PALETTE, 78, 17)[0].text
    assert "dead" not in network_strips(of_weights(1.0), PALETTE, 78, 17)[0].text


def test_signs_are_told_apart_in_the_legend_without_colour_and_without_unicode() -> None:
    for width in (60, 41):
        heading = [strip.text for strip in network_strips(of_weights(1.0), WITHOUT_COLOURS, width, 17)[:2]]
        assert all(word in "".join(heading) for word in ("+", "−", "near 0"))
        drawn = "".join(in_ascii(network_strips(of_weights(1.0), WITHOUT_COLOURS, width, 17)[:2]))
        assert [sample in drawn for sample in (".... +", "..-.. -", ". . near 0")] == [True] * 3


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_picked_weight_has_a_line_of_its_own_and_its_value_beside_it(name: str, size: tuple[int, int]) -> None:
    network = NETWORKS[name]
    weights = {
        key: (weight, pruned)
        for unit in chain.from_iterable(network.columns)
        for key, weight, pruned in zip(unit.keys, unit.weights, unit.pruned, strict=True)
    }
    for key, (weight, pruned) in list(weights.items())[:: max(1, len(weights) // 12)]:
        strips = network_strips(network, PALETTE, *size, picked=key)
        assert {strip.cell_length for strip in strips} == {size[0]}
        marked = [
            (row, segment) for row, strip in enumerate(strips) for segment in strip if _is_marked(segment.style, key)
        ]
        (label,) = ["".join(s.text for _, s in marked if s.style is not None and s.style.reverse)]
        assert label == ("dead" if pruned else format_number(weight))
        line = [segment for _, segment in marked if segment.style is not None and not segment.style.reverse]
        assert line, (key, "has no line")
        assert {str(segment.style.color.name) for segment in line if segment.style and segment.style.color} == {
            "#{:02x}{:02x}{:02x}".format(*PALETTE.text)
        }


def _is_marked(style: object, key: str) -> bool:
    return style is not None and quantity_at(style) == key and bool(style.bold)  # type: ignore[arg-type,attr-defined]  # a style


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_bias_that_is_picked_has_a_pointer_before_its_unit(size: tuple[int, int]) -> None:
    network = NETWORKS["playground, circle"]
    biases = [unit.bias_key for unit in chain.from_iterable(network.columns) if unit.bias_key]
    assert set(biases) <= set(settable_keys(network))
    for key in biases:
        drawn = "\n".join(strip.text for strip in network_strips(network, PALETTE, *size, picked=key))
        assert drawn.count("▸▀") == 1


@pytest.mark.parametrize(("size", "rows"), [((41, 17), 3), ((60, 17), 3), ((60, 21), 4), ((78, 40), 5)])
def test_the_fields_of_four_units_fill_the_rows_that_there_are(size: tuple[int, int], rows: int) -> None:
    strips = network_strips(NETWORKS["playground, circle"], PALETTE, *size)
    across = {len(field) for strip in strips for field in strip.text.split() if set(field) == {"▀"}}
    assert max(across) == 2 * rows
    high = [index for index, strip in enumerate(strips) if "▀" in strip.text]
    assert high[-1] - high[0] + 1 >= 4 * rows + 3


@pytest.mark.parametrize("size", [Size(80, 22), Size(99, 29)], ids=str)
@pytest.mark.parametrize("name", NETWORKS)
def test_lines_can_be_followed_on_a_small_screen_while_a_weight_is_picked(name: str, size: Size) -> None:
    """Where every line is steep, their dots make one tangle."""
    network = NETWORKS[name]
    contents = Contents(room_of(network), 16, 25, 5, 2, is_asking=True)
    pane = place_parts(size, contents)["pictures"]
    plan = find_largest_plan(network, pane.width, pane.height - 1, 2.0)
    assert plan is not None
    gap = plan.lefts[1] - plan.lefts[0] - plan.field_columns
    heights = [top for tops in plan.tops for top in tops]
    assert max(heights) - min(heights) <= MAX_ROWS_PER_COLUMN * gap, (gap, plan)


@pytest.mark.parametrize("name", NETWORKS)
def test_each_layer_has_its_name_above_it_where_the_fields_lose_nothing(name: str) -> None:
    network, named = NETWORKS[name], 0
    assert [bool(word) for word in network.names] == [False, *[True] * (len(network.columns) - 1)]
    for size in [*SIZES, (120, 40), (97, 30)]:
        texts, bare = (
            [strip.text for strip in network_strips(shown, PALETTE, *size)]
            for shown in (network, replace(network, names=()))
        )
        assert sum(line.count("▀") for line in texts) == sum(line.count("▀") for line in bare), size
        rows = [row for row, line in enumerate(texts) if "output" in line]
        named += len(rows)
        for row in rows:
            assert texts[row].split() == " ".join(network.names).split()
            below = [match for line in texts[row + 1 :] for match in FIELD_ROW.finditer(line)]
            for word in filter(None, network.names):
                middle = texts[row].index(word) + len(word) / 2
                assert any(abs((match.start() + match.end()) / 2 - middle) <= 1 for match in below), (size, word)
    assert named
