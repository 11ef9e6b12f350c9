"""What there is to see of a convolution's cost: the totals as bars, and the count line by line."""

from typing import TYPE_CHECKING

from tutor.numbers import counted, show
from tutor.sims.base import Ask, View, Worked, distinct, reading, worked
from tutor.sims.chart import Bars, Chart, Role
from tutor.sims.trail import Trail

if TYPE_CHECKING:
    from tutor.sims.conv_cost import ConvCost, ConvCostState, Cost


def view(rules: "ConvCost", trail: "Trail[ConvCostState]") -> View:
    """The two totals as bars, and the count as worked lines."""
    state = trail.state
    keys = [("output height", "out_height"), ("output width", "out_width"), ("one kernel", "one_kernel")]
    rows = [reading(state, label, key, "multiplications" if key == "one_kernel" else "") for label, key in keys]
    for part in ("standard", "depthwise", "pointwise", "separable"):
        if getattr(state, part) is not None:
            rows.append(reading(state, part, f"{part}.multiplications", "multiplications"))
            rows.append(reading(state, f"{part}, weights", f"{part}.parameters"))
    rows.append(reading(state, "ratio", "ratio"))
    return View((_bars(state),), tuple(rows), _worked(rules, state), _say(rules, state), _ask(rules, state))


def _bars(state: "ConvCostState") -> Chart:
    roles: dict[str, Role] = {
        "standard": "orange",
        "depthwise": "blue",
        "pointwise": "blue",
        "separable": "accent",
    }
    known = {name: getattr(state, name).multiplications for name in roles if getattr(state, name) is not None}
    said = ", ".join(f"{name} {show(value)}" for name, value in known.items()) or "nothing counted yet"
    bars = Bars(
        tuple(known),
        tuple(map(float, known.values())),
        "multiplications",
        tuple(roles[name] for name in known),
    )
    return Chart("Multiplications", (bars,), f"Multiplications: {said}.", "", "multiplications")


def _worked(rules: "ConvCost", s: "ConvCostState") -> tuple[Worked, ...]:
    h, w, c, n, k, st, p = (show(v) for v in (s.height, s.width, s.channels, s.kernels, s.kernel, s.stride, s.padding))
    a, b = show(s.out_height), show(s.out_width)
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
        "window": ("window", r"K \cdot K \cdot C", rf"{k} \cdot {k} \cdot {c}"),
        "one_kernel": (
            "one_kernel",
            r"K \cdot K \cdot C \cdot H' \cdot W'",
            rf"{k} \cdot {k} \cdot {c} \cdot {a} \cdot {b}",
        ),
        "standard": (
            "standard.multiplications",
            r"K \cdot K \cdot C \cdot H' \cdot W' \cdot N",
            rf"{show(s.one_kernel)} \cdot {n}",
        ),
        "depthwise": (
            "depthwise.multiplications",
            r"K \cdot K \cdot C \cdot H' \cdot W'",
            rf"{k} \cdot {k} \cdot {c} \cdot {a} \cdot {b}",
        ),
        "pointwise": (
            "pointwise.multiplications",
            r"C \cdot N \cdot H' \cdot W'",
            rf"{c} \cdot {n} \cdot {a} \cdot {b}",
        ),
    }
    shown = [worked(s, *lines[term]) for term in rules.terms[: s.step] if term in lines]
    if s.separable and s.depthwise and s.pointwise:
        shown.append(
            worked(
                s,
                "separable.multiplications",
                r"\text{depthwise} + \text{pointwise}",
                f"{show(s.depthwise.multiplications)} + {show(s.pointwise.multiplications)}",
            )
        )
    if s.ratio is not None and s.separable and s.standard:
        shown.append(
            worked(
                s,
                "ratio",
                r"\frac{\text{separable}}{\text{standard}} = \frac{1}{N} + \frac{1}{K^2}",
                rf"\frac{{{show(s.separable.multiplications)}}}{{{show(s.standard.multiplications)}}}",
            )
        )
    return tuple(shown[-3:])


def _say(rules: "ConvCost", s: "ConvCostState") -> str:
    if s.step == 0:
        return (
            f"An image of {s.height}×{s.width}×{s.channels} goes in, {counted(s.kernels, 'feature map')} come out. "
            "What does that cost, in two ways?"
        )
    term = rules.terms[s.step - 1]
    said = {
        "out_height": f"A window of {counted(s.kernel, 'row')} fits at {counted(s.out_height or 0, 'height')}.",
        "out_width": f"The output is {show(s.out_height)}×{show(s.out_width)}.",
        "window": f"At one place one kernel multiplies {counted(s.window or 0, 'pair')} and sums them to one number.",
        "one_kernel": f"One kernel at all places costs {show(s.one_kernel)} multiplications.",
    }
    if term in said:
        return said[term]
    if term == "ratio":
        word = "of the standard price" if (s.ratio or 0) < 1 else "of the standard price: here it does not pay"
        return f"The separable pair costs {show(s.ratio)} {word}."
    cost: Cost = getattr(s, term)
    tale = {
        "standard": f"The price of {counted(s.kernels, 'kernel')}: {show(cost.multiplications)} multiplications.",
        "depthwise": "One kernel a channel: products inside a window are still summed, channels are kept apart; "
        f"{show(cost.multiplications)} multiplications.",
        "pointwise": f"The channels are mixed by {counted(s.kernels, 'kernel')} of 1×1: "
        f"{show(cost.multiplications)} multiplications.",
        "separable": f"Both parts together cost {show(cost.multiplications)} multiplications.",
    }
    return tale[term]


def _ask(rules: "ConvCost", s: "ConvCostState") -> Ask | None:
    if rules.done(s):
        return None
    term, after = rules.terms[s.step], rules.step(s)
    found = getattr(after, term)
    answer = found.multiplications if hasattr(found, "multiplications") else found
    key = f"{term}.multiplications" if hasattr(found, "multiplications") else term
    prompt, why, slips = _question(term, s, answer)
    mistakes = distinct(slips, answer)
    return Ask(prompt, key, answer, mistakes, why)


def _question(term: str, s: "ConvCostState", answer: float) -> tuple[str, str, list[tuple[float, str]]]:
    """Prompt, why, and what known slips give."""
    k, c, n = s.kernel, s.channels, s.kernels
    places = (s.out_height or 0) * (s.out_width or 0)
    match term:
        case "out_height" | "out_width":
            side = s.height if term == "out_height" else s.width
            return (
                f"The image is {side} long there, the kernel {k}, the stride {s.stride}, the padding {s.padding}. "
                "At how many places does the window stand?",
                r"$\lfloor (H + 2P - K)/S \rfloor + 1$.",
                [
                    (answer - 1, "The first place counts too: add 1."),
                    (side, "The window must fit whole."),
                ],
            )
        case "window":
            return (
                f"How many multiplications does one {k}×{k} kernel over {c} channels need at one place?",
                f"{k} · {k} · {c}.",
                [(k * k, "That leaves out the channels.")],
            )
        case "one_kernel":
            return (
                "And at all places of the output?",
                f"{show(s.window)} at each of {places} places.",
                [(k * k * c * s.height * s.width, "That counts a place for every cell of the input.")],
            )
        case "standard":
            return (f"And for all {n} kernels?", f"{n} times the price of one.", [])
        case "depthwise":
            return (
                "How many for the depthwise half: one kernel for each channel, channels not summed?",
                f"{k} · {k} at {places} places for each of {c} channels.",
                [
                    (k * k * places, "That is one channel only."),
                    (k * k * c * places * n, "That is the standard bank."),
                ],
            )
        case "pointwise":
            return (
                f"How many for the pointwise half: {n} kernels of 1×1 over {c} channels?",
                f"{c} · {n} at {places} places.",
                [
                    (n * places, "Each 1×1 kernel multiplies once for every channel."),
                    (k * k * c * n * places, "A 1×1 kernel has no window of K × K."),
                ],
            )
        case "separable":
            return ("How many in all for the separable pair?", "Depthwise plus pointwise.", [])
    return (
        "What share of the standard price is that?",
        r"$1/N + 1/K^2$.",
        [(1 / answer, "That is how many times cheaper it is; the question asks for the share.")],
    )
