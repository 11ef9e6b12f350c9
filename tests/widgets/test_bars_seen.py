"""Bars of one chart have one width and one gap, none touches the next, and kinds of bars differ in more than colour."""

from itertools import groupby, pairwise

import pytest
from textual.strip import Strip

from tests.widgets.drawn import cells, palette
from tutor.sims.engine.chart import Bars, Chart, Label
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.plots.bars import (
    EIGHTH_BLOCKS,
    LEFTWARD_HALVES,
    RIGHTWARD_HALVES,
    THIN_END,
    THIN_FILLINGS,
    THIN_START,
    horizontal_bar_strips,
    stacked_bar,
)
from tutor.widgets.plots.legend import without_repeated_legends
from tutor.widgets.plots.looks import FILLINGS, bar_roles, choose_bar_fillings, names_with_words
from tutor.widgets.plots.plot import picture_strips
from tutor.widgets.plots.room import has_numbers_in_full, room_of
from tutor.widgets.plots.standing_bars import LOWER_BLOCKS, LOWER_DOTS, NARROW_BLOCKS, NARROW_DOTS, UPPER_BLOCKS
from tutor.widgets.simulator.arrangement import arrange_pictures

PALETTE = palette()
SIZES = [(width, height) for width in (36, 46, 60, 96) for height in (8, 10, 12, 13, 15, 18, 26)]
"""Panes of screens from 80×24 to 140×44."""
HALVES = {*RIGHTWARD_HALVES.values(), *LEFTWARD_HALVES.values()}
THICK = {*EIGHTH_BLOCKS.strip(), *FILLINGS, *HALVES, *LOWER_BLOCKS.strip(), *UPPER_BLOCKS.strip(), *NARROW_DOTS}
SHADED = {*FILLINGS[1:], *(HALVES - {"▌", "▐"}), *list(THIN_FILLINGS.values())[1:], *NARROW_DOTS, *NARROW_DOTS.values()}
THIN = {*THIN_FILLINGS.values(), THIN_START, THIN_END, *NARROW_BLOCKS.values(), *NARROW_DOTS.values()}


def bar_charts(name: str) -> list[Chart]:
    found = []
    rules = find_simulation(name)
    for preset in rules.presets:
        player = Player(rules.build(**preset.values))
        for step in (3, 8):
            player.jump(step)
            pictures = player.view().pictures
            charts = [chart for chart in pictures if isinstance(chart, Chart)]
            found += [chart for chart in charts if (bars := bars_of(chart)) and bars.values]
    return found


def bars_of(chart: Chart) -> Bars | None:
    return next((mark for mark in chart.marks if isinstance(mark, Bars)), None)


def grown(count: int) -> Chart:
    """Bars of one length, of which every second has another meaning."""
    roles = tuple("accent" if place % 2 else "primary" for place in range(count))
    names = [str(place + 1) for place in range(count)]
    meanings = {"primary": "one", "accent": "other"}
    return Chart("b", (Bars(names, [2.0] * count, "", roles, meanings=meanings),), "", "unit", "value")  # type: ignore[arg-type]


def bar_cells(chart: Chart, size: tuple[int, int]) -> tuple[bool, list[tuple[int, int, str]]]:
    """Whether the bars lie, and the cells of them below the heading."""
    bars = bars_of(chart)
    assert bars is not None
    colours = {PALETTE.roles[role] for role in bar_roles(bars)}
    strips = picture_strips(chart, PALETTE, *size)
    lies = not any("└" in strip.text for strip in strips)
    first = next(row for row, strip in enumerate(strips) if "│" in strip.text or "┤" in strip.text)
    found = [
        (cell.row, cell.column, cell.sign)
        for cell in cells(strips)
        if cell.row >= first and cell.colour in colours and cell.sign in THICK | THIN
    ]
    return lies, found


def runs(places: set[int]) -> list[tuple[int, int]]:
    """Where each run of neighbouring numbers begins, and how long it is."""
    groups = groupby(enumerate(sorted(places)), key=lambda item: item[1] - item[0])
    return [(run[0][1], len(run)) for run in (list(group) for _, group in groups)]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("count", [2, 3, 4, 8, 11, 16, 24, 33])
def test_bars_of_one_chart_are_equally_thick_and_equally_far_apart(count: int, size: tuple[int, int]) -> None:
    lies, found = bar_cells(grown(count), size)
    if not lies and count > size[0] - 6:
        return  # more than there are columns
    places = {row if lies else column for row, column, _ in found}
    if {sign for _, _, sign in found} <= THIN:  # each is thinner than its cell
        assert runs(places) == [(min(places), count)]
        return
    assert not {sign for _, _, sign in found} & THIN
    if count > (size[0] - 4) / 2 and not lies:
        return  # there are more than half as many as columns: no free column is left between two
    bars = runs(places)
    assert len(bars) == count
    assert len({length for _, length in bars}) == 1
    assert len({after[0] - before[0] for before, after in pairwise(bars)}) == 1


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("count", [2, 4, 8, 16])
def test_bars_of_two_meanings_are_filled_differently(count: int, size: tuple[int, int]) -> None:
    lies, found = bar_cells(grown(count), size)
    signs: dict[int, set[str]] = {}
    for row, column, sign in found:
        signs.setdefault(row if lies else column, set()).add(sign)
    shown = [kind for kind, _ in groupby(bool(signs[place] & SHADED) for place in sorted(signs))]
    assert shown == [bool(place % 2) for place in range(count)]
    if size[0] > 36:
        heading = picture_strips(grown(count), PALETTE, *size)[0].text
        assert "██ one" in heading and "⣿⣿ other" in heading


@pytest.mark.parametrize("name", SIMULATIONS)
def test_bars_of_two_colours_differ_in_their_filling_too_or_say_by_their_name_what_they_are(name: str) -> None:
    for chart in bar_charts(name):
        bars = bars_of(chart)
        assert bars is not None
        kinds: dict[str, set[tuple[str, str]]] = {}
        names = names_with_words(bars)
        for role, filling, bar in zip(bar_roles(bars), choose_bar_fillings(bars), names, strict=True):
            kinds.setdefault(role, set()).add((filling, bar.lstrip("0123456789")))
        assert len(set().union(*kinds.values())) >= len(kinds), chart.title
        for kind, looks in kinds.items():
            others = [look for other in kinds if other != kind for look in kinds[other]]
            assert looks.isdisjoint(others), (chart.title, kind)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", ["softmax", "dropout", "conv-cost", "separable"])
def test_no_bar_of_a_simulation_touches_the_next(name: str, size: tuple[int, int]) -> None:
    for chart in bar_charts(name):
        bars = bars_of(chart)
        assert bars is not None
        lies, found = bar_cells(chart, size)
        if lies and not {sign for _, _, sign in found} <= THIN:
            assert all(length in {1, 3} for _, length in runs({row for row, _, _ in found})), (chart.title, found)


@pytest.mark.parametrize("height", [10, 16, 28, 44])
def test_lying_bars_are_one_row_thick_or_three_so_that_their_names_are_in_the_middle(height: int) -> None:
    _, found = bar_cells(grown(4), (60, height))
    thicknesses = {length for _, length in runs({row for row, _, _ in found})}
    assert thicknesses == ({1} if height <= 16 else {3})
    strips = picture_strips(grown(4), PALETTE, 60, height)
    middles = [start + length // 2 for start, length in runs({row for row, _, _ in found})]
    assert [strips[row].text.split()[0] for row in middles] == ["1", "2", "3", "4"]


def test_a_blank_row_is_between_the_legend_and_the_first_bar_and_no_number_beside_a_name() -> None:
    """The square of the legend looked like a part of the bar, and `class 0 −0.340999` like one label."""
    bars = Bars(
        ["class 0", "class 1"],
        [-0.340999, 0.242433],
        "",
        ("primary", "accent"),
        meanings={"primary": "whole", "accent": "part"},
    )
    for size in ((60, 12), (98, 28), (40, 9)):
        lines = [strip.text for strip in picture_strips(Chart("Gradient", (bars,), ""), PALETTE, *size)]
        first = next(row for row, line in enumerate(lines) if "│" in line)
        assert "whole" in "".join(lines[: first - 1]) and not lines[first - 1].strip()
        (line,) = (line for line in lines if "class 0" in line)
        assert line.index("│") < line.index("−0.340999")


@pytest.mark.parametrize("size", [(36, 12), (60, 18)], ids=["standing", "lying"])
def test_no_line_of_the_ground_divides_the_rows_of_a_solid_bar(size: tuple[int, int]) -> None:
    """In terminals with space between their lines, the colour behind a full block fills it."""
    names = ["one", "two"] if size[0] == 60 else ["a long name", "a name as long as this one"]
    chart = Chart("b", (Bars(names, [-2.0, 1.0]), *((Label(1, 1, ""),) if size[0] == 36 else ())), "")
    full = [cell for cell in cells(picture_strips(chart, PALETTE, *size)) if cell.sign == "█"]
    assert full and all(cell.behind == cell.colour for cell in full)


def test_where_their_numbers_leave_bars_no_room_they_have_fewer_figures() -> None:
    chart = Chart("Gradient", (Bars(["class 0", "class 1"], [-0.3409988, 0.2424331]),), "", "class", "gradient")
    narrow, wide = ("\n".join(strip.text for strip in picture_strips(chart, PALETTE, width, 14)) for width in (26, 50))
    assert "≈−0.341" in narrow and " ≈0.242" in narrow and "0.2424" not in narrow and "└" not in narrow
    assert "−0.340999" in wide and " 0.242433" in wide
    assert not has_numbers_in_full(chart, PALETTE, 26, 14) and has_numbers_in_full(chart, PALETTE, 50, 14)


def test_numbers_of_bars_on_both_sides_of_zero_stand_right_of_all_bars_with_their_points_below_each_other() -> None:
    chart = Chart("Gradient", (Bars(["class 0", "class 1"], [-0.3409988, 0.2424331]),), "", "class", "gradient")
    lines = [strip.text for strip in picture_strips(chart, PALETTE, 50, 14) if "class" in strip.text]
    assert len({line.index(".") for line in lines}) == 1
    ends_of_bars = [max(line.rfind(sign) for sign in "│█▌▐⣿⡇") for line in lines]
    assert max(ends_of_bars) < min(line.index(".") - 2 for line in lines)


def test_the_name_of_an_axis_is_left_out_where_every_bar_begins_with_it() -> None:
    for names, is_shown in ((["class 0", "class 1"], False), (["0", "1"], True)):
        chart = Chart("b", (Bars(names, [1.0, 2.0]),), "", "class")
        assert any("class ↓" in strip.text for strip in picture_strips(chart, PALETTE, 50, 14)) == is_shown


def test_three_charts_of_bars_are_below_each_other_in_their_whole_width() -> None:
    player = Player(find_simulation("softmax").build())
    player.jump(6)
    places = arrange_pictures(tuple(map(room_of, player.view().pictures)), 100, 31)
    assert [place.width for place in places] == [100] * 3


def test_a_standing_bar_is_as_high_as_its_value_to_an_eighth_of_a_row() -> None:
    shares = [place / 24 for place in range(25)]
    chart = Chart("b", (Bars([str(place) for place in range(25)], shares),), "", y_range=(0.0, 1.0))
    lies, found = bar_cells(chart, (60, 15))
    assert not lies
    heights = dict.fromkeys(sorted({column for _, column, _ in found}), 0)
    for _, column, sign in found:
        heights[column] += LOWER_BLOCKS.index(sign) if sign in LOWER_BLOCKS else 4  # the lowest begins at half a row
    by_bar = list(heights.values())
    tallest = by_bar[-1]
    assert len(by_bar) == 24
    assert tallest == 8 * (len({row for row, _, _ in found}) - 1)
    high = [(height, share) for height, share in zip(by_bar, shares[1:], strict=True) if share > 1 / 8]
    assert [height for height, _ in high] == pytest.approx([tallest * share for _, share in high], abs=1)


def test_a_shaded_standing_bar_is_as_high_as_its_value_to_a_quarter_of_a_row() -> None:
    shares = [place / 24 for place in range(25)]
    meanings = {"accent": "one", "primary": "other"}
    bars = Bars([str(place) for place in range(25)], shares, "", ("primary",) * 25, meanings=meanings)  # type: ignore[arg-type]
    lies, found = bar_cells(Chart("b", (bars,), "", y_range=(0.0, 1.0)), (60, 15))
    assert not lies
    heights = dict.fromkeys(sorted({column for _, column, _ in found}), 0)
    for _, column, sign in found:
        heights[column] += LOWER_DOTS.index(sign) if sign in LOWER_DOTS else 2  # the lowest begins at half a row
    by_bar = list(heights.values())
    assert by_bar == pytest.approx([by_bar[-1] * share for share in shares[1:]], abs=1.1)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", ["softmax", "conv-cost", "separable"])
def test_a_shaded_bar_is_shaded_to_its_end_and_a_solid_one_never(name: str, size: tuple[int, int]) -> None:
    for chart in bar_charts(name):
        bars = bars_of(chart)
        assert bars is not None
        shaded = {PALETTE.roles[role] for role in list(bars.meanings)[1:]}
        strips = picture_strips(chart, PALETTE, *size)
        first = next(row for row, strip in enumerate(strips) if "│" in strip.text or "┤" in strip.text)
        for cell in cells(strips):
            if cell.row >= first and cell.colour in {PALETTE.roles[role] for role in bar_roles(bars)}:
                is_shaded = cell.sign in SHADED
                assert is_shaded == (cell.colour in shaded) or cell.sign not in THICK | THIN | SHADED, (
                    chart.title,
                    cell,
                )


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("share", [0.001, 0.02, 0.3, 0.97, 1.0])
def test_a_bar_of_each_kind_that_is_not_nothing_has_a_cell(share: float, size: tuple[int, int]) -> None:
    meanings = {"accent": "one", "primary": "other"}
    bars = Bars(["a", "b"], [share, share], "", ("accent", "primary"), meanings=meanings)  # type: ignore[arg-type]
    _, found = bar_cells(Chart("b", (bars,), "", y_range=(0.0, 1.0)), size)
    kinds = {cell[2] in SHADED for cell in found}
    assert kinds in ({True, False}, set())
    assert kinds or share < 0.02


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_longer_bar_never_looks_shorter_whatever_each_is_filled_with(size: tuple[int, int]) -> None:
    roles = ("primary", "primary", "accent", "accent")
    meanings = {"accent": "whole", "primary": "part"}
    values = [4_800.0, 49_152.0, 53_952.0, 1_228_800.0]
    bars = Bars(["a", "b", "c", "d"], values, "", roles, meanings=meanings)  # type: ignore[arg-type]
    lies, found = bar_cells(Chart("b", (bars,), "", y_range=(0.0, 1_228_800.0)), size)
    if lies:
        halves = [(cell[0], 1 if cell[2] in HALVES else 2) for cell in found]
        lengths = [sum(half for row, half in halves if row == one) for one in sorted({row for row, _ in halves})]
        assert lengths == sorted(lengths)
        if not {cell[2] for cell in found} & THIN:  # those of the first are at most half a cell too long
            assert lengths[0] <= max(1, lengths[-1] * 4_800 / 1_228_800 + 1)


@pytest.mark.parametrize(("right", "answers"), [(4, 5), (19, 24), (1, 24), (23, 24), (5, 5), (1, 1)])
def test_wrong_answers_are_seen_in_a_bar_however_few_they_are(right: int, answers: int) -> None:
    for most in (answers, 24, 60, 900):
        drawn = stacked_bar(right / most, answers / most, 10).plain
        assert ("╍" in drawn) == (right < answers)
        assert "━" in drawn


def test_a_legend_stands_once_where_pictures_are_shown_together() -> None:
    player = Player(find_simulation("softmax").build())
    player.jump(6)
    logits, *others = without_repeated_legends(player.view().pictures, PALETTE)
    assert "others" in picture_strips(logits, PALETTE, 60, 20)[0].text
    for picture in others:
        assert not any("others" in strip.text for strip in picture_strips(picture, PALETTE, 60, 20))


def test_a_negative_bar_keeps_two_blanks_from_its_name() -> None:
    """With one, the name of a class and the longest bar looked joined."""
    lines = [strip.text for strip in drawn_bars(Bars(["class 0", "class 1"], [-0.4, 0.2]), 60, 8)]
    row = next(line for line in lines if "class 0" in line)
    assert row.startswith("class 0  █"), row
    positive = [strip.text for strip in drawn_bars(Bars(["class 0", "class 1"], [0.4, 0.2]), 60, 8)]
    assert any(line.startswith("class 0 │█") for line in positive), positive


def drawn_bars(bars: Bars, width: int, height: int) -> list[Strip]:
    """The rows of the bars alone."""
    return horizontal_bar_strips(bars, palette(), width, height) or []
