"""Fields in pixels: what is sent of them, the cells that show it, and the marks on it."""

import unicodedata
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from math import hypot

import numpy as np
import pytest
from PIL import Image
from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from tests.widgets.drawn import Cell, palette
from tutor.screens.themes import THEMES
from tutor.sims.engine.chart import Chart, HeatMap, Line, Mark, Points
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.plots.canvas import Canvas
from tutor.widgets.plots.chart import chart_strips
from tutor.widgets.plots.colours import Palette, rgb_of
from tutor.widgets.plots.pixels import (
    CHUNK_LENGTH,
    MAX_PIXELS,
    PixelTerminal,
    put_picture,
    shrink_size,
    write_picture,
)
from tutor.widgets.plots.placeholders import NUMBER_MARKS, PLACEHOLDER, placeholder_text
from tutor.widgets.plots.plot import draw_canvas
from tutor.widgets.plots.shades import RGB, contrast
from tutor.widgets.plots.strips import ColouredText

CELL_SIZE = (8, 17)
SIZE = (60, 24)
NUMBER = 0x123456
PALETTE = palette()

FIELD = HeatMap([[hypot(x - 4.5, y - 4.5) for x in range(10)] for y in range(10)], (-5.0, 5.0), (-5.0, 5.0), "distance")
IMAGE = HeatMap([[float((x + 2 * y) % 5) for x in range(7)] for y in range(6)], (0.0, 7.0), (0.0, 6.0), "ink")


def plane(*marks: Mark, scale: str = "plane") -> Chart:
    return Chart("A field", marks, "A field.", "x", "y", (-5.0, 5.0), (-5.0, 5.0), scale=scale)  # type: ignore[arg-type]


def all_charts() -> list[Chart]:
    """The charts with which the simulations begin."""
    pictures = [picture for name in SIMULATIONS for picture in Player(find_simulation(name).build()).view().pictures]
    return [picture for picture in pictures if isinstance(picture, Chart)]


def image(field: HeatMap) -> Chart:
    return Chart("An image", (field,), "An image.", "column", "row", field.x_range, field.y_range, scale="image")


class Drawn:
    """A chart as it is drawn for a terminal with pixels."""

    def __init__(self, chart: Chart, size: tuple[int, int] = SIZE, palette: Palette = PALETTE) -> None:
        self.outbox: dict[int, str] = {}
        self.terminal = PixelTerminal(self.outbox, CELL_SIZE)
        self.strips = chart_strips(chart, palette, *size, self._draw)

    def _draw(self, canvas: Canvas) -> list[list[ColouredText]]:
        self.bands_in_cells = np.asarray(canvas.backdrop.bands if canvas.backdrop else [])
        put_picture(canvas, self.terminal, NUMBER)
        self.canvas = canvas
        return draw_canvas(canvas)

    @property
    def pixels(self) -> np.ndarray:
        """The colours of the picture that was sent, as rows × columns × 3."""
        return np.asarray(Image.open(BytesIO(payload(self.outbox[NUMBER]))).convert("RGB"))

    def colour_at(self, x: float, y: float) -> RGB:
        """The colour at a place in the units of the axes."""
        height, width, _ = self.pixels.shape
        red, green, blue = self.pixels[
            int((1 - self.canvas.y.share_of(y)) * height), int(self.canvas.x.share_of(x) * width)
        ].tolist()
        return red, green, blue


def sequences(sent: str) -> list[tuple[dict[str, str], str]]:
    """The keys and the payload of each escape sequence of the protocol."""
    assert sent.startswith("\x1b_G")
    assert sent.endswith("\x1b\\")
    found = []
    for sequence in sent.removesuffix("\x1b\\").split("\x1b\\"):
        keys, _, data = sequence.removeprefix("\x1b_G").partition(";")
        found.append((dict(key.split("=") for key in keys.split(",")), data))
    return found


def payload(sent: str) -> bytes:
    return b64decode("".join(data for _, data in sequences(sent)), validate=True)


def placeholders(strips: list[Strip]) -> Iterator[tuple[int, int, int, int, RGB | None]]:
    """The cell of each placeholder, the row and column that it names, and its colour."""
    for row, strip in enumerate(strips):
        column = 0
        for text, style, _ in strip:
            if text.startswith(PLACEHOLDER):
                assert style is not None
                colour = rgb_of(style.color)
                for part in text.split(PLACEHOLDER)[1:]:
                    own_row, own_column = map(NUMBER_MARKS.index, part)
                    yield row, column, own_row, own_column, colour
                    column += 1
            else:
                column += cell_len(text)


def marks(strips: list[Strip]) -> list[Cell]:
    """The cells with a colour behind them that are neither blocks nor parts of a picture."""
    found = []
    for row, strip in enumerate(strips):
        column = 0
        for text, style, _ in strip:
            if style is not None and style.bgcolor is not None and not set(text) <= set("▀▄ "):
                found.append(Cell(row, column, text, rgb_of(style.color), rgb_of(style.bgcolor)))
            column += cell_len(text)
    return found


def test_rows_and_columns_are_numbered_by_the_combining_characters_of_the_protocol() -> None:
    # As kitty's documentation says of rowcolumn-diacritics.txt: class 230, decomposed by nothing, 297 of them.
    assert len(set(NUMBER_MARKS)) == 297
    assert all(unicodedata.combining(mark) == 230 and not unicodedata.decomposition(mark) for mark in NUMBER_MARKS)
    assert (NUMBER_MARKS[0], NUMBER_MARKS[1], NUMBER_MARKS[296]) == ("\u0305", "\u030d", "\U0001d244")
    assert [cell_len(placeholder_text(row, row, 297)) for row in (0, 100, 296)] == [297, 197, 1]


@pytest.mark.pictures  # the oldest Rich that is allowed cuts some in two
@pytest.mark.parametrize("cut", [1, 17, 58])
def test_a_row_of_placeholders_is_cut_between_cells(cut: int) -> None:
    left, right = Strip([Segment(placeholder_text(3, 0, 60))]).divide([cut, 60])
    assert (left.text, right.text) == (placeholder_text(3, 0, cut), placeholder_text(3, cut, 60))


def test_each_cell_of_a_field_shows_its_own_part_of_the_picture() -> None:
    drawn = Drawn(plane(FIELD))
    found = list(placeholders(drawn.strips))
    assert len(found) == drawn.canvas.columns * drawn.canvas.rows
    first_row, first_column, *_ = found[0]
    for row, column, own_row, own_column, _ in found:
        assert (own_row, own_column) == (row - first_row, column - first_column)
    assert {colour for *_, colour in found} == {(0x12, 0x34, 0x56)}, "the colour is the number of the picture"
    assert [strip.cell_length for strip in drawn.strips] == [SIZE[0]] * SIZE[1]


def test_the_picture_is_sent_once_in_the_size_of_its_cells() -> None:
    drawn = Drawn(plane(FIELD))
    (first, _), *others = sequences(drawn.outbox[NUMBER])
    assert first["a"] == "T"
    assert (first["U"], first["f"], first["i"], first["q"]) == ("1", "100", str(NUMBER), "2")
    assert (int(first["c"]), int(first["r"])) == (drawn.canvas.columns, drawn.canvas.rows)
    assert [keys["m"] for keys, _ in [(first, ""), *others]] == ["1"] * len(others) + ["0"]
    height, width, _ = drawn.pixels.shape
    # Else the terminal would leave a margin beside it, since it keeps the picture's proportion.
    assert width / height == pytest.approx(drawn.canvas.columns * 8 / (drawn.canvas.rows * 17), rel=0.01)
    assert max(len(data) for _, data in sequences(drawn.outbox[NUMBER])) <= CHUNK_LENGTH


@pytest.mark.parametrize("cell_size", [(7, 15), (8, 17), (9, 18), (10, 21), (16, 34)], ids=str)
def test_a_picture_that_is_made_larger_leaves_hardly_a_margin(cell_size: tuple[int, int]) -> None:
    # kitty fits a picture into its cells without changing its proportion, and centres it.
    for columns in range(20, 141, 3):
        for rows in range(10, 45):
            width, height = columns * cell_size[0], rows * cell_size[1]
            own_width, own_height = shrink_size(width, height)
            scale = min(width / own_width, height / own_height)
            assert width - scale * own_width < 0.002 * width, (columns, rows)
            assert height - scale * own_height < 0.002 * height, (columns, rows)
            assert 0.8 * min(MAX_PIXELS, width * height) < own_width * own_height < 1.02 * MAX_PIXELS


def test_a_long_picture_is_sent_in_chunks_that_make_it_again() -> None:
    png = bytes(range(256)) * 40
    sent = write_picture(7, png, 3, 2)
    assert [keys["m"] for keys, _ in sequences(sent)] == ["1", "1", "1", "0"]
    assert payload(sent) == png


def test_a_field_has_the_colour_of_each_value_in_its_middle() -> None:
    drawn = Drawn(plane(FIELD))
    ramp = PALETTE.of_planes.sequential
    lowest, highest = hypot(0.5, 0.5), hypot(4.5, 4.5)
    for x in range(10):
        for y in range(10):
            share = (hypot(x - 4.5, y - 4.5) - lowest) / (highest - lowest)
            band = min(12, int(13 * share))
            seen = ramp.index(drawn.colour_at(x - 4.5, y - 4.5))
            assert abs(seen - band) <= 1, "a pixel beside the middle may lie across a contour"


def test_a_field_is_interpolated_between_its_values() -> None:
    slope = HeatMap([[float(x) for x in range(4)] for _ in range(4)], (-5.0, 5.0), (-5.0, 5.0), "height")
    drawn = Drawn(plane(slope))
    ramp = PALETTE.of_planes.sequential
    row = [ramp.index(drawn.colour_at(x, 0.0)) for x in np.linspace(-3.7, 3.7, 50)]
    assert row == sorted(row)
    assert set(row) == set(range(13)), "four values, but all thirteen bands between them"


def test_an_image_has_square_pixels_of_its_own_values_alone() -> None:
    drawn = Drawn(image(IMAGE))
    ramp = PALETTE.sequential
    height, width, _ = drawn.pixels.shape
    assert (width, height) == (drawn.canvas.columns * 8, drawn.canvas.rows * 17)
    for x in range(7):
        for y in range(6):
            band = min(12, int(13 * ((x + 2 * y) % 5) / 4))
            shown = {drawn.colour_at(x + a, y + b) for a in (0.1, 0.5, 0.9) for b in (0.1, 0.5, 0.9)}
            assert shown == {ramp[band]}


def test_a_field_of_two_colours_has_no_third() -> None:
    sides = HeatMap(
        [[1.0 if x > y else -1.0 for x in range(8)] for y in range(8)], (-5.0, 5.0), (-5.0, 5.0), "side", diverging=True
    )
    shown = {tuple(colour) for colour in Drawn(plane(sides)).pixels.reshape(-1, 3).tolist()}
    assert shown == {PALETTE.of_planes.diverging[0], PALETTE.of_planes.diverging[-1]}


def test_values_that_are_no_numbers_or_enormous_do_no_harm() -> None:
    values = [[(x - 3) * 1e300 if y else float("nan") for x in range(6)] for y in range(6)]
    drawn = Drawn(plane(HeatMap(values, (-5.0, 5.0), (-5.0, 5.0), "loss", span=(-1.0, 1.0))))
    ramp = PALETTE.of_planes.sequential
    assert drawn.colour_at(-4.9, 4.0) == ramp[0]
    assert drawn.colour_at(4.9, 4.0) == ramp[-1]
    assert drawn.colour_at(0.0, -4.8) == PALETTE.ground
    assert list(placeholders(drawn.strips))


@pytest.mark.parametrize("size", [(46, 29), (52, 28), (60, 30), (97, 40)], ids=str)
def test_a_field_in_pixels_ends_where_it_does_in_cells(size: tuple[int, int]) -> None:
    charts = [chart for chart in all_charts() if chart.scale == "plane"]
    every_drawn = [drawn for drawn in (Drawn(chart, size) for chart in charts) if drawn.outbox]
    assert len(every_drawn) >= 3
    for drawn in every_drawn:
        rows, columns = drawn.bands_in_cells.shape
        height, width, _ = drawn.pixels.shape
        nearest = np.ix_(np.arange(height) * rows // height, np.arange(width) * columns // width)
        is_ground = (drawn.pixels == PALETTE.ground).all(axis=2)
        assert (is_ground == (drawn.bands_in_cells < 0)[nearest]).all()


def test_a_field_of_which_nothing_is_computed_is_no_picture() -> None:
    empty = HeatMap([[None] * 10 for _ in range(10)], (-5.0, 5.0), (-5.0, 5.0), "loss")
    for chart in (plane(empty), image(empty)):
        drawn = Drawn(chart)
        assert not drawn.outbox
        assert not list(placeholders(drawn.strips))
        assert sum(strip.text.count("·") for strip in drawn.strips) > 50


def test_what_is_not_computed_yet_is_drawn_in_cells() -> None:
    values = [[1.0 + x + y if y < 10 else None for x in range(20)] for y in range(20)]
    half = HeatMap(values, (-5.0, 5.0), (-5.0, 5.0), "loss")
    drawn = Drawn(plane(half))
    rows = {row for _, _, row, _, _ in placeholders(drawn.strips)}
    assert rows == set(range(min(rows), drawn.canvas.rows)), "the lower half is a picture"
    assert abs(min(rows) - drawn.canvas.rows / 2) <= 1
    assert any("░░" in strip.text for strip in drawn.strips)
    assert PALETTE.of_planes.sequential.index(drawn.colour_at(0.0, -4.75)) > 0


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_marks_stay_on_the_picture_with_the_contrast_of_the_theme(theme: object) -> None:
    colours = palette(theme)  # type: ignore[arg-type]
    points = Points([-4.0, -1.0, 0.0, 2.0, 4.0], [-4.0, 1.0, 0.0, 3.0, 4.0], "points", "orange")
    path = Line([-4.5, 4.5], [-4.0, 3.0], "path", "accent")
    chart = plane(FIELD, path, points)
    drawn = Drawn(chart, palette=colours)
    in_cells = chart_strips(chart, colours, *SIZE, draw_canvas)
    seen = marks(drawn.strips)
    assert {(mark.row, mark.column, mark.sign) for mark in seen} == {
        (mark.row, mark.column, mark.sign) for mark in marks(in_cells)
    }
    for mark in seen:
        assert mark.colour is not None
        assert mark.behind is not None
        assert contrast(mark.colour, mark.behind) >= colours.contrast - 0.01
    places = {(row, column) for row, column, *_ in placeholders(drawn.strips)}
    assert places.isdisjoint((mark.row, mark.column) for mark in seen)
    assert len(places) + len(seen) == drawn.canvas.columns * drawn.canvas.rows


def test_signs_and_numbers_of_a_table_stay_signs_and_numbers() -> None:
    table = HeatMap([[1.0, -2.0, 0.0], [0.5, 3.0, -1.0]], (0.0, 3.0), (0.0, 2.0), "weight", diverging=True)
    chart = replace(image(table), scale="table")
    in_cells = chart_strips(chart, PALETTE, *SIZE, draw_canvas)
    drawn = Drawn(chart)
    assert [(mark.sign, mark.colour, mark.behind) for mark in marks(drawn.strips)] == [
        (mark.sign, mark.colour, mark.behind) for mark in marks(in_cells)
    ]
    assert list(placeholders(drawn.strips))


def test_a_picture_is_sent_again_only_if_it_has_changed_and_forgotten_when_it_goes() -> None:
    outbox: dict[int, str] = {}
    terminal = PixelTerminal(outbox, CELL_SIZE)
    one, other = terminal.make_number(), terminal.make_number()
    assert one != other
    terminal.show(one, b"a", 3, 2)
    terminal.show(other, b"a", 3, 2)
    assert list(outbox) == [one, other]
    outbox.clear()
    terminal.show(one, b"a", 3, 2)
    assert not outbox
    terminal.show(one, b"b", 3, 2)
    assert payload(outbox[one]) == b"b"
    terminal.delete(one)
    assert sequences(outbox[one]) == [({"a": "d", "d": "I", "i": str(one), "q": "2"}, "")]
    outbox.clear()
    terminal.delete(one)
    assert not outbox, "it is forgotten already"
    generation = terminal.generation
    assert [keys["i"] for keys, _ in sequences(terminal.take_deletions())] == [str(other)]
    assert terminal.generation == generation + 1
    assert terminal.take_deletions() == ""


def test_a_chart_with_more_cells_than_can_be_numbered_is_drawn_in_cells() -> None:
    wide = Chart("Wide", (FIELD,), "Wide.", "x", "y", (-5.0, 5.0), (-5.0, 5.0))
    drawn = Drawn(wide, (320, 20))
    assert drawn.canvas.columns > 297
    assert not drawn.outbox
    assert not list(placeholders(drawn.strips))
