"""One kernel sliding over an image, one position a step (cross-correlation, as CNNs do).

    value(r, c) = Σ_channel Σ_i Σ_j  kernel[channel, i, j] · padded[channel, r·S + i, c·S + j]

Each position costs K·K·C multiplications; the map has (H + 2P − K)/S + 1 rows, rounded down. Max pooling divides the
map into windows without overlap and keeps the largest number of each, as soon as its last cell is filled.
"""

import math
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from tutor.sims.datasets.images import FILTERS, IMAGES
from tutor.sims.engine.chart import Chart, HeatMap, Label, Line
from tutor.sims.engine.code_step import CallArguments, CodeStep, read_rows
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.outline import outline_square
from tutor.sims.engine.parameters import conflicting_value_error, param
from tutor.sims.engine.prediction import Prediction, make_prediction
from tutor.sims.engine.simulation import Preset, Simulation
from tutor.sims.engine.state import State, freeze_matrix
from tutor.sims.engine.view import View, WorkedLine, make_reading, make_worked_line
from tutor.text.numbers import counted, format_factor, format_number

MAX_SIGNED_SIDE = 16
"""The most rows or columns of an image whose window shows the kernel's signs; a larger one has too small cells."""

Map = tuple[tuple[float | None, ...], ...]
"""Rows of numbers; `None` for a cell that is not computed yet."""


@dataclass(frozen=True)
class ConvolutionState(State):
    """The feature map, computed up to the window's position."""

    image: tuple[tuple[tuple[float, ...], ...], ...]
    """Shape (C, H, W), without padding."""
    kernel_weights: tuple[tuple[tuple[float, ...], ...], ...]
    """Shape (C, K, K)."""
    stride: int
    padding: int
    row: int | None
    """The row of the feature map that was computed last, and in `column` its column; `None` at the start."""
    column: int | None
    value: float | None
    """The number that was computed last."""
    multiplications: int
    """The number of multiplications so far."""
    feature_map: Map
    pooled: Map | None
    """The feature map after max pooling, in windows that are full; `None` without pooling."""


def _map_arguments(rules: "Convolution", before: ConvolutionState, after: ConvolutionState) -> CallArguments:
    """The arguments of a learner's `conv2d(image, kernels, stride, padding)`, with one kernel."""
    return CallArguments((np.array(before.image), np.array([before.kernel_weights]), rules.stride, rules.padding))


def _take_cell(
    rules: "Convolution", before: ConvolutionState, after: ConvolutionState, answer: Any
) -> ConvolutionState:
    """The state with this step's cell, taken from the feature map that the learner's function returned."""
    (returned_map,) = answer
    _, columns = rules.map_shape
    row, column = divmod(before.step, columns)
    value = read_rows(returned_map, *rules.map_shape)[row][column]
    feature_map = replace_cell(before.feature_map, row, column, value)
    return replace(after, value=value, feature_map=feature_map, pooled=pool_map(feature_map, rules.pool))


def replace_cell(cells: Map, row: int, column: int, value: float) -> Map:
    """`cells` with `value` in one cell."""
    changed_row = (*cells[row][:column], value, *cells[row][column + 1 :])
    return (*cells[:row], changed_row, *cells[row + 1 :])


def pool_map(cells: Map, side: int) -> Map | None:
    """Max pooling of `cells`: the largest number of each window of side × side cells.

    A window in which a number is missing gives `None`. Without pooling, `side` is 0 and the result is `None`.
    """
    if not side:
        return None

    def find_largest(top: int, left: int) -> float | None:
        window = [value for row in cells[top : top + side] for value in row[left : left + side]]
        computed = [value for value in window if value is not None]
        return max(computed) if len(computed) == len(window) else None

    rows, columns = len(cells) // side, len(cells[0]) // side
    return tuple(tuple(find_largest(side * row, side * column) for column in range(columns)) for row in range(rows))


@dataclass(frozen=True)
class Convolution(Simulation[ConvolutionState]):
    """A window moves over an image and gives one number at each position."""

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
        """Raise `UsageError` for a kernel or pooling windows that do not fit, and for pooling windows of size 1."""
        for side, length in (("height", self.height), ("width", self.width)):
            padded_length = length + 2 * self.padding
            if self.kernel > padded_length:
                raise conflicting_value_error(
                    self, "kernel", f"at most {padded_length}, the padded {side}, or more padding"
                )
        if self.pool == 1:
            raise conflicting_value_error(self, "pool", "2 or 3, or 0 for none")
        if self.pool > min(self.map_shape):
            raise conflicting_value_error(
                self, "pool", f"0 for none, because the map is only {self.map_shape[0]}×{self.map_shape[1]}"
            )

    @property
    def map_shape(self) -> tuple[int, int]:
        """(rows, columns) of the feature map."""
        rows = (self.height + 2 * self.padding - self.kernel) // self.stride + 1
        columns = (self.width + 2 * self.padding - self.kernel) // self.stride + 1
        return rows, columns

    @property
    def _products_per_position(self) -> int:
        """The number of products at each position: one for each weight of the kernel."""
        return self.kernel**2 * self.channels

    @property
    def _shows_signs(self) -> bool:
        """Whether the window on the image shows the signs of the kernel's weights."""
        return max(self.height, self.width) <= MAX_SIGNED_SIDE

    def start(self) -> ConvolutionState:
        """The image and the kernel, with an empty feature map."""
        rows, columns = self.map_shape
        image = IMAGES[self.image](self.channels, self.height, self.width, self.random(0))
        # Move it to the right: add columns of zeros on the left, and cut off as many columns on the right.
        image = np.pad(image, ((0, 0), (0, 0), (self.shift, 0)))[:, :, : self.width]
        weights = FILTERS[self.filter](self.channels, self.kernel, self.random(0))
        empty_map: Map = ((None,) * columns,) * rows
        return ConvolutionState(
            step=0,
            image=_nest(image),
            kernel_weights=_nest(weights),
            stride=self.stride,
            padding=self.padding,
            row=None,
            column=None,
            value=None,
            multiplications=0,
            feature_map=empty_map,
            pooled=pool_map(empty_map, self.pool),
        )

    @property
    def step_cost(self) -> int:
        """About how many microseconds one step takes, for the budget of a lesson."""
        return 600

    def step(self, state: ConvolutionState) -> ConvolutionState:
        """Compute the number at the next position, row by row."""
        _, columns = self.map_shape
        row, column = divmod(state.step, columns)
        products = self._cut_window(state, row, column) * np.array(state.kernel_weights)
        value = math.fsum(products.ravel().tolist())  # exact: terms that cancel give 0
        feature_map = replace_cell(state.feature_map, row, column, value)
        return replace(
            state,
            step=state.step + 1,
            row=row,
            column=column,
            value=value,
            multiplications=state.multiplications + self._products_per_position,
            feature_map=feature_map,
            pooled=pool_map(feature_map, self.pool),
        )

    @property
    def length(self) -> int:
        """One step for each position."""
        rows, columns = self.map_shape
        return rows * columns

    def _cut_window(self, state: ConvolutionState, row: int, column: int) -> np.ndarray:
        """The window of the padded image for this cell of the feature map, shape (C, K, K)."""
        both_sides = (self.padding, self.padding)
        padded = np.pad(np.array(state.image), ((0, 0), both_sides, both_sides))
        top, left = row * self.stride, column * self.stride
        return padded[:, top : top + self.kernel, left : left + self.kernel]

    def view(self, history: RunHistory[ConvolutionState]) -> View:
        """The view of the last state, with pictures of the image with its window, the map so far, and the kernel."""
        state = history.state
        readings = (
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
        return View(pictures, readings, lines, self._narrate(state), self._make_prediction(state))

    def _make_products_line(self, state: ConvolutionState) -> WorkedLine:
        """The sum at the last position: of a term for each channel or, in an image with one, for each row."""
        window = self._cut_window(state, state.row or 0, state.column or 0)
        products = window * np.array(state.kernel_weights)
        summands = products if self.channels > 1 else products[0]  # channels, or rows of the window
        # Words, since Unicode has no subscript for several indices: X[c, r + i, s + j].
        order = "channel by channel" if self.channels > 1 else "row by row"
        formula = rf"\text{{{order}: value}} = \sum \text{{kernel}} \cdot \text{{window}}"
        sums = [math.fsum(summand.ravel().tolist()) for summand in summands]
        return make_worked_line(state, "value", formula, " + ".join(map(format_factor, sums)))

    def _draw_image(self, state: ConvolutionState) -> Chart:
        """The image, as the mean of its channels, with the window at its position and the kernel's signs in it."""
        mean_image = np.mean(np.array(state.image), axis=0)
        marks: list[HeatMap | Line | Label] = [
            HeatMap(mean_image.tolist(), (0, self.width), (0, self.height), "mean of channels")
        ]
        position_words = "is not placed yet"
        if state.row is not None and state.column is not None:
            left = state.column * self.stride - self.padding
            top = state.row * self.stride - self.padding
            label = "window, kernel’s signs" if self._shows_signs else "window"
            marks.append(outline_square(top, left, self.kernel, label, "accent"))
            if self._shows_signs:
                marks += [
                    Label(left + column + 0.5, top + row + 0.5, _sign_of(weight), None, is_in_cell=True)
                    for row, weights in enumerate(state.kernel_weights[0])
                    for column, weight in enumerate(weights)
                ]
            position_words = f"is at row {state.row}, column {format_number(state.column)}"
        window_words = f"the window of {self.kernel}×{self.kernel} {position_words}"
        return Chart(
            "Image and window",
            tuple(marks),
            f"A {self.height}×{self.width} image; {window_words}.",
            "column",
            "row",
            y_down=True,
            scale="image",
        )

    def _draw_map(self, state: ConvolutionState) -> Chart:
        """The feature map as far as it is computed."""
        rows, columns = self.map_shape
        marks: list[HeatMap | Line] = [HeatMap(state.feature_map, (0, columns), (0, rows), "value", diverging=True)]
        if state.row is not None and state.column is not None:
            marks.append(outline_square(state.row, state.column, 1, "", "accent"))
        return Chart(
            "Feature map",
            tuple(marks),
            f"{state.step} of {counted(rows * columns, 'cell')} of the feature map filled.",
            "column",
            "row",
            y_down=True,
            scale="image",
        )

    def _draw_weights(self, state: ConvolutionState) -> Chart:
        """The weights of the kernel in the first channel."""
        weights = state.kernel_weights[0]
        low, high = min(map(min, weights)), max(map(max, weights))
        description = f"The kernel in channel 1: its weights are from {format_number(low)} to {format_number(high)}."
        heat_map = HeatMap(weights, (0, self.kernel), (0, self.kernel), "weight", diverging=True)
        return Chart(
            "Kernel, channel 1",
            (heat_map,),
            description,
            "column",
            "row",
            y_down=True,
            scale="image",
            gives_way=self._shows_signs,
        )

    def _draw_pooled(self, state: ConvolutionState) -> tuple[Chart, ...]:
        """The map after max pooling; empty without pooling."""
        if state.pooled is None:
            return ()
        rows, columns = len(state.pooled), len(state.pooled[0])
        filled_count = sum(value is not None for row in state.pooled for value in row)
        description = f"{filled_count} of {counted(rows * columns, 'cell')} of the pooled map filled."
        heat_map = HeatMap(state.pooled, (0, columns), (0, rows), "value", diverging=True)
        return (Chart("After max pooling", (heat_map,), description, "column", "row", y_down=True, scale="image"),)

    def _narrate(self, state: ConvolutionState) -> str:
        """The sentence about the last position."""
        products, per_channel = self._products_per_position, counted(self.kernel**2, "product")
        if state.row is None:
            rows, columns = self.map_shape
            sizes = (
                f"The kernel has {counted(products, 'weight')}, {self.kernel}·{self.kernel} over "
                f"{counted(self.channels, 'channel')}; the feature map will be {rows}×{columns}."
            )
            signs = " The window will show the signs of its weights in channel 1." if self._shows_signs else ""
            return sizes + signs
        each_channel = f"each of {counted(self.channels, 'channel')}" if self.channels > 1 else "one channel"
        return (
            f"Row {state.row}, column {state.column}: {per_channel} in {each_channel} sum to "
            f"{format_number(state.value)}; "
            f"{counted(state.multiplications, 'multiplication')} so far."
        )

    def _make_prediction(self, state: ConvolutionState) -> Prediction | None:
        """Ask for the number of multiplications after the next position."""
        if self.done(state):
            return None
        products = self._products_per_position
        mistakes = [(state.multiplications + self.kernel**2, "That leaves out the channels.")]
        return make_prediction(
            "How many multiplications will have been done after the next position?",
            "multiplications",
            state.multiplications + products,
            mistakes if self.channels > 1 else [],
            f"Each position adds {self.kernel} · {self.kernel} · {self.channels} = {products}.",
        )


def _sign_of(weight: float) -> str:
    """The sign of a weight, as the window shows it: + or −, or 0 for a weight of 0."""
    return "+" if weight > 0 else "−" if weight < 0 else "0"


def _nest(values: np.ndarray) -> tuple[tuple[tuple[float, ...], ...], ...]:
    """An array of three dimensions as nested tuples, as states hold it."""
    return tuple(map(freeze_matrix, values))
