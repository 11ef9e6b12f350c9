"""What one neuron and an activation say."""

from typing import Any

import numpy as np

from tests.sims.claims.base import Case, Claim
from tutor.sims.functions.activations import ACTIVATIONS


def z_of(rules: Any, x1: float, x2: float) -> float:
    return float(rules.w1 * x1 + rules.w2 * x2 + rules.bias)


def right_of(case: Case) -> float:
    points = case.s.points
    return float(np.mean([(z_of(case.rules, a, b) > 0) == (label > 0) for a, b, label in points]))


KINDS = "<sigmoid|tanh|ReLU|linear|softplus|step|sign>"

NEURON = (
    Claim(
        f"The activation {KINDS} over the sum z.",
        holds=lambda c: c.words[0].lower() == c.rules.activation and c.s.h is None,
    ),
    Claim(
        f"The activation {KINDS} turns z = N into N.",
        lambda c: (z := z_of(c.rules, *c.s.x), ACTIVATIONS[c.rules.activation].value(z)),
        lambda c: c.words[0].lower() == c.rules.activation and c.s.step > 3,
    ),
    Claim("A neuron with weights N and N and bias N.", lambda c: (*c.s.w, c.s.bias)),
    Claim(
        "Inputs N and N with the weights N and N and the bias N; z is not computed yet.",
        lambda c: (*c.s.x, *c.s.w, c.s.bias),
        lambda c: c.s.z is None,
    ),
    Claim(
        "Inputs N and N with the weights N and N and the bias N; z is N.",
        lambda c: (*c.s.x, *c.s.w, c.s.bias, z_of(c.rules, *c.s.x)),
    ),
    Claim("Nothing is computed yet; the points are the data.", holds=lambda c: c.s.step == 0 and c.s.z is None),
    Claim(
        "The <first|second> input by itself tells <left from right|bottom from top>, and nothing else.",
        holds=lambda c: c.s.step == {"first": 1, "second": 2}[c.words[0]],
    ),
    Claim(
        "The weighted sum of both inputs, plus the bias: at the marked point z is N.", lambda c: [z_of(c.rules, *c.s.x)]
    ),
    Claim(
        "The activation is applied to the sum: h is N.",
        lambda c: [ACTIVATIONS[c.rules.activation].value(z_of(c.rules, *c.s.x))],
    ),
    Claim(
        "The boundary is the straight line where z = N; N% of the points lie on the correct side.",
        lambda c: [0, 100 * right_of(c)],
        lambda c: any(c.s.w),
    ),
    Claim(
        "Both weights are N, so z is the same everywhere and there is no boundary.",
        lambda c: [0],
        lambda c: c.s.w == (0, 0),
    ),
    Claim("The neuron is right about N% of the points.", lambda c: [100 * right_of(c)]),
    Claim(
        "The colours show <x₁ alone|x₂ alone|the sum z>.",
        holds=lambda c: {"x₁ alone": 1, "x₂ alone": 2, "the sum z": 3}[c.words[0]] == c.s.step,
    ),
    Claim(
        f"The colours show h = {KINDS}(z).",
        holds=lambda c: c.s.step > 3 and c.words[0].lower() == c.rules.activation,
    ),
)


def slope_of(case: Case, k: int) -> float:
    return float(ACTIVATIONS[case.rules.activation].derivative(case.s.x[k]))


def entry(case: Case) -> list[float]:
    k = case.s.step - 1
    return [k + 1, case.s.x[k], ACTIVATIONS[case.rules.activation].value(case.s.x[k]), slope_of(case, k)]


POINTWISE = (
    Claim(
        "N <entry|entries> for <sigmoid|tanh|ReLU|linear>; nothing is computed yet.",
        lambda c: [len(c.s.x)],
        lambda c: (c.words[0] == "entry") == (len(c.s.x) == 1) and set(c.s.y) == {None},
    ),
    Claim(
        "The graph of <sigmoid|tanh|ReLU|linear>, with N of N <entry|entries> marked on it.",
        lambda c: [sum(y is not None for y in c.s.y), len(c.s.x)],
        lambda c: c.words[0].lower() == c.rules.activation and (c.words[1] == "entry") == (len(c.s.x) == 1),
    ),
    Claim("Entry N: $f(N) = N$, with slope $N$; no other entry is involved.", entry),
    Claim(
        "Nothing of the Jacobian is computed yet.", holds=lambda c: {v for row in c.s.jacobian for v in row} == {None}
    ),
    Claim("N of N row(s) computed.", lambda c: [c.s.step, len(c.s.x)]),
    Claim(
        "N of N row(s) computed; N off the diagonal: no other entry counts.",
        lambda c: [c.s.step, len(c.s.x), 0],
        lambda c: all(v == 0 for i, row in enumerate(c.s.jacobian[: c.s.step]) for j, v in enumerate(row) if i != j),
    ),
)


def output_of(case: Case) -> np.ndarray:
    """The network's output from its units, all at once."""
    z = np.outer(case.s.x, case.s.w) + np.array(case.s.b)
    output: np.ndarray = (0.5 + np.tanh(z / 2) / 2) @ np.array(case.s.v)
    return output


def mean_off(case: Case) -> float:
    return float(np.abs(output_of(case) - np.array(case.s.y)).mean())


def outer_edges(case: Case) -> list[float]:
    """The edges of the last bump that are outside of [0, 1]: where its sigmoids are at one half."""
    edges = [-b / w for w, b in zip(case.s.w[-2:], case.s.b[-2:], strict=True)]
    return [edge for edge in edges if edge < -1e-9 or edge > 1 + 1e-9]


BUMPS = (
    Claim(
        "No hidden unit yet: the output is N everywhere. N bump(s) will follow the target.",
        lambda c: (0, c.rules.bumps),
        lambda c: not c.s.w,
    ),
    Claim(
        "Bump N: two hidden units with the output weights ±N; the mean error T.",
        lambda c: (len(c.s.w) // 2, c.s.v[-2], (c.b.error_mean, mean_off(c))),
        lambda c: c.s.v[-1] == -c.s.v[-2] and not outer_edges(c),
    ),
    Claim(
        "Bump N: two hidden units with the output weights ±N, its <left|right> edge outside the picture at N; the mean "
        "error T.",
        lambda c: (len(c.s.w) // 2, c.s.v[-2], outer_edges(c)[0], (c.b.error_mean, mean_off(c))),
        lambda c: (c.words[0] == "left") == (outer_edges(c)[0] < 0) and len(outer_edges(c)) == 1,
    ),
    Claim(
        "Bump N: two hidden units with the output weights ±N, its edges outside the picture at N and N; the mean error "
        "T.",
        lambda c: (len(c.s.w) // 2, c.s.v[-2], *outer_edges(c), (c.b.error_mean, mean_off(c))),
    ),
    Claim("With N bump(s) the network is off by N on average.", lambda c: (len(c.s.w) // 2, mean_off(c))),
    Claim(
        "The mean error is N, the largest N.",
        lambda c: (mean_off(c), float(np.abs(output_of(c) - np.array(c.s.y)).max())),
    ),
)
