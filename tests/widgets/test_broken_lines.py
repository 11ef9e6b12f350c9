"""Where a worked line is broken: at an equals sign or an operator outside brackets, before any place inside them.

And which of several lines are in sight where there is no room for all.
"""

import re
from collections.abc import Iterator

import pytest
from textual.app import App

from tests.sims.runs import run_views
from tests.widgets.bench import bench
from tutor.sims.engine.player import Player
from tutor.sims.engine.view import WorkedLine
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.plots.colours import theme_palette
from tutor.widgets.simulator.worked_lines import (
    PART_INDENT,
    SIDE_INDENT,
    WorkedLines,
    divide_worked_line,
    formula_on_one_line,
    single_lines,
    turn_to_last_page,
)


def broken(line: WorkedLine, width: int) -> list[str]:
    return [strip.text for strip in single_lines([divide_worked_line(line)], theme_palette(App()), width)[0]]


def brackets(text: str) -> Iterator[str]:
    """Every bracket with what stands in it."""
    opened: list[int] = []
    for place, sign in enumerate(text):
        if sign == "(":
            opened.append(place)
        elif sign == ")" and opened:
            yield text[opened.pop() : place + 1]


@pytest.mark.parametrize("width", [28, 36, 41, 60])
@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_bracket_that_fits_in_a_line_is_broken(name: str, width: int) -> None:
    for _, _, view in run_views(name, draws=0, steps=6):
        for line in view.worked_lines:
            rows = broken(line, width)
            whole = " ".join(row.strip() for row in rows).replace(" /(", "/(")
            for bracket in brackets(whole):
                if len(bracket) <= width - PART_INDENT - len(" + ") - 1:
                    assert any(bracket in row for row in rows), (name, bracket, rows)


def test_a_sum_in_brackets_is_broken_at_its_own_sign_and_not_within_its_terms() -> None:
    line = WorkedLine("c", "c = 1", r"\frac{1}{2} (1 \cdot (0.8 - 2)^2 + 4 \cdot (0.7 - 1)^2)", 0.9)
    assert broken(line, 36) == ["c = 1", "  = (1/2) (1 · (0.8 − 2)²", "    + 4 · (0.7 − 1)²) = 0.9"]
    assert broken(line, 38)[1:] == ["  = (1/2)", "    (1 · (0.8 − 2)² + 4 · (0.7 − 1)²)", "  = 0.9"]


def test_a_quotient_is_broken_before_its_bar_and_a_power_of_ten_stays_whole() -> None:
    words = WorkedLine("a", "a = 1", r"\frac{\text{sum of the diagonal}}{\text{number of images}}", 0.5)
    assert broken(words, 41)[1:3] == ["  = (sum of the diagonal)", "    /(number of images) = 0.5"]
    small = WorkedLine("b", "b = 1", r"1.41638 \cdot 10^{-6} \cdot 0.196612", 0.25)
    assert broken(small, 26)[1:] == ["  = 1.41638 · 10⁻⁶", "    · 0.196612 ≈ 0.25"]


@pytest.mark.parametrize("width", [33, 35, 45, 60])
@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_side_is_broken_only_if_it_has_no_room_on_a_row_and_no_sign_is_left_at_the_end(name: str, width: int) -> None:
    for _, _, view in run_views(name, draws=0, steps=6):
        for line in view.worked_lines:
            rows = broken(line, width)
            for row in rows:
                assert not row.rstrip().endswith(tuple("+−=≈←·/(")), rows
                assert (
                    not row.startswith(" ") or row[SIDE_INDENT] != " " or not row.lstrip().startswith(("=", "≈", "←"))
                ), rows
            for side in divide_worked_line(line).rest:
                text = formula_on_one_line(side)
                if SIDE_INDENT + len(text) <= width:
                    assert any(text in row for row in rows), (text, rows)


def test_a_line_is_broken_at_its_arrow_before_its_signs_and_after_what_a_colon_names() -> None:
    """A difference was broken before its minus, though a row of its own had room for both terms."""
    line = WorkedLine(
        "w", r"w_{00} \leftarrow w_{00} - \eta \frac{\partial C}{\partial w_{00}}", r"-0.486 - 1 \cdot 0.019", -0.505
    )
    assert broken(line, 35) == ["w₀₀ ← w₀₀ − η ∂C/∂w₀₀", "  = −0.486 − 1 · 0.019 = −0.505"]
    named = WorkedLine("w", r"\text{layer 1, first batch: } w \leftarrow w - \eta g", "1 - 0.5", 0.5)
    assert broken(named, 28) == ["layer 1, first batch:", "w ← w − ηg = 1 − 0.5 = 0.5"]


@pytest.mark.parametrize("width", [35, 45, 60, 100])
@pytest.mark.parametrize("name", SIMULATIONS)
def test_every_worked_line_of_a_simulation_has_one_form_on_every_screen(name: str, width: int) -> None:
    """Fractions of three rows stood beside others on one line, and raw subscripts in brackets."""
    for _, _, view in run_views(name, draws=0, steps=6):
        for line in view.worked_lines:
            text = "\n".join(broken(line, width))
            assert "─" not in text and "▁" not in text, text
            assert not re.search(r"_|[\w∑]\[", text), text


def test_the_sum_over_a_window_is_in_words_on_one_row_without_indices_that_float_below_it() -> None:
    player = Player(find_simulation("convolution").build())
    player.jump(3)
    (line,) = player.view().worked_lines
    order, formula, *_ = broken(line, 34)
    assert order == "channel by channel:" and formula.strip().startswith("value = ∑ kernel · window")


@pytest.mark.parametrize("width", [28, 36, 60])
@pytest.mark.parametrize("name", SIMULATIONS)
def test_the_page_with_the_last_lines_begins_with_a_whole_one(name: str, width: int) -> None:
    """Unless the last one alone is higher than the pane."""
    player = Player(find_simulation(name).build())
    player.jump(4)
    rows_of_lines = single_lines(
        [divide_worked_line(line) for line in player.view().worked_lines], theme_palette(App()), width
    )
    starts = {id(rows[0]) for rows in rows_of_lines}
    for height in range(3, 20):
        strips, first_row = turn_to_last_page(rows_of_lines, height)
        rows = [strip for rows in rows_of_lines for strip in rows]
        assert strips[: len(rows)] == rows
        assert not any(strip.text.strip() for strip in strips[len(rows) :])
        if len(rows) <= height:
            assert first_row == 0 and len(strips) == len(rows)
            continue
        assert first_row + height == len(strips)
        if id(strips[first_row]) not in starts:
            assert len(rows) == len(strips)
            assert len(rows_of_lines[-1]) > height


@pytest.mark.parametrize("size", [(80, 23), (100, 29), (140, 43), (60, 40)], ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
async def test_the_newest_worked_line_is_in_sight_after_every_step(name: str, size: tuple[int, int]) -> None:
    """Of six lines of Adam only the first were, and the update that they lead to was below the foot of the pane."""
    async with bench(find_simulation(name).build(), size) as (simulator, pilot):
        for step in (1, 2, 5):
            simulator.player.jump(step)
            simulator.redraw()
            await pilot.pause()
            pane, lines = simulator.query_one(WorkedLines), simulator.player.view().worked_lines
            if not lines or pane.size.height < 3:
                continue
            texts = (pane.render_line(row).text for row in range(pane.size.height))
            shown = _squeeze(re.sub(r"↑ \d+ more", "", " ".join(texts)))
            (rows,) = single_lines([divide_worked_line(lines[-1])], theme_palette(simulator.app), 1000)
            if len(rows) == 1 and pane.size.height > 5:
                assert shown.endswith(_squeeze(rows[0].text)), (shown, rows[0].text)
            assert _squeeze(formula_on_one_line(divide_worked_line(lines[-1]).rest[-1])) in shown, shown


async def test_a_pane_that_begins_with_later_lines_says_how_many_are_above() -> None:
    async with bench(find_simulation("adam").build(), (80, 23)) as (simulator, pilot):
        await pilot.press("right", "right")
        await pilot.pause()
        pane, count = simulator.query_one(WorkedLines), len(simulator.player.view().worked_lines)
        shown = " ".join(pane.render_line(row).text for row in range(2))
        formulas = [divide_worked_line(line).formula for line in simulator.player.view().worked_lines]
        (above,) = (int(words) for words in re.findall(r"↑ (\d+) more", shown))
        assert 0 < above < count
        assert formula_on_one_line(formulas[above])[:12] in shown
    async with bench(find_simulation("neuron").build(), (140, 43)) as (simulator, pilot):
        await pilot.press("right", "right")
        await pilot.pause()
        pane = simulator.query_one(WorkedLines)
        assert not any("more" in pane.render_line(row).text for row in range(pane.size.height))


def _squeeze(text: str) -> str:
    return "".join(text.split())


async def test_a_learner_may_scroll_back_and_the_next_step_returns_to_its_result() -> None:
    async with bench(find_simulation("adam").build(), (80, 23)) as (simulator, pilot):
        await pilot.press("right", "right")
        await pilot.pause()
        pane = simulator.query_one(WorkedLines)
        bottom = pane.scroll_offset.y
        assert bottom > 0
        pane.scroll_to(y=0, animate=False)
        await pilot.pause()
        simulator.redraw()
        await pilot.pause()
        assert pane.scroll_offset.y == 0
        await pilot.press("right")
        await pilot.pause()
        assert pane.scroll_offset.y >= bottom > 0


@pytest.mark.parametrize("name", ["playground", "dropout", "minibatch", "adam"])
async def test_where_not_all_lines_fit_the_last_page_is_nearly_full(name: str) -> None:
    """A line of the playground was one row too long: the pane showed the loss, and five blank rows below it."""
    async with bench(find_simulation(name).build(), (80, 22)) as (simulator, pilot):
        for step in (2, 5, 12):
            simulator.player.jump(step)
            simulator.redraw()
            await pilot.pause()
            pane = simulator.query_one(WorkedLines)
            texts = [pane.render_line(row).text.strip() for row in range(pane.size.height)]
            blank_rows = len(texts) - max(row + 1 for row, text in enumerate(texts) if text)
            assert pane.virtual_size.height <= pane.size.height or blank_rows <= 2, texts
