"""What a computational graph says."""

import math
from collections.abc import Callable, Sequence

from tests.sims.claims.base import Case, Claim, near
from tutor.expressions.latex import variable_to_latex
from tutor.expressions.names import canonical_name

NAMES = ("u1", "u2", "z", "v", "q", "o", "z1", "h1", "z2", "h2", "r", "u3", "u4", "C")
LEAVES = ("w", "x", "a", "w1", "x1", "w2", "x2", "b", "v1", "v2", "y")
SHOWN = {f"${variable_to_latex(canonical_name(name))}$": name for name in NAMES}
DRAWN = {name.translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")): name for name in NAMES}
NODE = f"<{'|'.join(SHOWN)}>"


def computed(case: Case) -> int:
    return sum(bool(node.inputs) for node in case.s.nodes)


def current(case: Case) -> float:
    """The gradient of the node, got in another way: by nudging its value and computing what follows from it."""
    place = next(k for k, node in enumerate(case.s.nodes) if node.name == case.s.current)
    size = 1e-4 * max(1.0, abs(case.s.nodes[place].value))
    up, down = after_nudge(case, place, size), after_nudge(case, place, -size)
    slope = (up - down) / (2 * size)
    found = float(case.s.nodes[place].gradient)
    return found if abs(found - slope) <= 1e-4 * max(1.0, abs(slope)) else slope


RULES: dict[str, Callable[[Sequence[float]], float]] = {
    "+": math.fsum,
    "exp": lambda x: math.exp(x[0]),
    "*": math.prod,
    "-": lambda x: x[0] - x[1],
    "tanh": lambda x: math.tanh(x[0]),
    "^2": lambda x: x[0] ** 2,
}


def after_nudge(case: Case, place: int, size: float) -> float:
    values: list[float] = []
    for k, node in enumerate(case.s.nodes):
        inputs = [values[i] for i in node.inputs]
        values.append((RULES[node.operation](inputs) if inputs else node.value) + (size if k == place else 0))
    return values[-1]


def named(case: Case, word: str) -> bool:
    return bool(SHOWN[word] == case.s.current)


def passes_to(case: Case, words: list[str]) -> bool:
    node = next(node for node in case.s.nodes if node.name == case.s.current)
    inputs = [case.s.nodes[k] for k in dict.fromkeys(node.inputs)]
    return words == [f"${variable_to_latex(canonical_name(n.name))}$" for n in inputs if n.operation != "number"]


ANY = sorted({*SHOWN, *(f"${variable_to_latex(canonical_name(name))}$" for name in LEAVES)})
INPUT = f"<{'|'.join(ANY)}>"
TARGETS = (INPUT, f"{INPUT} and {INPUT}", f"{INPUT}, {INPUT} and {INPUT}")


def after_nudge_at(case: Case) -> float:
    """The value of the node that was just computed, from its inputs."""
    node = next(node for node in case.s.nodes if node.name == case.s.current)
    return float(RULES[node.operation]([case.s.nodes[k].value for k in node.inputs]))


GRAPH = (
    Claim(
        "The values of N name(s) are given; N node(s) to compute.",
        lambda c: (sum(n.operation == "input" for n in c.s.nodes), computed(c)),
        lambda c: all(n.value is None for n in c.s.nodes if n.inputs),
    ),
    Claim(
        f"Forward: the value of {NODE} is $N$.",
        lambda c: [after_nudge_at(c)],
        lambda c: named(c, c.words[0]) and c.s.phase == "forward",
    ),
    *(
        Claim(
            f"Backward: The output has the gradient $N$, and passes it back to {targets}.",
            lambda c: [1],
            lambda c: c.s.step == computed(c) + 1 and passes_to(c, list(c.words)),
        )
        for targets in TARGETS
    ),
    *(
        Claim(
            f"Backward: {NODE} has the gradient $N$, and passes it back to {targets}.",
            lambda c: [current(c)],
            lambda c: named(c, c.words[0]) and passes_to(c, list(c.words[1:])),
        )
        for targets in TARGETS
    ),
    Claim("Every gradient is known now.", holds=lambda c: all(n.gradient is not None for n in c.s.nodes)),
    Claim(
        "N of N value(s) computed, from left to right.",
        lambda c: (sum(n.value is not None for n in c.s.nodes if n.inputs), computed(c)),
        lambda c: c.s.phase == "forward",
    ),
    Claim(
        "Every value is computed; N of N node(s) passed its gradient back, from right to left.",
        lambda c: (sum(bool(n.local) for n in c.s.nodes), computed(c)),
    ),
    Claim(
        f"The value on the right, <{'|'.join(DRAWN)}>, is N.",
        lambda c: [after_nudge(c, -1, 0.0)],
        lambda c: DRAWN[c.words[0]] == c.s.nodes[-1].name and near(c.s.nodes[-1].value, after_nudge(c, -1, 0.0)),
    ),
)
