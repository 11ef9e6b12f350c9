"""What softmax, backpropagation and vanishing gradients say."""

import math
from functools import lru_cache
from typing import Any

import numpy as np

from tests.sims.claims.base import Case, Claim, near
from tutor.sims.functions.activations import ACTIVATIONS


def probabilities(case: Case) -> np.ndarray:
    """By the largest logit taken off first; with one logit, class 0 has the logit 0."""
    v = np.array([0.0, *case.s.logits] if len(case.s.logits) == 1 else case.s.logits)
    e = np.exp(v - v.max())
    return np.array(e / e.sum())


def softmax_loss(case: Case) -> float:
    v = np.array([0.0, *case.s.logits] if len(case.s.logits) == 1 else case.s.logits)
    return float(np.log(np.exp(v - v.max()).sum()) + v.max() - v[case.s.target])


def bars(case: Case) -> list[float]:
    """Class and value of each bar, one after the other, got in another way."""
    p, one = probabilities(case), len(case.s.logits) == 1
    order = [1, 0] if one else list(range(len(p)))
    v = [*case.s.logits, 0.0] if one else list(case.s.logits)
    g = p - np.eye(len(p))[case.s.target]
    known = {"Logits": v, "Probabilities": p[order], "Gradient": g[order][: 1 if one else len(p)]}
    return [x for k, value in zip(order, known[case.picture.title], strict=False) for x in (k, float(value))]


CLASSES = tuple(
    Claim(
        f"<Logits|Probabilities|Gradient>: {', '.join(['class N: N'] * count)}.",
        bars,
        lambda c: c.words[0] == c.picture.title,
    )
    for count in range(1, 13)
)
SOFTMAX = (
    *CLASSES,
    Claim("N logit(s); the true class is N.", lambda c: (len(c.s.logits), c.s.target)),
    Claim(
        "One logit, of class N; class N has the fixed logit N; the true class is N.",
        lambda c: (1, 0, 0, c.s.target),
        lambda c: len(c.s.logits) == 1,
    ),
    Claim(
        "The exponential of each logit is taken, which makes all of them positive.", holds=lambda c: min(c.s.exp) > 0
    ),
    Claim("The exponentials add up to N.", lambda c: [math.fsum(map(math.exp, c.s.logits))]),
    Claim("The exponentials add up to N, with the N of class N.", lambda c: (1 + math.exp(c.s.logits[0]), 1, 0)),
    Claim(
        "Each exponential is divided by the sum, so the probabilities add up to N.",
        lambda c: [1],
        lambda c: near(sum(c.s.probs), 1) or len(c.s.logits) == 1,
    ),
    Claim(
        "The logarithm of each probability is taken.",
        holds=lambda c: near(c.s.log_probs[-1], c.s.logits[-1] - math.log(c.s.sum)),
    ),
    Claim("Only the probability of the true class matters: the loss is N.", lambda c: [softmax_loss(c)]),
    Claim(
        "The gradient is the probabilities minus the one-hot target: never positive for the true class, never negative "
        "for the others.",
        holds=lambda c: all((g <= 0) if k == c.s.target else (g >= 0) for k, g in enumerate(c.s.gradient)),
    ),
    Claim(
        "The gradient is the probability of class N minus the label, N or N.",
        lambda c: (1, 1, 0),
        lambda c: near(c.s.gradient[0], probabilities(c)[1] - c.s.target),
    ),
)

QUANTITIES = {
    "the weighted input": "z",
    "the output": "v",
    "the derivative of the cost with respect to the output": "dv",
    "the derivative of the cost with respect to the weighted input": "delta",
    "the gradient of the weight": "dw",
    "the gradient of the bias": "db",
}


def quantity(case: Case) -> list[float]:
    layer = int(case.s.current[-1])
    return [layer, getattr(case.s, case.s.current[:-1])[layer - 1]]


def costs(case: Case) -> tuple[int, float]:
    """How many passes have reached the cost, and the last of them."""
    trace = case.history.trace("cost", 4000)
    known = [(step, value) for step, value in zip(trace.steps, trace.values, strict=True) if not math.isnan(value)]
    return len({(step - 1) // 20 for step, _ in known}), known[-1][1]


BACKPROP = (
    Claim(
        "Input $x = N$, target $y = N$; the forward pass starts at the first neuron.",
        lambda c: (c.s.x, c.s.y),
        lambda c: c.s.v == (None,) * 3,
    ),
    Claim(
        "Input N, three neurons, target N; the cost is not computed yet.",
        lambda c: (c.s.x, c.s.y),
        lambda c: c.s.cost is None,
    ),
    Claim("Input N, three neurons, target N; cost N.", lambda c: (c.s.x, c.s.y, (c.s.y - c.s.v[2]) ** 2 / 2)),
    Claim(
        "The cost of each pass will appear here, once the forward pass has reached it.",
        holds=lambda c: c.s.cost is None and c.s.iteration == 0,
    ),
    Claim(f"Neuron N: <{'|'.join(QUANTITIES)}> is N.", quantity, lambda c: QUANTITIES[c.words[0]] == c.s.current[:-1]),
    Claim(
        "The output N is compared with the target N: the cost is N.",
        lambda c: (c.s.v[2], c.s.y, (c.s.y - c.s.v[2]) ** 2 / 2),
    ),
    Claim(
        "Every weight and bias takes a step against its gradient; pass N is complete.",
        lambda c: [c.s.iteration + 1],
        lambda c: (
            near(c.s.w, np.subtract(c.b.w, c.rules.learning_rate * np.array(c.s.dw)))
            and near(c.s.b, np.subtract(c.b.b, c.rules.learning_rate * np.array(c.s.db)))
        ),
    ),
    Claim("The cost after N pass(es) is N.", costs),
)


def product(case: Case) -> float:
    """The factors of the layers passed so far, multiplied."""
    r, f = case.rules, ACTIVATIONS[case.rules.activation]
    zs = case.s.forward_z[case.s.layer - 1 :] if case.s.step else ()
    return float(math.prod(f.derivative(z) * r.weight + r.shortcut for z in zs))


VANISHING = (
    Claim(
        "The forward pass through N layer(s) is complete; at the output the gradient is N.",
        lambda c: (c.rules.depth, 1),
        lambda c: len(c.s.forward_z) == c.rules.depth,
    ),
    Claim("After N of N layer(s) the gradient is N.", lambda c: (c.s.step, c.rules.depth, product(c))),
    Claim(
        "Back through layer N: its factor is N, and the gradient at layer N is N.",
        lambda c: (
            c.rules.depth + 1 - c.s.step,
            c.s.gradient / c.b.gradient if c.b.gradient else c.s.factor,
            c.rules.depth - c.s.step,
            product(c),
        ),
    ),
)


def first_weights(rules: Any, layer: int) -> "np.ndarray[Any, np.dtype[Any]]":
    """Drawn again, by the rules of the curriculum."""
    n = rules.width
    drawn = np.random.default_rng((rules.seed, layer)).standard_normal((n, n))
    if rules.scheme == "orthogonal":  # W (WᵀW)^−½
        values, axes = np.linalg.eigh(drawn.T @ drawn)
        return np.array(drawn @ (axes / np.sqrt(values)) @ axes.T)
    spread = {"small": 0.01, "large": 1.0, "glorot": (1 / n) ** 0.5, "he": (2 / n) ** 0.5}
    return np.array(drawn * spread.get(rules.scheme, 0.0) + (1 / n if rules.scheme == "same" else 0.0))


CURVES: dict[str, tuple[Any, Any]] = {
    "relu": (lambda z: np.maximum(z, 0), lambda z: np.where(z > 0, 1.0, 0.0)),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: np.exp(-np.logaddexp(0, -z)), lambda z: np.exp(-np.logaddexp(0, -z) - np.logaddexp(0, z))),
    "linear": (lambda z: z, np.ones_like),
}


@lru_cache(maxsize=32)
def all_sizes(r: Any) -> tuple[list[float], list[float]]:
    """The standard deviations of activations, and of gradients from the last layer down, got in another way."""
    value, slope = CURVES[r.activation]
    a = np.random.default_rng((r.seed, 0)).normal(size=(r.samples, r.width)).T
    forward, backward, sums = [float(np.std(a))], [], []
    for layer in range(1, r.depth + 1):
        sums.append(first_weights(r, layer) @ a)
        a = value(sums[-1])
        forward.append(float(np.std(a)))
    g = np.random.default_rng((r.seed, r.depth + 1)).choice([-1.0, 1.0], size=(r.samples, r.width)).T
    for layer in range(r.depth, 0, -1):
        g = first_weights(r, layer).T @ (g * slope(sums[layer - 1]))
        backward.append(float(np.std(g)))
    return forward, backward


def signal_sizes(case: Case) -> tuple[list[float], list[float]]:
    """As far as the run has come."""
    forward, backward = all_sizes(case.rules)
    return forward[: case.s.step + 1], backward[: max(0, case.s.step - case.rules.depth)]


INITIALISATION = (
    Claim("No layer is passed yet.", holds=lambda c: c.s.step == 0 and not c.s.forward_std),
    Claim(
        "After N layer(s) the activations have the standard deviation N.",
        lambda c: (min(c.s.step, c.rules.depth), signal_sizes(c)[0][-1]),
    ),
    Claim(
        "After N layer(s) on its way back the gradient has N.",
        lambda c: (c.s.step - c.rules.depth, signal_sizes(c)[1][-1]),
    ),
    Claim("N input(s) with the standard deviation N are ready.", lambda c: (c.rules.samples, signal_sizes(c)[0][0])),
    Claim(
        "Forward through layer N: the activations have the standard deviation N.",
        lambda c: (c.s.step, signal_sizes(c)[0][-1]),
        lambda c: c.s.phase == "forward",
    ),
    Claim(
        "Back through layer N: the gradient at layer N has the standard deviation N.",
        lambda c: (2 * c.rules.depth + 1 - c.s.step, 2 * c.rules.depth - c.s.step, signal_sizes(c)[1][-1]),
        lambda c: c.s.phase == "backward",
    ),
)
