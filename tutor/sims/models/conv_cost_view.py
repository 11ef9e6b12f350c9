"""The view of a convolution's cost: the totals as bars, and the count line by line."""

from dataclasses import dataclass

from tutor.sims.engine.chart import Bars, Chart, Role
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.prediction import Prediction, distinct_mistakes
from tutor.sims.engine.simulation import look_ahead
from tutor.sims.engine.view import Reading, View, WorkedLine, make_reading, make_worked_line
from tutor.sims.models.conv_cost import ConvCost, ConvCostState, Cost
from tutor.text.numbers import counted, format_number

TITLE = "Multiplications"
"""The picture in which every total stands at its bar."""


@dataclass(frozen=True)
class ConvCostSimulation(ConvCost):
    """Count the multiplications of both ways to make N feature maps."""

    def view(self, history: RunHistory[ConvCostState]) -> View:
        """The totals as bars, and the count as worked lines; among the readings what is compared comes first."""
        state = history.state
        compared = [part for part in ("standard", "separable") if getattr(state, part)]
        parts = [part for part in ("depthwise", "pointwise") if getattr(state, part)]
        rows = [_make_total(state, part) for part in compared]
        keys = [("ratio", "ratio", "")] if state.ratio is not None else []
        keys += [(f"{part}, weights", f"{part}.parameters", "") for part in compared]
        keys += [("output height", "out_height", ""), ("output width", "out_width", "")]
        keys += [("one kernel", "one_kernel", "multiplications")]
        rows += [make_reading(state, *key) for key in keys]
        rows += [_make_total(state, part) for part in parts]
        rows += [make_reading(state, f"{part}, weights", f"{part}.parameters") for part in parts]
        return View(
            (_draw_bars(state),),
            tuple(rows),
            _make_worked_lines(self, state),
            _narrate(self, state),
            _make_prediction(self, state),
        )


def _make_total(state: ConvCostState, part: str) -> Reading:
    """All multiplications of one way, which stand at its bar."""
    return make_reading(state, part, f"{part}.multiplications", "multiplications", drawn_in=TITLE)


def _draw_bars(state: ConvCostState) -> Chart:
    """The multiplications of each way that are counted so far, as bars."""
    roles: dict[str, Role] = {
        "standard": "accent",
        "depthwise": "blue",
        "pointwise": "blue",
        "separable": "accent",
    }
    known = {name: getattr(state, name).multiplications for name in roles if getattr(state, name) is not None}
    parts = {"one position": state.window, "one kernel": state.one_kernel, **known}
    sentences = ", ".join(f"{name} {format_number(value)}" for name, value in parts.items() if value is not None)
    bars = Bars(
        tuple(known),
        tuple(map(float, known.values())),
        "multiplications",
        tuple(roles[name] for name in known),
        meanings={"accent": "whole", "blue": "part"},
    )
    return Chart(TITLE, (bars,), f"Multiplications: {sentences or 'none counted yet'}.", "", "multiplications")


def _make_worked_lines(rules: ConvCost, s: ConvCostState) -> tuple[WorkedLine, ...]:
    """The term of the count that was computed last."""
    h, w, c, n, k, st, p = (
        format_number(v) for v in (s.height, s.width, s.channels, s.kernels, s.kernel, s.stride, s.padding)
    )
    a, b = format_number(s.out_height), format_number(s.out_width)
    lines = {
        "out_height": (
            "out_height",
            r"H' = \lfloor \frac{H + 2P - K}{S} \rfloor + 1",
            rf"\lfloor \frac{{{h} + 2 \cdot {p} - {k}}}{{{st}}} \rfloor + 1",
        ),
        "out_width": (
            "out_width",
            r"W' = \lfloor \frac{W + 2P - K}{S} \rfloor + 1",
            rf"\lfloor \frac{{{w} + 2 \cdot {p} - {k}}}{{{st}}} \rfloor + 1",
        ),
        "window": ("window", r"\text{one position} = K \cdot K \cdot C", rf"{k} \cdot {k} \cdot {c}"),
        "one_kernel": (
            "one_kernel",
            r"\text{one kernel} = K \cdot K \cdot C \cdot H' \cdot W'",
            rf"{k} \cdot {k} \cdot {c} \cdot {a} \cdot {b}",
        ),
        "standard": (
            "standard.multiplications",
            r"\text{standard} = K \cdot K \cdot C \cdot H' \cdot W' \cdot N",
            rf"{format_number(s.one_kernel)} \cdot {n}",
        ),
        "depthwise": (
            "depthwise.multiplications",
            r"\text{depthwise} = K \cdot K \cdot C \cdot H' \cdot W'",
            rf"{k} \cdot {k} \cdot {c} \cdot {a} \cdot {b}",
        ),
        "pointwise": (
            "pointwise.multiplications",
            r"\text{pointwise} = C \cdot N \cdot H' \cdot W'",
            rf"{c} \cdot {n} \cdot {a} \cdot {b}",
        ),
    }
    shown = [make_worked_line(s, *lines[term]) for term in rules.terms[: s.step] if term in lines]
    if s.separable and s.depthwise and s.pointwise:
        shown.append(
            make_worked_line(
                s,
                "separable.multiplications",
                r"\text{separable} = \text{depthwise} + \text{pointwise}",
                f"{format_number(s.depthwise.multiplications)} + {format_number(s.pointwise.multiplications)}",
            )
        )
    if s.ratio is not None and s.separable and s.standard:
        shown.append(
            make_worked_line(
                s,
                "ratio",
                r"\frac{\text{separable}}{\text{standard}} = \frac{1}{N} + \frac{1}{K^2}",
                rf"\frac{{{format_number(s.separable.multiplications)}}}{{{format_number(s.standard.multiplications)}}}",
            )
        )
    return tuple(shown[-3:])


def _narrate(rules: ConvCost, s: ConvCostState) -> str:
    """What was counted last, and what it comes to."""
    if s.step == 0:
        return (
            f"The input is an image of {s.height}×{s.width}×{s.channels}, the output has "
            f"{counted(s.kernels, 'feature map')}. What does each of the two ways cost?"
        )
    term = rules.terms[s.step - 1]
    sentences = {
        "out_height": f"A window of {counted(s.kernel, 'row')} fits at {counted(s.out_height or 0, 'position')}.",
        "out_width": f"The output is {format_number(s.out_height)}×{format_number(s.out_width)}.",
        "window": f"At one position one kernel takes {counted(s.window or 0, 'multiplication')}.",
        "one_kernel": f"One kernel at all positions takes {counted(s.one_kernel or 0, 'multiplication')}.",
    }
    if term in sentences:
        return sentences[term]
    if term == "ratio":
        end = "" if (s.ratio or 0) < 1 else ", so here it saves nothing"
        return f"The separable pair costs {format_number(s.ratio)} times as much as the standard bank{end}."
    cost: Cost = getattr(s, term)
    total = counted(cost.multiplications, "multiplication")
    part_sentences = {
        "standard": f"The standard bank of {counted(s.kernels, 'kernel')}: {total}.",
        "depthwise": f"The depthwise half has one kernel for each channel and does not sum over channels: {total}.",
        "pointwise": f"The pointwise half mixes the channels by {counted(s.kernels, 'kernel')} of 1×1: {total}.",
        "separable": f"Both halves together: {total}.",
    }
    return part_sentences[term]


def _make_prediction(rules: ConvCost, s: ConvCostState) -> Prediction | None:
    if rules.done(s):
        return None
    term, after = rules.terms[s.step], look_ahead(rules, s)
    cost = getattr(after, term)
    answer = cost.multiplications if hasattr(cost, "multiplications") else cost
    key = f"{term}.multiplications" if hasattr(cost, "multiplications") else term
    prompt, why, mistakes = _describe_question(term, s, answer)
    return Prediction(prompt, key, answer, distinct_mistakes(mistakes, answer), why)


def _describe_question(term: str, s: ConvCostState, answer: float) -> tuple[str, str, list[tuple[float, str]]]:
    """The prompt for a term of the count, why its answer is right, and what known mistakes give."""
    k, c, n = s.kernel, s.channels, s.kernels
    places = (s.out_height or 0) * (s.out_width or 0)
    match term:
        case "out_height" | "out_width":
            side = s.height if term == "out_height" else s.width
            return (
                f"The image is {side} long there, the kernel {k}, the stride {s.stride}, the padding {s.padding}. "
                "At how many positions does the window fit?",
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
                f"{format_number(s.window)} at each of {counted(places, 'position')}.",
                [(k * k * c * s.height * s.width, "That counts one position for every cell of the input.")],
            )
        case "standard":
            return (f"And for all {counted(n, 'kernel')}?", f"{n} times the cost of one.", [])
        case "depthwise":
            return (
                "How many does the depthwise half take: one kernel for each channel, not summed over channels?",
                f"{k} · {k} at {counted(places, 'position')} for each of {counted(c, 'channel')}.",
                [
                    (k * k * places, "That is one channel only."),
                    (k * k * c * places * n, "That is the standard bank."),
                ],
            )
        case "pointwise":
            return (
                f"How many does the pointwise half take: {counted(n, 'kernel')} of 1×1 over {counted(c, 'channel')}?",
                f"{c} · {n} at {counted(places, 'position')}.",
                [
                    (n * places, "Each 1×1 kernel takes one multiplication for every channel."),
                    (k * k * c * n * places, "A 1×1 kernel has no window of K × K."),
                ],
            )
        case "separable":
            return ("How many does the separable pair take in all?", "Depthwise plus pointwise.", [])
    return (
        "What fraction of the standard cost is that?",
        r"$1/N + 1/K^2$.",
        [(1 / answer, "That is how many times cheaper it is; the question asks for the fraction.")],
    )
