"""Lines that run together are all seen: by their signs, by glimpses of a reference, or by pieces of a few cells.

Crossings have the upper one whole.
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

import pytest

from tests.widgets.drawn import palette
from tests.widgets.pictures import canvases
from tutor.sims.engine.chart import Line
from tutor.sims.table import SIMULATIONS
from tutor.widgets.plots.braille import draw_strokes
from tutor.widgets.plots.canvas import Stroke
from tutor.widgets.plots.looks import PATTERNS
from tutor.widgets.plots.shades import RGB

RED, GREEN, BLUE, GREY = (255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128)
PALETTE = palette()
ROW = [(0.0, 5.5), (30.0, 5.5)]


def colours(strokes: Iterable[Stroke], columns: int = 30) -> list[RGB]:
    """The colours of the cells of a row, from the left."""
    return [colour for _, (_, colour) in sorted(draw_strokes([*strokes], columns, 10).items())]


def pieces(strokes: Iterable[Stroke], columns: int = 30) -> list[tuple[RGB, int]]:
    """The colours in a row in turn, each with the number of cells that it has there."""
    return [(colour, len([*cells])) for colour, cells in groupby(colours(strokes, columns))]


def test_two_lines_that_run_together_have_pieces_of_a_few_cells_in_turn_and_the_later_one_begins() -> None:
    found = pieces([Stroke([ROW], RED), Stroke([ROW], GREEN)])
    assert [colour for colour, _ in found] == [GREEN, RED] * 4
    assert all(3 <= count <= 4 for _, count in found)


def test_three_lines_that_run_together_take_turns() -> None:
    found = pieces([Stroke([ROW], colour) for colour in (RED, GREEN, BLUE)])
    assert [colour for colour, _ in found][:6] == [BLUE, GREEN, RED, BLUE, GREEN, RED]


def test_lines_of_one_look_are_one_line_and_lie_where_it_is() -> None:
    found = pieces([Stroke([ROW], colour) for colour in (RED, GREEN, RED)])
    assert [colour for colour, _ in found] == [RED, GREEN] * 4


def test_a_reference_is_seen_beneath_a_line_that_lies_on_it_for_long() -> None:
    found = pieces([Stroke([ROW], RED, is_on_top=True), Stroke([ROW], GREY, is_quiet=True)])
    assert [count for colour, count in found if colour == GREY] == [2] * 4
    assert all(count == 6 for colour, count in found[2:-1] if colour == RED), "the line can be followed"


def test_a_line_without_a_name_that_is_seen_elsewhere_leaves_the_line_that_lies_on_it_whole() -> None:
    half = [(15.0, 5.5), (30.0, 5.5)]
    reference = Stroke([ROW], GREY, is_quiet=True)
    assert pieces([Stroke([half], RED), replace(reference, has_name=False)]) == [(GREY, 15), (RED, 15)]
    assert pieces([Stroke([half], RED), reference])[2:] == [(GREY, 2), (RED, 6), (GREY, 2), (RED, 2)]


def test_a_named_line_over_a_bundle_without_a_name_is_whole() -> None:
    bundle = [[(0.0, 5.5), (15.0, 5.5), (30.0, 8.5)], [(0.0, 8.5), (15.0, 5.5), (30.0, 5.5)]]
    named = Stroke([ROW], RED)
    drawn = draw_strokes([Stroke(bundle, BLUE, has_name=False), named], 30, 10)
    assert draw_strokes([named], 30, 10).items() <= drawn.items()


def test_a_line_whose_sign_stands_on_it_leaves_the_line_that_covers_it_whole() -> None:
    assert set(colours([Stroke([ROW], RED, glyph="●", is_marked=True), Stroke([ROW], GREEN)])) == {GREEN}


def test_in_a_short_run_the_later_line_has_all_cells() -> None:
    detour = [(0.0, 5.5), (3.0, 5.5), (3.0, 8.5), (20.0, 8.5), (20.0, 5.5), (22.0, 5.5), (22.0, 1.5), (30.0, 1.5)]
    drawn = draw_strokes([Stroke([ROW], RED), Stroke([detour], GREEN)], 30, 10)
    alone = draw_strokes([Stroke([detour], GREEN)], 30, 10)
    assert alone.items() <= drawn.items()


def test_a_short_line_is_not_wholly_hidden_by_a_long_one() -> None:
    found = pieces([Stroke([[(10.0, 5.5), (13.9, 5.5)]], RED), Stroke([ROW], GREEN)])
    assert found == [(GREEN, 12), (RED, 2), (GREEN, 16)]


def test_lines_that_leave_a_cell_now_and_then_still_run_together() -> None:
    waves = [(x / 2, 5.95 + 0.1 * (x % 12 < 2)) for x in range(61)]
    found = colours([Stroke([ROW], RED), Stroke([waves], GREEN)])
    assert found.count(RED) >= 10


def test_a_line_that_leaves_a_run_for_one_cell_within_a_piece_of_another_leaves_no_speck() -> None:
    wave = [(0.0, 5.5), (1.4, 5.5), (1.5, 6.1), (1.9, 6.1), (2.0, 5.5), (5.4, 5.5), (5.5, 6.1), (5.9, 6.1), (6.0, 5.5)]
    drawn = draw_strokes([Stroke([[*wave, (30.0, 5.5)]], RED), Stroke([ROW], GREEN)], 30, 10)
    assert [cell for cell in drawn if cell[0] == 3] == [(3, 5)], "the second step aside is in a piece of its own"


def test_frames_of_cells_share_nothing() -> None:
    found = colours([Stroke([ROW], RED), Stroke([ROW], GREEN, shares_cells=False)])
    assert set(found) == {GREEN}


def test_without_colours_a_broken_line_alternates_with_a_solid_one_in_which_its_gaps_are_seen() -> None:
    drawn = draw_strokes([Stroke([ROW], GREY), Stroke([ROW], GREY, PATTERNS["dotted"])], 30, 10)
    counts = [(ord(sign) - 0x2800).bit_count() for _, (sign, _) in sorted(drawn.items())]
    assert counts[:3] == [1, 0, 1] or min(counts[:4]) < 2
    assert counts.count(2) >= 10


@pytest.mark.parametrize("size", [(40, 12), (70, 20), (97, 36)], ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_every_named_line_has_its_sign_where_it_is_covered_or_shows_its_colour(
    name: str, size: tuple[int, int]
) -> None:
    """Lines without a sign show it in a quarter of their cells, references in a sixth."""
    for chart, canvas, _ in canvases(name, size):
        together = draw_strokes(canvas.strokes, canvas.columns, canvas.rows)
        for label in {mark.label for mark in chart.marks if isinstance(mark, Line) and mark.label}:
            (role,) = {mark.role for mark in chart.marks if isinstance(mark, Line) and mark.label == label}
            own = [
                replace(stroke, shares_cells=False) for stroke in canvas.strokes if stroke.colour == PALETTE.roles[role]
            ]
            if any(stroke.is_marked for stroke in own):
                glyphs = {stroke.glyph for stroke in own}
                assert any(stamp.colour == own[0].colour and stamp.glyph in glyphs for stamp in canvas.stamps)
                continue
            alone = draw_strokes(own, canvas.columns, canvas.rows)
            least = len(alone) / (6 if any(stroke.is_quiet for stroke in own) else 4)
            kept = sum(together.get(cell, ("", None))[1] == PALETTE.roles[role] for cell in alone)
            assert kept >= least or len(alone) < 4, (chart.title, label, kept, len(alone))
