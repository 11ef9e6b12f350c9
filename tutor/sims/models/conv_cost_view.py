"""The view of a convolution's cost: the totals as bars, and the count line by line."""

from dataclasses import dataclass

from tutor.sims.engine.chart import Bars, Chart, Role
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.prediction import Prediction, distinct_mistakes
from tutor.sims.engine.simulation import look_ahead
from tutor.sims.engine.view import Reading, View, WorkedLine, make_reading, make_worked_line
from tutor.sims.models.conv_cost import ConvCost, ConvCostState, Cost
from tutor.text.numbers import counted, format_number, format_roughly

TITLE = "Multiplications"
"""The title of the picture, which shows every total as text."""


@dataclass(frozen=True)
class ConvCostSimulation(ConvCost):
    """Count the multiplications of both ways to make N feature maps."""

    def view(self, history: RunHistory[ConvCostState]) -> View:
        """The view of the last state, with pictures of the totals as bars."""
        state = history.state
        return View(
            (_draw_bars(state),),
            _make_readings(state),
            _make_worked_lines(self, state),
            _narrate(self, state),
            _make_prediction(self, state),
        )


def _make_readings(state: ConvCostState) -> tuple[Reading, ...]:
    """What is counted so far; the totals that are compared come first."""
    totals = [name for name in ("standard", "separable") if getattr(state, name)]
    halves = [name for name in ("depthwise", "pointwise") if getattr(state, name)]

    def read_multiplications(names: list[str]) -> list[Reading]:
        return [
            make_reading(state, name, f"{name}.multiplications", "multiplications", drawn_in=TITLE) for name in names
        ]

    def read_weights(names: list[str]) -> list[Reading]:
        return [make_reading(state, f"{name}, weights", f"{name}.parameters") for name in names]

    return (
        *read_multiplications(totals),
        *([make_reading(state, "ratio", "ratio")] if state.ratio is not None else []),
        *read_weights(totals),
        make_reading(state, "output height", "out_height"),
        make_reading(state, "output width", "out_width"),
        make_reading(state, "one kernel, products", "one_kernel"),
        *read_multiplications(halves),
        *read_weights(halves),
    )


def _draw_bars(state: ConvCostState) -> Chart:
    """The multiplications of each way that are counted so far, as bars."""
    roles: dict[str, Role] = {
        "standard": "accent",
        "depthwise": "blue",
        "pointwise": "blue",
        "separable": "accent",
    }
    counts = {name: getattr(state, name).multiplications for name in roles if getattr(state, name) is not None}
    bars = Bars(
        tuple(counts),
        tuple(map(float, counts.values())),
        "multiplications",
        tuple(roles[name] for name in counts),
        meanings={"accent": "whole layer", "blue": "part of a layer"},
    )
    return Chart(TITLE, (bars,), _describe_counts(state, counts), "", "multiplications")


def _describe_counts(state: ConvCostState, totals: dict[str, int]) -> str:
    """Say what is counted so far: the `totals`, which have bars, and before them one position and one kernel.

    These two have no bars, since they are no layer to be compared with the others, but steps towards the standard bank.
    """
    steps = {"one position": state.window, "one kernel": state.one_kernel}
    counts = {name: count for name, count in steps.items() if count is not None} | totals
    count_words = ", ".join(f"{name} {format_number(count)}" for name, count in counts.items())
    sentences = [f"Multiplications: {count_words}."] if counts else []
    if not totals:
        sentences.append("The multiplications of both ways will appear here.")
    return " ".join(sentences)


def _make_worked_lines(rules: ConvCost, state: ConvCostState) -> tuple[WorkedLine, ...]:
    """The lines of the last three terms that were counted."""
    h, w, c = format_number(state.height), format_number(state.width), format_number(state.channels)
    n, k = format_number(state.kernels), format_number(state.kernel)
    stride, p = format_number(state.stride), format_number(state.padding)
    out_h, out_w = format_number(state.out_height), format_number(state.out_width)
    lines = {  # term → (key, formula, numbers)
        "out_height": (
            "out_height",
            r"H' = \lfloor \frac{H + 2P - K}{S} \rfloor + 1",
            rf"\lfloor \frac{{{h} + 2 \cdot {p} - {k}}}{{{stride}}} \rfloor + 1",
        ),
        "out_width": (
            "out_width",
            r"W' = \lfloor \frac{W + 2P - K}{S} \rfloor + 1",
            rf"\lfloor \frac{{{w} + 2 \cdot {p} - {k}}}{{{stride}}} \rfloor + 1",
        ),
        "window": ("window", r"\text{one position} = K \cdot K \cdot C", rf"{k} \cdot {k} \cdot {c}"),
        "one_kernel": (
            "one_kernel",
            r"\text{one kernel} = K \cdot K \cdot C \cdot H' \cdot W'",
            rf"{k} \cdot {k} \cdot {c} \cdot {out_h} \cdot {out_w}",
        ),
        "standard": (
            "standard.multiplications",
            r"\text{standard} = K \cdot K \cdot C \cdot H' \cdot W' \cdot N",
            rf"{format_number(state.one_kernel)} \cdot {n}",
        ),
        "depthwise": (
            "depthwise.multiplications",
            r"\text{depthwise} = K \cdot K \cdot C \cdot H' \cdot W'",
            rf"{k} \cdot {k} \cdot {c} \cdot {out_h} \cdot {out_w}",
        ),
        "pointwise": (
            "pointwise.multiplications",
            r"\text{pointwise} = C \cdot N \cdot H' \cdot W'",
            rf"{c} \cdot {n} \cdot {out_h} \cdot {out_w}",
        ),
    }
    worked_lines = [make_worked_line(state, *lines[term]) for term in rules.terms[: state.step] if term in lines]
    if state.separable and state.depthwise and state.pointwise:
        worked_lines.append(
            make_worked_line(
                state,
                "separable.multiplications",
                r"\text{separable} = \text{depthwise} + \text{pointwise}",
                f"{format_number(state.depthwise.multiplications)} + {format_number(state.pointwise.multiplications)}",
            )
        )
    if state.ratio is not None:
        worked_lines.append(
            make_worked_line(
                state,
                "ratio",
                r"\frac{\text{separable}}{\text{standard}} = \frac{1}{N} + \frac{1}{K^2}",
                rf"\frac{{1}}{{{n}}} + \frac{{1}}{{{k}^2}}",
            )
        )
    return tuple(worked_lines[-3:])


def _narrate(rules: ConvCost, state: ConvCostState) -> str:
    """The sentence about the term that was counted last, and its value."""
    if state.step == 0:
        return (
            f"The input is an image of {state.height}×{state.width}×{state.channels}, the output has "
            f"{counted(state.kernels, 'feature map')}. What does each of the two ways cost?"
        )
    term = rules.terms[state.step - 1]
    value = getattr(state, term)  # counted at this step, so it is there
    if term == "out_height":
        return f"A window of {counted(state.kernel, 'row')} fits at {counted(value, 'position')}."
    if term == "out_width":
        return f"The output is {format_number(state.out_height)}×{format_number(value)}."
    if term == "ratio":
        opening = f"The ratio of the separable pair to the standard bank is {format_number(value)}"
        if value >= 1:
            return f"{opening}, so here the pair saves nothing."
        return f"{opening}: the bank costs about {format_roughly(1 / value)} times as much as the pair."
    total = counted(value.multiplications if isinstance(value, Cost) else value, "multiplication")
    sentences = {
        "window": f"At one position one kernel takes {total}.",
        "one_kernel": f"One kernel at all positions takes {total}.",
        "standard": f"The standard bank of {counted(state.kernels, 'kernel')}: {total}.",
        "depthwise": f"The depthwise half has one kernel for each channel and does not sum over channels: {total}.",
        "pointwise": f"The pointwise half mixes the channels by {counted(state.kernels, 'kernel')} of 1×1: {total}.",
        "separable": f"Both halves together: {total}.",
    }
    return sentences[term]


def _make_prediction(rules: ConvCost, state: ConvCostState) -> Prediction | None:
    """Ask for the term that is counted next."""
    if rules.done(state):
        return None
    term, after = rules.terms[state.step], look_ahead(rules, state)
    key, answer = term, getattr(after, term)
    if isinstance(answer, Cost):
        key, answer = f"{term}.multiplications", answer.multiplications
    prompt, why, mistakes = _describe_question(term, state, answer)
    return Prediction(prompt, key, answer, distinct_mistakes(mistakes, answer), why)


def _describe_question(term: str, state: ConvCostState, answer: float) -> tuple[str, str, list[tuple[float, str]]]:
    """(prompt, why the answer is right, mistakes as (value, remark)) for a term of the count."""
    k, c, n = state.kernel, state.channels, state.kernels
    positions = (state.out_height or 0) * (state.out_width or 0)  # `None` until counted, before a term needs them
    match term:
        case "out_height" | "out_width":
            side, name = (state.height, "height") if term == "out_height" else (state.width, "width")
            return (
                f"The {name} of the image is {side}, of the kernel {k}; the stride is {state.stride}, "
                f"the padding {state.padding}. At how many positions along the {name} does the window fit?",
                r"$\lfloor (H + 2P - K)/S \rfloor + 1$.",
                [
                    (answer - 1, "The first position counts too: add 1."),
                    (side, "The window must fit inside completely."),
                ],
            )
        case "window":
            return (
                f"How many multiplications does one {k}×{k} kernel over {counted(c, 'channel')} take at one position?",
                f"{k} · {k} · {c}.",
                [(k * k, "That leaves out the channels.")],
            )
        case "one_kernel":
            return (
                "And at all positions of the output?",
                f"{format_number(state.window)} at each of {counted(positions, 'position')}.",
                [(k * k * c * state.height * state.width, "That counts one position for every cell of the input.")],
            )
        case "standard":
            return (f"And for all {counted(n, 'kernel')}?", f"{n} times the cost of one.", [])
        case "depthwise":
            return (
                "How many does the depthwise half take: one kernel for each channel, not summed over channels?",
                f"{k} · {k} at {counted(positions, 'position')} for each of {counted(c, 'channel')}.",
                [
                    (k * k * positions, "That is one channel only."),
                    (k * k * c * positions * n, "That is the standard bank."),
                ],
            )
        case "pointwise":
            return (
                f"How many does the pointwise half take: {counted(n, 'kernel')} of 1×1 over {counted(c, 'channel')}?",
                f"{c} · {n} at {counted(positions, 'position')}.",
                [
                    (n * positions, "Each 1×1 kernel takes one multiplication for every channel."),
                    (k * k * c * n * positions, "A 1×1 kernel has no window of K × K."),
                ],
            )
        case "separable":
            return ("How many does the separable pair take in all?", "Depthwise plus pointwise.", [])
    return (  # the term is "ratio"
        "What fraction of the standard cost is that?",
        r"$1/N + 1/K^2$.",
        [(1 / answer, "That is how many times cheaper it is; the question asks for the fraction.")],
    )
