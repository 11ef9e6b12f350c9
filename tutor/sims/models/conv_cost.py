"""Counts the cost of a convolution term by term: a standard bank against a depthwise separable pair.

standard:   K·K·C multiplications at each position for each of N kernels = K²·C·N·H′·W′
depthwise:  one K×K kernel for each channel, not summed across channels  = K²·C·H′·W′
pointwise:  N kernels of 1×1 over all C channels                         = C·N·H′·W′
ratio of (depthwise + pointwise) to standard                             = 1/N + 1/K²
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from tutor.sims.engine.code_step import CallArguments, CodeStep
from tutor.sims.engine.parameters import conflicting_value_error, param
from tutor.sims.engine.simulation import Preset, Simulation
from tutor.sims.engine.state import State

CONVOLUTION_TERMS = (
    "out_height",
    "out_width",
    "window",
    "one_kernel",
    "standard",
    "depthwise",
    "pointwise",
    "separable",
    "ratio",
)
"""What the steps compute, in order."""


@dataclass(frozen=True)
class Cost:
    """The cost of a layer without bias."""

    multiplications: int
    parameters: int


@dataclass(frozen=True)
class ConvCostState(State):
    """The sizes, and the terms counted so far."""

    height: int
    width: int
    channels: int
    kernels: int
    kernel: int
    stride: int
    padding: int
    out_height: int | None = None
    out_width: int | None = None
    window: int | None = None
    """Multiplications of one kernel at one position: K·K·C."""
    one_kernel: int | None = None
    """Multiplications of one kernel at all positions."""
    standard: Cost | None = None
    depthwise: Cost | None = None
    pointwise: Cost | None = None
    separable: Cost | None = None
    """Depthwise and pointwise together."""
    ratio: float | None = None
    """Separable over standard multiplications."""


def _cost_arguments(rules: "ConvCost", before: ConvCostState, after: ConvCostState) -> CallArguments:
    """The arguments of a learner's `conv_cost(height, width, channels, kernels, kernel, stride, padding)`."""
    sizes = (rules.height, rules.width, rules.channels, rules.kernels, rules.kernel, rules.stride, rules.padding)
    return CallArguments(sizes)


def _take_cost(rules: "ConvCost", before: ConvCostState, after: ConvCostState, answer: Any) -> ConvCostState:
    """The state with the multiplications that the learner's function returned: (standard, separable).

    Only the term of this step is replaced, and its number of parameters remains the one that the program counted.
    """
    standard, separable = (int(item) for item in answer)
    term = CONVOLUTION_TERMS[after.step - 1]
    multiplications = standard if term == "standard" else separable
    cost: Cost = replace(getattr(after, term), multiplications=multiplications)
    changed: dict[str, Any] = {term: cost}
    return replace(after, **changed)


@dataclass(frozen=True)
class ConvCost(Simulation[ConvCostState]):
    """Count the multiplications of both ways to make N feature maps: the rules without the view."""

    name: ClassVar[str] = "conv-cost"
    title: ClassVar[str] = "What a convolution costs"
    summary: ClassVar[str] = "A standard bank against a depthwise separable pair, counted term by term."
    unit: ClassVar[str] = "the next term of the count"
    terms: ClassVar[tuple[str, ...]] = CONVOLUTION_TERMS
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("256 kernels", "The pair takes 53,952 multiplications instead of 1,228,800.", {"kernels": 256}),
        Preset("125 kernels", "The pair takes 28,800 multiplications instead of 600,000.", {"kernels": 125}),
        Preset(
            "a mobile layer",
            "Where it is used: at 112×112 the pair saves about seven eighths.",
            {"height": 112, "width": 112, "channels": 32, "kernels": 64, "kernel": 3, "padding": 1},
        ),
        Preset(
            "1×1 kernels",
            "With K = 1 the depthwise half is wasted: the pair costs more.",
            {"kernel": 1},
            "bad",
        ),
    )

    code_steps: ClassVar[tuple[CodeStep, ...]] = (
        CodeStep(
            "conv_cost",
            lambda _, after: CONVOLUTION_TERMS[after.step - 1] in {"standard", "separable"},
            _cost_arguments,
            _take_cost,
        ),
    )

    height: int = param(12, "Height H", "Rows of the image.", low=1, high=4096)
    width: int = param(12, "Width W", "Columns of the image.", low=1, high=4096)
    channels: int = param(3, "Channels C", "Channels of the image; 3 for a colour picture.", low=1, high=4096)
    kernels: int = param(256, "Kernels N", "How many feature maps come out.", low=1, high=4096)
    kernel: int = param(5, "Kernel size K", "The window has K × K cells.", low=1, high=1024)
    stride: int = param(1, "Stride S", "How many cells the window moves at a time.", low=1, high=1024)
    padding: int = param(0, "Padding P", "Rows and columns of zeros put around the image.", low=0, high=1024)

    def check(self) -> None:
        """Raise `UsageError` for a window that does not fit into the padded image."""
        for side, length in (("height", self.height), ("width", self.width)):
            padded_length = length + 2 * self.padding
            if self.kernel > padded_length:
                raise conflicting_value_error(
                    self, "kernel", f"at most {padded_length}, the padded {side}, or more padding"
                )

    def start(self) -> ConvCostState:
        """The state with the sizes, and nothing counted yet."""
        return ConvCostState(
            0, self.height, self.width, self.channels, self.kernels, self.kernel, self.stride, self.padding
        )

    def step(self, state: ConvCostState) -> ConvCostState:
        """Count the next term."""
        term = CONVOLUTION_TERMS[state.step]
        new_fields: dict[str, Any] = {term: self._compute_term(term, state)}
        return replace(state, step=state.step + 1, **new_fields)

    @property
    def length(self) -> int:
        """One step for each term."""
        return len(CONVOLUTION_TERMS)

    def _compute_term(self, term: str, state: ConvCostState) -> int | float | Cost:
        """The value of `term`, one of `CONVOLUTION_TERMS`, from the terms before it, which are in `state`."""
        k, c, n = self.kernel, self.channels, self.kernels
        positions = (state.out_height or 0) * (state.out_width or 0)
        match term:
            case "out_height":
                return (self.height + 2 * self.padding - k) // self.stride + 1
            case "out_width":
                return (self.width + 2 * self.padding - k) // self.stride + 1
            case "window":
                return k * k * c
            case "one_kernel":
                return k * k * c * positions
            case "standard":
                return Cost(k * k * c * positions * n, k * k * c * n)
            case "depthwise":
                return Cost(k * k * c * positions, k * k * c)
            case "pointwise":
                return Cost(c * n * positions, c * n)
            case "separable":
                depthwise, pointwise = state.depthwise, state.pointwise
                assert depthwise and pointwise
                return Cost(
                    depthwise.multiplications + pointwise.multiplications,
                    depthwise.parameters + pointwise.parameters,
                )
        assert state.separable and state.standard  # the term is "ratio"
        return state.separable.multiplications / state.standard.multiplications
