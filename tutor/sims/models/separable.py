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
"""Singular values of a channel that are drawn at most."""
Bank = tuple[tuple[tuple[tuple[float, ...], ...], ...], ...]


@dataclass(frozen=True)
class SeparableState(State):
    """Ranks of the channels examined so far; the error at the end."""

    bank: Bank
    """N×C×K×K."""
    multiplier: int
    ranks: tuple[int | None, ...]
    singular_values: tuple[tuple[float, ...] | None, ...]
    """Of each channel's N×K² matrix, the largest first."""
    error: float | None
    """Relative Frobenius error of the best pair with that multiplier."""


@dataclass(frozen=True)
class Separable(Simulation[SeparableState]):
    """Compare a bank of kernels with its best depthwise separable approximation."""

    name: ClassVar[str] = "separable"
    title: ClassVar[str] = "When are the two convolutions equal?"
    summary: ClassVar[str] = "A bank is separable only if each channel's slices are multiples of one spatial kernel."
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
    rank: int = param(1, "Rank", "How many spatial kernels each channel's slices are mixed from.", low=1, high=25)
    multiplier: int = param(
        1, "Depth multiplier m", "Spatial kernels the pair may use for each channel.", low=1, high=25
    )

    def start(self) -> SeparableState:
        """The bank, nothing known about it."""
        rng, c = self.random(0), self.channels
        spatial = np.round(rng.normal(size=(c, self.rank, self.kernel, self.kernel)), 2)
        mix = np.round(rng.normal(size=(self.kernels, c, self.rank)), 2)
        bank = np.einsum("ncr,crij->ncij", mix, spatial)
        nested = tuple(tuple(map(freeze_matrix, kernel)) for kernel in bank)
        return SeparableState(0, nested, self.multiplier, (None,) * c, (None,) * c, None)

    @property
    def step_cost(self) -> int:
        """Microseconds of one step."""
        return 200 + 12 * self.kernels

    def step(self, state: SeparableState) -> SeparableState:
        """The rank of the next channel; after the last one the error of the best pair."""
        c = state.step
        if c == self.channels:
            return replace(state, step=c + 1, error=self._relative_error(state))
        values = np.linalg.svd(self._channel_slices(state, c), compute_uv=False)
        rank = int((values > 1e-9 * max(values[0], 1e-300)).sum())
        return replace(
            state,
            step=c + 1,
            ranks=(*state.ranks[:c], rank, *state.ranks[c + 1 :]),
            singular_values=(
                *state.singular_values[:c],
                freeze_vector(values),
                *state.singular_values[c + 1 :],
            ),
        )

    @property
    def length(self) -> int:
        """Each channel, and the mix."""
        return self.channels + 1

    def _channel_slices(self, state: SeparableState, channel: int) -> np.ndarray:
        """N×K²: the slices of one channel, one a row."""
        return np.array(state.bank)[:, channel].reshape(self.kernels, -1)

    def _relative_error(self, state: SeparableState) -> float:
        squares = [np.array(values) ** 2 for values in state.singular_values if values is not None]
        lost = sum(float(s[self.multiplier :].sum()) for s in squares)
        return float(np.sqrt(lost / max(sum(float(s.sum()) for s in squares), 1e-300)))

    def view(self, history: RunHistory[SeparableState]) -> View:
        """The slices of the channel just looked at, and its singular values."""
        state = history.state
        c = min(max(state.step - 1, 0), self.channels - 1)
        rows = [make_reading(state, f"rank of channel {k + 1}", f"ranks[{k}]") for k in range(self.channels)]
        rows.append(make_reading(state, "relative error of the best pair", "error", is_error=True))
        return View(self._draw_pictures(state, c), tuple(rows), (), self._narrate(state), self._make_prediction(state))

    def _draw_pictures(self, state: SeparableState, c: int) -> tuple[Picture, ...]:
        """The slices of a channel as rows, and its singular values once they are known."""
        slices = self._channel_slices(state, c)
        pictures: list[Picture] = [
            Chart(
                f"Slices of channel {c + 1}",
                (HeatMap(slices.tolist(), (1, self.kernel**2 + 1), (1, self.kernels + 1), "weight", True),),
                f"{counted(self.kernels, 'slice')} of channel {c + 1}, one a row: {counted(self.kernel**2, 'cell')}.",
                "cell",
                "kernel",
                y_down=True,
                scale="image",
            )
        ]
        values = state.singular_values[c]
        if values is not None:
            rank = state.ranks[c] or 0
            shown = values[: min(rank, MAX_BARS)]
            roles: list[Role] = ["accent" if k < self.multiplier else "muted" for k in range(len(shown))]
            names = [str(k + 1) for k in range(len(shown))]
            meanings: dict[Role, str] = (
                {"accent": "kept"} if rank <= self.multiplier else {"accent": "kept", "muted": "lost"}
            )
            if rank < min(len(values), MAX_BARS):  # the others are 0, and nothing of them is lost
                last = len(values)
                names.append(f"{rank + 1}–{last}" if rank + 1 < last else f"{last}")
                shown, roles = (*shown, values[rank]), [*roles, "muted"]
            pictures.append(
                Chart(
                    f"Singular values of channel {c + 1}",
                    (Bars(names, shown, "", roles, is_error=True, meanings=meanings),),
                    self._describe_kept(state.ranks[c] or 0),
                    "number",
                    "singular value",
                )
            )
        return tuple(pictures)

    def _describe_kept(self, rank: int) -> str:
        """Say what the best pair keeps of a channel of this rank."""
        lost = max(0, rank - self.multiplier)
        opening = f"Rank {rank}, depth multiplier {self.multiplier}: "
        if not lost:
            return f"{opening}nothing is lost."
        largest = (
            "the largest singular value" if self.multiplier == 1 else f"the {self.multiplier} largest singular values"
        )
        return f"{opening}{largest} kept, {lost} lost."

    def _narrate(self, state: SeparableState) -> str:
        if state.step == 0:
            return (
                f"A bank of {counted(self.kernels, 'kernel')} over {counted(self.channels, 'channel')}; each channel "
                f"has {counted(self.kernels, 'slice')}."
            )
        if state.error is not None:
            exact = state.error < 1e-9
            end = "equals the bank" if exact else f"has a relative error of {format_number(state.error)}"
            return f"With depth multiplier {self.multiplier} the best pair {end}."
        c = state.step - 1
        rank = state.ranks[c] or 0
        needed = "one spatial kernel suffices" if rank == 1 else f"{rank} spatial kernels are needed"
        slices = "its one slice has" if self.kernels == 1 else f"the {self.kernels} slices have"
        return f"Channel {c + 1}: {slices} rank {rank}, so {needed}."

    def _make_prediction(self, state: SeparableState) -> Prediction | None:
        """Ask for the rank of the next channel's slices; after the last channel for the error of the best pair."""
        if self.done(state):
            return None
        after = look_ahead(self, state)
        if after.error is None:
            rank = after.ranks[state.step] or 0
            return make_prediction(
                (
                    f"The {counted(self.kernels, 'slice')} of channel {state.step + 1} are mixed from "
                    f"{counted(self.rank, 'spatial kernel')}. What is their rank?"
                ),
                f"ranks[{state.step}]",
                rank,
                ((self.kernels, "That is how many slices there are, not how many are independent."),)
                if rank != self.kernels
                else (),
                "It is at most the number of spatial kernels, of slices, and of cells.",
            )
        squares = [np.array(values) ** 2 for values in state.singular_values if values is not None]
        total = sum(float(row.sum()) for row in squares)
        kept = sum(float(row[: self.multiplier].sum()) for row in squares)
        lost = max(0.0, total - kept) if max(rank or 0 for rank in state.ranks) > self.multiplier else 0.0
        spatial = f"{counted(self.multiplier, 'spatial kernel')} for each channel"
        return make_prediction(
            f"The ranks are {format_number(state.ranks)}, and the pair has {spatial}. Over all channels the squared "
            f"singular values add up to {format_number(total)}; the pair leaves out {format_number(lost)} of that. "
            "What will its relative error be?",
            "error",
            after.error,
            ((lost / total if total else 0.0, "That is the share of the squares; the error is its root."),),
            r"It is $\sqrt{\text{left out} / \text{all}}$: 0 with at least as many spatial kernels as the rank.",
        )
