"""Draws the heat map of a chart in pixels, for terminals with kitty's graphics protocol.

The picture is sent beside the text, as a PNG of a few colours, and the cells that show it are placeholders. Marks on it
remain ordinary cells, on the colour that the field has there.
"""

from base64 import b64encode
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from tutor.sims.engine.chart import HeatMap
from tutor.widgets.plots.axes import find_middles
from tutor.widgets.plots.canvas import Canvas
from tutor.widgets.plots.heatmap import (
    NO_FIELD,
    Backdrop,
    find_bands,
    find_cells,
    find_span,
)
from tutor.widgets.plots.placeholders import MAX_CELLS
from tutor.widgets.plots.ramps import BAND_COUNT

if TYPE_CHECKING:
    import numpy as np

FIRST_PICTURE_NUMBER = 0x484C01
"""The number of the first picture. It must not look like those that other programs in the same window count from 1."""
MAX_PIXELS = 100_000
"""The most pixels, roughly, of an interpolated picture; the terminal enlarges it, which also softens its contours."""
MAX_LEVEL = 1e6
"""Levels are clipped to this on both sides of 0: a value may be any number, and interpolation must not overflow."""
CHUNK_LENGTH = 4096
"""The characters of a picture that the protocol takes in one escape sequence."""


class PixelTerminal:
    """The pictures that a terminal holds, and the escape sequences that are still to be sent to it."""

    def __init__(self, outbox: dict[int, str], cell_size: tuple[int, int]) -> None:
        """Put escape sequences into `outbox`, by the number of the picture; a cell has `cell_size` pixels."""
        self.cell_size = cell_size
        """The width and the height of a cell in pixels."""
        self.generation = 0
        """How often the terminal has lost its pictures. A widget drawn in an earlier generation must be drawn again."""
        self._outbox = outbox
        self._shown: dict[int, tuple[bytes, int, int]] = {}
        """Number → the picture that the terminal holds, and its columns and rows."""
        self._numbers = count(FIRST_PICTURE_NUMBER)

    def make_number(self) -> int:
        """A number that no picture has had."""
        return next(self._numbers)

    def show(self, number: int, png: bytes, columns: int, rows: int) -> None:
        """Send a picture in place of the one with the same number, unless the terminal holds it already."""
        if self._shown.get(number) != (png, columns, rows):
            self._shown[number] = (png, columns, rows)
            self._outbox[number] = write_picture(number, png, columns, rows)

    def delete(self, number: int) -> None:
        """Make the terminal forget a picture that it holds."""
        if self._shown.pop(number, None) is not None:
            self._outbox[number] = write_deletion(number)

    def take_deletions(self) -> str:
        """The escape sequences by which the terminal forgets all pictures, before it is given back."""
        deletions = "".join(map(write_deletion, self._shown))
        self._shown.clear()
        self._outbox.clear()
        self.generation += 1
        return deletions


def write_picture(number: int, png: bytes, columns: int, rows: int) -> str:
    """The escape sequences that send a picture and let placeholders with its number show it."""
    payload = b64encode(png).decode("ascii")
    chunks = [payload[start : start + CHUNK_LENGTH] for start in range(0, len(payload), CHUNK_LENGTH)]
    sequences = []
    for index, chunk in enumerate(chunks):
        has_more = int(index < len(chunks) - 1)
        # a=T: send and show; U=1: in placeholders; f=100: PNG; c, r: its columns and rows; q=2: answer nothing.
        keys = f"a=T,U=1,f=100,i={number},c={columns},r={rows},q=2,m={has_more}" if index == 0 else f"q=2,m={has_more}"
        sequences.append(f"\x1b_G{keys};{chunk}\x1b\\")
    return "".join(sequences)


def write_deletion(number: int) -> str:
    """The escape sequence that deletes a picture with its data."""
    return f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\"


def put_picture(canvas: Canvas, terminal: PixelTerminal, number: int) -> None:
    """Send the heat map of a canvas, if it has one, as the picture with this number, and let its cells show it."""
    backdrop = canvas.backdrop
    if backdrop is None or canvas.columns > MAX_CELLS or canvas.rows > MAX_CELLS:
        return
    sampling = _Sampling(backdrop.field, canvas)
    if not sampling.has_values:
        return
    png = encode_bands(sampling.find_bands(*_choose_size(canvas, sampling, terminal.cell_size)), backdrop)
    terminal.show(number, png, canvas.columns, canvas.rows)
    if sampling.interpolates:  # so are the colours behind marks
        backdrop = replace(backdrop, bands=sampling.find_bands(canvas.columns, 2 * canvas.rows).tolist())
    canvas.backdrop = replace(backdrop, picture=number)


def encode_bands(bands: "np.ndarray", backdrop: Backdrop) -> bytes:
    """Encode pixels as a PNG: those with a band number in the colours of the ramp, the others in that of the ground."""
    from io import BytesIO

    import numpy as np
    from PIL import Image

    height, width = bands.shape
    ground_index = np.int8(len(backdrop.ramp))  # the palette's last colour
    indices = np.where(bands < 0, ground_index, bands)
    image = Image.frombytes("P", (width, height), indices.tobytes())
    image.putpalette([channel for colour in (*backdrop.ramp, backdrop.palette.ground) for channel in colour])
    png = BytesIO()
    image.save(png, "PNG", bits=4, compress_level=1)
    return png.getvalue()


def _choose_size(canvas: Canvas, sampling: "_Sampling", cell_size: tuple[int, int]) -> tuple[int, int]:
    """The width and the height of a picture: those of its cells in pixels, or less in the same proportion."""
    width, height = canvas.columns * cell_size[0], canvas.rows * cell_size[1]
    return shrink_size(width, height) if sampling.interpolates else (width, height)


def shrink_size(width: int, height: int) -> tuple[int, int]:
    """The size of a picture of at most about `MAX_PIXELS` that fills width × height pixels.

    The terminal keeps the proportion of a picture when it makes it larger. So of all sizes somewhat smaller than the
    largest, the one is taken whose rounding leaves the narrowest margin beside the picture.
    """
    if width * height <= MAX_PIXELS:
        return width, height
    max_shrunk_height = max(1, round(height * (MAX_PIXELS / (width * height)) ** 0.5))

    def width_for(shrunk_height: int) -> int:
        return max(1, round(shrunk_height * width / height))

    def margin_of(shrunk_height: int) -> float:
        """The pixels, of the terminal, that a picture of this height leaves beside it or is too wide by."""
        return abs(shrunk_height * width - width_for(shrunk_height) * height) / shrunk_height

    shrunk_height = min(range(max_shrunk_height, max_shrunk_height * 9 // 10, -1), key=margin_of)
    return width_for(shrunk_height), shrunk_height


class _Sampling:
    """Looks up the values of a heat map, as bands, at as many points of a canvas as a picture has pixels."""

    def __init__(self, field: HeatMap, canvas: Canvas) -> None:
        import numpy as np

        self.interpolates = canvas.field_reach > 0
        """Whether colours change gradually between neighbouring values, as in a field, not at the edges of cells."""
        self._field, self._canvas = field, canvas
        self._values = np.asarray(field.values, dtype=float)
        self._bands = find_bands(field, self._values).astype(np.int8)
        self.has_values = bool((self._bands >= 0).any())
        """Whether any value is known."""
        self._levels = self._find_levels(find_span(self._values, field))
        """The values as band numbers with decimals; 0 where one is missing. Of single precision, which is quicker."""

    def _find_levels(self, span: tuple[float, float]) -> "np.ndarray":
        import numpy as np

        low, high = span
        finite = np.where(np.isfinite(self._values), self._values, low)
        levels = (finite - low) * (BAND_COUNT / ((high - low) or 1.0))
        levels = np.clip(levels, -MAX_LEVEL, MAX_LEVEL)
        return levels.astype(np.float32)

    def find_bands(self, width: int, height: int) -> "np.ndarray":
        """The band numbers at the middles of width × height pixels that fill the canvas, row by row from the top."""
        import numpy as np

        x, y, field = self._canvas.x, self._canvas.y, self._field
        row_count, column_count = self._values.shape
        x_middles, y_middles = find_middles(x, y, width, height)
        columns, columns_outside = find_cells(x_middles, field.x_range, column_count, 0.0)
        rows, rows_outside = find_cells(y_middles, field.y_range, row_count, 0.0)
        bands: np.ndarray
        bands = own_bands = self._bands[np.ix_(rows, columns)]
        if self.interpolates:
            columns_outside, rows_outside = self._find_edges(width, height)
            column_weights = _make_weights(x_middles, field.x_range, column_count)
            row_weights = _make_weights(y_middles, field.y_range, row_count)
            levels = self._interpolate(row_weights, column_weights)
            bands = np.clip(levels, 0, BAND_COUNT - 1).astype(np.int8)
            if self._bands.min() < 0:  # some values are missing
                bands = np.where(own_bands < 0, own_bands, bands)
        bands[rows_outside, :] = NO_FIELD
        bands[:, columns_outside] = NO_FIELD
        return bands

    def _find_edges(self, width: int, height: int) -> tuple["np.ndarray", "np.ndarray"]:
        """Which of so many columns and rows of pixels lie beyond the field: those whose half cell lies beyond it.

        By their own middles, the outermost pixels of a cell could be left out, and marks in it would stick out.
        """
        import numpy as np

        canvas, x, y = self._canvas, self._canvas.x, self._canvas.y
        x_middles, y_middles = find_middles(x, y, canvas.columns, 2 * canvas.rows)
        x_reach = canvas.field_reach * (x.high - x.low) / canvas.columns
        y_reach = canvas.field_reach * (y.high - y.low) / canvas.rows
        _, columns_outside = find_cells(x_middles, self._field.x_range, 1, x_reach)
        _, rows_outside = find_cells(y_middles, self._field.y_range, 1, y_reach)
        columns = np.arange(width) * len(columns_outside) // width
        rows = np.arange(height) * len(rows_outside) // height
        return columns_outside[columns], rows_outside[rows]

    def _interpolate(self, row_weights: "np.ndarray", column_weights: "np.ndarray") -> "np.ndarray":
        """The level of each pixel, from weights of pixels × field cells; missing values do not count."""
        import numpy as np

        is_known = np.isfinite(self._values)
        levels: np.ndarray = row_weights @ self._levels @ column_weights.T
        if not is_known.all():
            known_share = row_weights @ is_known.astype(np.float32) @ column_weights.T
            levels /= np.where(known_share > 0, known_share, 1)
        known_levels = self._levels[is_known]
        low, high = known_levels.min(initial=np.inf), known_levels.max(initial=-np.inf)
        if ((known_levels == low) | (known_levels == high)).all():  # two colours, with nothing between them
            levels = np.where(levels > (low + high) / 2, high, low)
        return levels


def _make_weights(middles: "np.ndarray", span: tuple[float, float], count: int) -> "np.ndarray":
    """Pixels × field cells: the weight of each of `count` cells over `span`, by linear interpolation.

    A pixel, whose middle is given, lies between the middles of two cells. At the ends of `span` it has the value of
    one.
    """
    import numpy as np

    positions = np.clip((middles - span[0]) / (span[1] - span[0]) * count - 0.5, 0, count - 1)
    lower = np.floor(positions).astype(int)
    share = positions - lower
    weights = np.zeros((len(middles), count), np.float32)  # a third of the time of doubles
    indices = np.arange(len(middles))
    weights[indices, np.minimum(lower + 1, count - 1)] = share
    weights[indices, lower] += 1 - share
    return weights
