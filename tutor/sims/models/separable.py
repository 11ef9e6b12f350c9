"""When a separable pair equals a standard bank: one rank a channel.

A pair with depth multiplier m makes K[n, c] = Σ_{k ≤ m} p[n, c, k]·d[c, k]. So the N slices of channel c, as rows
of an N×K² matrix, must have rank at most m. The best pair keeps the m largest singular values of each channel
(Eckart and Young 1936), and leaves the relative error √(Σ σ² left out / Σ σ²).
"""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from tutor.sims.engine.chart import Bars, Chart, HeatMap, Picture, Role
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param
from tutor.sims.engine.prediction import Prediction, make_prediction
from tutor.sims.engine.simulation import Preset, Simulation, look_ahead
from tutor.sims.engine.state import State, freeze_matrix, freeze_vector
from tutor.sims.engine.view import View, make_reading
from tutor.text.numbers import counted, format_number

MAX_BARS = 12
"""How many singular values of a channel are drawn at most."""
Bank = tuple[tuple[tuple[tuple[float, ...], ...], ...], ...]
"""N kernels of C channels of K rows of K weights."""
MAX_RELATIVE_ROUNDING = 1e-9
"""A singular value below this share of the largest, or an error below this, is a rounding error of 0."""
TINY = 1e-300
"""A divisor or a largest value at least: in place of 0."""


@dataclass(frozen=True)
class SeparableState(State):
    """The bank, the ranks of the channels examined so far, and the error at the end."""

    bank: Bank
    """The kernels, shape (N, C, K, K)."""
    multiplier: int
    ranks: tuple[int | None, ...]
    """The rank of each channel's slices; `None` if not examined yet."""
    singular_values: tuple[tuple[float, ...] | None, ...]
    """The singular values of each channel's N×K² matrix of slices, the largest first."""
    error: float | None
    """Relative Frobenius error of the best pair with that multiplier."""


@dataclass(frozen=True)
class Separable(Simulation[SeparableState]):
    """Compare a bank of kernels with its best depthwise separable approximation."""

    name: ClassVar[str] = "separable"
    title: ClassVar[str] = "When are the two convolutions equal?"
    summary: ClassVar[str] = "A bank is separable only if each channel’s slices are multiples of one spatial kernel."
    unit: ClassVar[str] = "one channel, then the 1×1 mix"
    stochastic: ClassVar[bool] = True
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("equal", "Rank 1 in every channel: the pair computes exactly what the bank computes.", {}),
        Preset(
            "rank 3, multiplier 1", "Two of the three spatial kernels of each channel are lost.", {"rank": 3}, "bad"
        ),
        Preset(
            "rank 3, multiplier 3",
            "As many spatial kernels as the rank: equal again, at three times the cost.",
            {"rank": 3, "multiplier": 3},
        ),
    )

    channels: int = param(3, "Channels C", "Input channels.", low=1, high=16)
    kernels: int = param(8, "Kernels N", "Kernels in the bank.", low=1, high=64)
    kernel: int = param(5, "Kernel size K", "Each kernel has K × K cells in every channel.", low=1, high=11)
    rank: int = param(1, "Rank", "How many spatial kernels each channel’s slices are mixed from.", low=1, high=25)
    multiplier: int = param(
        1, "Depth multiplier m", "Spatial kernels the pair may use for each channel.", low=1, high=25
    )

    def start(self) -> SeparableState:
        """The bank, with no channel examined yet."""
        rng, c = self.random(0), self.channels
        spatial = np.round(rng.normal(size=(c, self.rank, self.kernel, self.kernel)), 2)
        mix = np.round(rng.normal(size=(self.kernels, c, self.rank)), 2)
        bank = np.einsum("ncr,crij->ncij", mix, spatial)
        nested = tuple(tuple(map(freeze_matrix, kernel)) for kernel in bank)
        return SeparableState(0, nested, self.multiplier, (None,) * c, (None,) * c, None)

    @property
    def step_cost(self) -> int:
        """About how many microseconds one step takes, for the budget of a lesson."""
        return 200 + 12 * self.kernels

    def step(self, state: SeparableState) -> SeparableState:
        """Find the rank of the next channel's slices; after the last channel, the error of the best pair."""
        channel = state.step
        if channel == self.channels:
            return replace(state, step=state.step + 1, error=self._relative_error(state))
        values = np.linalg.svd(self._channel_slices(state, channel), compute_uv=False)
        smallest_nonzero = MAX_RELATIVE_ROUNDING * max(values[0], TINY)  # above 0, so that slices of zeros have rank 0
        rank = int((values > smallest_nonzero).sum())
        ranks, singular_values = list(state.ranks), list(state.singular_values)
        ranks[channel], singular_values[channel] = rank, freeze_vector(values)
        return replace(state, step=state.step + 1, ranks=tuple(ranks), singular_values=tuple(singular_values))

    @property
    def length(self) -> int:
        """One step for each channel, and one for the error."""
        return self.channels + 1

    def _channel_slices(self, state: SeparableState, channel: int) -> np.ndarray:
        """The slices of one channel, flattened, one a row: shape (N, K²)."""
        return np.array(state.bank)[:, channel].reshape(self.kernels, -1)

    def _relative_error(self, state: SeparableState) -> float:
        """√(Σ σ² left out / Σ σ²) over all channels."""
        squares = [np.array(values) ** 2 for values in state.singular_values if values is not None]
        left_out = sum(float(channel_squares[self.multiplier :].sum()) for channel_squares in squares)
        total = sum(float(channel_squares.sum()) for channel_squares in squares)
        return float(np.sqrt(left_out / max(total, TINY)))  # 0 for a bank of zeros

    def view(self, history: RunHistory[SeparableState]) -> View:
        """The view of the last state, with pictures of the slices and singular values of the channel examined last."""
        state = history.state
        channel = min(max(state.step - 1, 0), self.channels - 1)  # the first at the start, the last at the end
        pictures: list[Picture] = [self._draw_slices(state, channel)]
        values = state.singular_values[channel]
        if values is not None:
            pictures.append(self._draw_singular_values(channel, values, state.ranks[channel] or 0))
        readings = [make_reading(state, f"rank of channel {k + 1}", f"ranks[{k}]") for k in range(self.channels)]
        readings.append(make_reading(state, "error of the best pair", "error", is_residue=True))
        return View(tuple(pictures), tuple(readings), (), self._narrate(state), self._make_prediction(state))

    def _draw_slices(self, state: SeparableState, channel: int) -> Chart:
        """The slices of a channel, one a row."""
        slices = self._channel_slices(state, channel)
        name = f"channel {channel + 1}"
        return Chart(
            f"Slices of {name}",
            (
                HeatMap(
                    slices.tolist(), (0.5, self.kernel**2 + 0.5), (0.5, self.kernels + 0.5), "weight", diverging=True
                ),
            ),
            f"{counted(self.kernels, 'slice')} of {name}, one a row: {counted(self.kernel**2, 'cell')}.",
            "cell",
            "kernel",
            y_down=True,
            scale="table",
        )

    def _draw_singular_values(self, channel: int, values: tuple[float, ...], rank: int) -> Chart:
        """The singular values of a channel: those that the best pair keeps, and those that are lost."""
        drawn = list(values[: min(rank, MAX_BARS)])
        names = [str(index + 1) for index in range(len(drawn))]
        roles: list[Role] = ["accent" if index < self.multiplier else "muted" for index in range(len(drawn))]
        if rank < min(len(values), MAX_BARS):  # one bar for all others, which are 0
            first, last = rank + 1, len(values)
            names.append(f"{first}–{last}" if first < last else f"{last}")
            drawn.append(values[rank])
            roles.append("muted")
        meanings: dict[Role, str] = {"accent": "kept"}
        if rank > self.multiplier:
            meanings["muted"] = "lost"
        return Chart(
            f"Singular values of channel {channel + 1}",
            (Bars(names, drawn, "", roles, is_residue=True, meanings=meanings),),
            self._describe_kept_values(rank),
            "number",
            "singular value",
            gives_way=True,
        )

    def _describe_kept_values(self, rank: int) -> str:
        """Say which singular values the best pair keeps of a channel of this rank."""
        opening = f"Rank {rank}, depth multiplier {self.multiplier}: "
        lost = max(0, rank - self.multiplier)
        if not lost:
            return f"{opening}nothing is lost."
        if self.multiplier == 1:
            kept_words = "the largest singular value"
        else:
            kept_words = f"the {self.multiplier} largest singular values"
        return f"{opening}{kept_words} kept, {lost} lost."

    def _narrate(self, state: SeparableState) -> str:
        """The sentence about the channel that was examined last, or about the error."""
        if state.step == 0:
            return (
                f"A bank of {counted(self.kernels, 'kernel')} over {counted(self.channels, 'channel')}; each channel "
                f"has {counted(self.kernels, 'slice')}."
            )
        if state.error is not None:
            is_exact = state.error < MAX_RELATIVE_ROUNDING
            opening = f"With depth multiplier {self.multiplier} the best separable pair"
            if is_exact:
                return f"{opening} does exactly what the bank does."
            return f"{opening} differs from the bank by a relative error of {format_number(state.error)}."
        channel = state.step - 1
        rank = state.ranks[channel] or 0
        conclusion = "one spatial kernel suffices" if rank == 1 else f"{rank} spatial kernels are needed"
        subject = "its one slice has" if self.kernels == 1 else f"the {self.kernels} slices have"
        hint = ": each row of the picture is a multiple of one row" if rank == 1 and self.kernels > 1 else ""
        return f"Channel {channel + 1}: {subject} rank {rank}, so {conclusion}{hint}."

    def _make_prediction(self, state: SeparableState) -> Prediction | None:
        """Ask for the rank of the next channel's slices; after the last channel for the error of the best pair."""
        if self.done(state):
            return None
        after = look_ahead(self, state)
        if after.error is None:
            rank = after.ranks[state.step] or 0
            mistakes = [(self.kernels, "That is how many slices there are, not how many are independent.")]
            return make_prediction(
                (
                    f"The {counted(self.kernels, 'slice')} of channel {state.step + 1} are mixed from "
                    f"{counted(self.rank, 'spatial kernel')}. What is their rank?"
                ),
                f"ranks[{state.step}]",
                rank,
                mistakes if rank != self.kernels else [],
                "It is at most the number of spatial kernels, of slices, and of cells.",
            )
        squares = [np.array(values) ** 2 for values in state.singular_values if values is not None]
        total = sum(float(channel_squares.sum()) for channel_squares in squares)
        kept = sum(float(channel_squares[: self.multiplier].sum()) for channel_squares in squares)
        largest_rank = max(rank or 0 for rank in state.ranks)
        # Exactly 0 if there are as many spatial kernels as the rank: the difference would be a rounding error.
        left_out = max(0.0, total - kept) if largest_rank > self.multiplier else 0.0
        left_out_share = left_out / total if total else 0.0
        spatial = f"{counted(self.multiplier, 'spatial kernel')} for each channel"
        return make_prediction(
            f"The ranks are {format_number(state.ranks)}, and the pair has {spatial}. Over all channels the squared "
            f"singular values add up to {format_number(total)}; the pair leaves out {format_number(left_out)} of that. "
            "What will its relative error be?",
            "error",
            after.error,
            [(left_out_share, "That is the share of the squares; the error is its root.")],
            r"It is $\sqrt{\text{left out} / \text{all}}$: 0 with at least as many spatial kernels as the rank.",
        )
