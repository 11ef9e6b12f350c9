"""One kernel sliding over an image, one position a step (cross-correlation, as CNNs do).

    value(r, c) = Σ_channel Σ_i Σ_j  kernel[channel, i, j] · padded[channel, r·S + i, c·S + j]

Each position costs K·K·C multiplications; the map has (H + 2P − K)/S + 1 rows, rounded down. Max pooling divides the
map into windows without overlap and keeps the largest number of each, as soon as its last cell is filled.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from tutor.sims.datasets.images import FILTERS, IMAGES
from tutor.sims.engine.chart import Chart, HeatMap, Line
from tutor.sims.engine.code_step import CodeStep, read_rows
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param, refuse_value
from tutor.sims.engine.prediction import Prediction, make_prediction
from tutor.sims.engine.simulation import Preset, Simulation
from tutor.sims.engine.state import State, freeze_matrix
from tutor.sims.engine.view import View, WorkedLine, make_reading, make_worked_line
from tutor.text.numbers import counted, format_factor, format_number

Map = tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True)
class ConvolutionState(State):
    """The feature map, computed up to the window's position."""

    image: tuple[tuple[tuple[float, ...], ...], ...]
    """C×H×W, without padding."""
    kernel_weights: tuple[tuple[tuple[float, ...], ...], ...]
    """C×K×K."""
    stride: int
    padding: int
    row: int | None
    column: int | None
    value: float | None
    multiplications: int
    """So far."""
    feature_map: Map
    pooled: Map | None
    """The largest number of each full window of the map; `None` without pooling."""


def _map_arguments(
    rules: "Convolution", before: ConvolutionState, after: ConvolutionState
) -> tuple[Sequence[object], str]:
    return (np.array(before.image), np.array([before.kernel_weights]), rules.stride, rules.padding), ""


def _take_cell(
    rules: "Convolution", before: ConvolutionState, after: ConvolutionState, answer: Any
) -> ConvolutionState:
    """The number at the place of this step, of the whole map that was returned."""
    (found,) = answer
    row, column = divmod(before.step, rules.size[1])
    value = read_rows(found, *rules.size)[row][column]
    filled = replace_cell(before.feature_map, row, column, value)
    return replace(after, value=value, feature_map=filled, pooled=pool_map(filled, rules.pool))


def replace_cell(cells: Map, row: int, column: int, value: float) -> Map:
    """The map with this number in one cell."""
    changed = (*cells[row][:column], value, *cells[row][column + 1 :])
    return (*cells[:row], changed, *cells[row + 1 :])


def pool_map(cells: Map, size: int) -> Map | None:
    """The largest number of each window of size × size; `None` in a window that is not full, and without pooling."""
    if not size:
        return None

    def largest(top: int, left: int) -> float | None:
        window = [value for row in cells[top : top + size] for value in row[left : left + size]]
        known = [value for value in window if value is not None]
        return max(known) if len(known) == len(window) else None

    rows, columns = len(cells) // size, len(cells[0]) // size
    return tuple(tuple(largest(size * r, size * c) for c in range(columns)) for r in range(rows))


@dataclass(frozen=True)
class Convolution(Simulation[ConvolutionState]):
    """A window moves over an image and writes one number at each place."""

    name: ClassVar[str] = "convolution"
    title: ClassVar[str] = "One kernel over an image"
    summary: ClassVar[str] = "At each position the products of window and kernel are summed into one number."
    unit: ClassVar[str] = "one kernel position"
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("edges of a digit", "Bright where the image goes from dark to light, left to right.", {}),
        Preset("blur", "Every number is the mean of its window.", {"filter": "blur", "kernel": 3}),
        Preset("max pooling", "The map is divided into 2 × 2 cells, and the largest of each is kept.", {"pool": 2}),
        Preset(
            "1×1",
            "A window of one cell sees no neighbours: it can only mix channels.",
            {"kernel": 1, "filter": "blur"},
            "bad",
        ),
    )

    code_steps: ClassVar[tuple[CodeStep, ...]] = (CodeStep("conv2d", lambda *_: True, _map_arguments, _take_cell),)

    height: int = param(12, "Height H", "Rows of the image.", low=1, high=64)
    width: int = param(12, "Width W", "Columns of the image.", low=1, high=64)
    channels: int = param(3, "Channels C", "Layers of the image.", low=1, high=16)
    kernel: int = param(5, "Kernel size K", "The window has K × K cells in every channel.", low=1, high=15)
    stride: int = param(1, "Stride S", "How far the window moves.", low=1, high=16)
    padding: int = param(0, "Padding P", "Rows and columns of zeros around the image.", low=0, high=15)
    image: str = param("digit", "Image", "The input image.", choices=tuple(IMAGES))
    filter: str = param("edge", "Filter", "What the kernel responds to.", choices=tuple(FILTERS))
    shift: int = param(0, "Shift", "Columns by which the image is moved to the right; zeros come in.", low=0, high=63)
    pool: int = param(0, "Pooling", "Side of the windows of max pooling: 2 or 3, or 0 for none.", low=0, high=3)

    def check(self) -> None:
        """The window must fit."""
        for side, length in (("height", self.height), ("width", self.width)):
            padded = length + 2 * self.padding
            if self.kernel > padded:
                raise refuse_value(self, "kernel", f"at most {padded}, the padded {side}, or more padding")
        if self.pool == 1:
            raise refuse_value(self, "pool", "2 or 3, or 0 for none")
        if self.pool > min(self.size):
            raise refuse_value(self, "pool", f"0 for none, because the map is only {self.size[0]}×{self.size[1]}")

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the feature map."""
        rows = (self.height + 2 * self.padding - self.kernel) // self.stride + 1
        return rows, (self.width + 2 * self.padding - self.kernel) // self.stride + 1

    def start(self) -> ConvolutionState:
        """Image and kernel, the map empty."""
        rows, columns = self.size
        image = IMAGES[self.image](self.channels, self.height, self.width, self.random(0))
        image = np.pad(image, ((0, 0), (0, 0), (self.shift, 0)))[:, :, : self.width]
        weights = FILTERS[self.filter](self.channels, self.kernel, self.random(0))
        return ConvolutionState(
            0,
            _nest(image),
            _nest(weights),
            self.stride,
            self.padding,
            None,
            None,
            None,
            0,
            ((None,) * columns,) * rows,
            pool_map(((None,) * columns,) * rows, self.pool),
        )

    @property
    def step_cost(self) -> int:
        """Microseconds of one step."""
        return 600

    def step(self, state: ConvolutionState) -> ConvolutionState:
        """The next position, row by row."""
        row, column = divmod(state.step, self.size[1])
        products = self._cut_window(state, row, column) * np.array(state.kernel_weights)
        value = math.fsum(products.ravel().tolist())  # what cancels is exactly 0
        filled = replace_cell(state.feature_map, row, column, value)
        return replace(
            state,
            step=state.step + 1,
            row=row,
            column=column,
            value=value,
            multiplications=state.multiplications + self.kernel**2 * self.channels,
            feature_map=filled,
            pooled=pool_map(filled, self.pool),
        )

    @property
    def length(self) -> int:
        """One for each place of the window."""
        return self.size[0] * self.size[1]

    def _cut_window(self, state: ConvolutionState, row: int, column: int) -> np.ndarray:
        pad = self.padding
        padded = np.pad(np.array(state.image), ((0, 0), (pad, pad), (pad, pad)))
        top, left = row * self.stride, column * self.stride
        return padded[:, top : top + self.kernel, left : left + self.kernel]

    def view(self, history: RunHistory[ConvolutionState]) -> View:
        """The image with its window, the kernel, and the map as far as it is filled."""
        state = history.state
        rows = (
            make_reading(state, "row", "row"),
            make_reading(state, "column", "column"),
            make_reading(state, "value", "value"),
            make_reading(state, "multiplications", "multiplications"),
        )
        lines: tuple[WorkedLine, ...] = ()
        if state.row is not None and state.column is not None:
            lines = (self._make_products_line(state),)
        pictures = (
            self._draw_image(state),
            self._draw_map(state),
            *self._draw_pooled(state),
            self._draw_weights(state),
        )
        return View(pictures, rows, lines, self._narrate(state), self._make_prediction(state))

    def _make_products_line(self, state: ConvolutionState) -> WorkedLine:
        """The products of the window, written out as far as a line is long."""
        window = self._cut_window(state, state.row or 0, state.column or 0).ravel()
        weights = np.array(state.kernel_weights).ravel()
        terms = [
            (
                rf"{format_factor(float(w))} \cdot "
                rf"{format_factor(float(v))}"
            )
            for w, v in zip(weights, window, strict=True)
            if w
        ]
        written = " + ".join(terms[:6]) + (r" + \dots" if len(terms) > 6 else "") or "0"
        times = "" if self.stride == 1 else f"{self.stride} "
        formula = rf"\text{{value}} = \sum_{{c, i, j}} w_{{c, i, j}} X_{{c, {times}r + i, {times}s + j}}"
        return make_worked_line(state, "value", formula, written)

    def _draw_image(self, state: ConvolutionState) -> Chart:
        """The image with the window at its position."""
        picture = np.mean(np.array(state.image), axis=0)
        marks: list[HeatMap | Line] = [HeatMap(picture.tolist(), (0, self.width), (0, self.height), "mean of channels")]
        if state.row is not None and state.column is not None:
            left = state.column * self.stride - self.padding
            top = state.row * self.stride - self.padding
            right, bottom = left + self.kernel, top + self.kernel
            marks.append(Line([left, right, right, left, left], [top, top, bottom, bottom, top], "window", "accent"))
        return Chart(
            "Image and window",
            tuple(marks),
            f"A {self.height}×{self.width} image; the window of {self.kernel}×{self.kernel} "
            + (
                "is not placed yet."
                if state.row is None
                else (f"is at row {state.row}, column {format_number(state.column)}.")
            ),
            "column",
            "row",
            y_down=True,
            scale="image",
        )

    def _draw_map(self, state: ConvolutionState) -> Chart:
        rows, columns = self.size
        return Chart(
            "Feature map",
            (HeatMap(state.feature_map, (0, columns), (0, rows), "value", True),),
            f"{state.step} of {counted(rows * columns, 'cell')} of the feature map filled.",
            "column",
            "row",
            y_down=True,
            scale="image",
        )

    def _draw_weights(self, state: ConvolutionState) -> Chart:
        """The kernel in the first channel."""
        weights = state.kernel_weights[0]
        low, high = min(map(min, weights)), max(map(max, weights))
        about = f"The kernel in channel 1: its weights are from {format_number(low)} to {format_number(high)}."
        marks = (HeatMap(weights, (0, self.kernel), (0, self.kernel), "weight", True),)
        return Chart("Kernel, channel 1", marks, about, "column", "row", y_down=True, scale="image")

    def _draw_pooled(self, state: ConvolutionState) -> tuple[Chart, ...]:
        if state.pooled is None:
            return ()
        rows, columns = len(state.pooled), len(state.pooled[0])
        full = sum(value is not None for row in state.pooled for value in row)
        about = f"{full} of {counted(rows * columns, 'cell')} of the pooled map filled."
        marks = (HeatMap(state.pooled, (0, columns), (0, rows), "value", True),)
        return (Chart("After max pooling", marks, about, "column", "row", y_down=True, scale="image"),)

    def _narrate(self, state: ConvolutionState) -> str:
        each = self.kernel**2 * self.channels
        if state.row is None:
            return (
                f"The kernel has {counted(each, 'weight')}, {self.kernel}·{self.kernel} over "
                f"{counted(self.channels, 'channel')}; the feature map will be {self.size[0]}×{self.size[1]}."
            )
        return (
            f"Row {state.row}, column {state.column}: the sum of {counted(each, 'product')} is "
            f"{format_number(state.value)}; "
            f"{counted(state.multiplications, 'multiplication')} so far."
        )

    def _make_prediction(self, state: ConvolutionState) -> Prediction | None:
        if self.done(state):
            return None
        each = self.kernel**2 * self.channels
        after = state.multiplications + each
        return make_prediction(
            "How many multiplications will have been done after the next position?",
            "multiplications",
            after,
            ((state.multiplications + self.kernel**2, "That leaves out the channels."),) if self.channels > 1 else (),
            f"Each position adds {self.kernel} · {self.kernel} · {self.channels} = {each}.",
        )


def _nest(values: np.ndarray) -> tuple[tuple[tuple[float, ...], ...], ...]:
    return tuple(map(freeze_matrix, values))
