"""What the simulation of handwritten digits says, held against the images and the weights in its state."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from tests.sims.claims.base import Case, Claim
from tutor.sims.datasets.handwriting import load_digits


def logits(case: Case, places: np.ndarray) -> np.ndarray:
    """What the network makes of images: by the parts of the state, layer by layer."""
    s, rules = case.s, case.rules
    functions: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "relu": lambda z: np.maximum(z, 0),
        "tanh": np.tanh,
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "linear": lambda z: z,
    }
    a = load_digits().x[places]
    for layer, (w, b) in enumerate(zip(s.weights[:-1], s.biases[:-1], strict=True)):
        z = a @ w.T + b
        if rules.batch_norm:
            z = (z - s.running_mean[layer]) / np.sqrt(s.running_var[layer] + 1e-5) * s.scales[layer] + s.shifts[layer]
        h = functions[rules.activation](z)
        a = a + h if rules.shortcut and h.shape == a.shape else h
    return np.asarray(a @ s.weights[-1].T + s.biases[-1])


def probabilities(case: Case, places: np.ndarray) -> np.ndarray:
    """The softmax of the logits."""
    z = logits(case, places)
    power = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(power / power.sum(axis=1, keepdims=True))


def loss(case: Case, places: np.ndarray) -> float:
    """The mean cross-entropy over images."""
    z = logits(case, places)
    z = z - z.max(axis=1, keepdims=True)
    return float((np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), load_digits().y[places]]).mean())


def right(case: Case, part: str) -> float:
    """How many of a hundred images are read correctly."""
    places = getattr(case.s, part)
    return float(100 * np.mean(logits(case, places).argmax(axis=1) == load_digits().y[places]))


def losses_so_far(case: Case) -> list[float]:
    return [float(value) for value in case.history.trace("loss_validation", 1000).values]


def best(case: Case) -> int:
    losses = losses_so_far(case)
    return losses.index(min(losses))


def parameters(case: Case) -> int:
    sizes = [64, *map(int, case.rules.hidden), 10]
    dense = sum(b * (a + 1) for a, b in pairwise(sizes))
    return dense + (2 * sum(sizes[1:-1]) if case.rules.batch_norm else 0)


def wrong(case: Case) -> list[int]:
    """Which of the validation images are misread."""
    read = logits(case, case.s.validation_images).argmax(axis=1)
    return np.flatnonzero(read != load_digits().y[case.s.validation_images]).tolist()


def misread(case: Case, count: int) -> list[float]:
    """How many images, how many of them are misread, and the first `count` with what they were read as."""
    read = logits(case, case.s.validation_images).argmax(axis=1)
    truth = load_digits().y[case.s.validation_images]
    pairs = [(int(truth[k]), int(read[k])) for k in wrong(case)[:count]]
    return [len(truth), len(wrong(case)), *(number for pair in pairs for number in pair)]


def verb(count: int) -> str:
    return "is" if count == 1 else "are"


def articles(digits: Sequence[float]) -> list[str]:
    """An eight, a seven."""
    return ["an" if digit == 8 else "a" for digit in digits]


def first_ones(count: int) -> str:
    names = ["<an|a> N as N"] * count
    return names[0] if count == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def most_frequent(case: Case) -> list[float]:
    """How often the most frequent error is made, the first of several, how many errors there are, and which it is."""
    read, truth = logits(case, case.s.validation_images).argmax(axis=1), load_digits().y[case.s.validation_images]
    counts = {(i, j): int(((truth == i) & (read == j)).sum()) for i in range(10) for j in range(10) if i != j}
    pair = max(counts, key=lambda key: counts[key])
    return [counts[pair], len(wrong(case)), *pair]


def spreads(case: Case) -> list[float]:
    """The spread of each layer's outputs over the training images; that of the logits computed again."""
    assert math.isclose(case.s.activation_std[-1], logits(case, case.s.training_images).std(), rel_tol=1e-9)
    assert len(case.s.activation_std) == len(case.s.weights)
    return list(case.s.activation_std)


def largest_weight(case: Case) -> float:
    return float(np.abs(case.s.weights[0]).max())


def shown_digit(case: Case) -> list[float]:
    """The place of the image that is drawn, what it shows, what it is read as, and how surely."""
    place = case.s.epoch % len(case.s.validation_images)
    p = probabilities(case, case.s.validation_images[place : place + 1])[0]
    return [place + 1, load_digits().y[case.s.validation_images[place]], int(p.argmax()), 100 * float(p.max())]


DIGITS = (
    Claim(
        "N parameter(s) without experience read N% of the validation images correctly; guessing reads N%. "
        "N images are for training, N for validation, and N for the test.",
        lambda c: (
            parameters(c),
            right(c, "validation_images"),
            10,
            len(c.s.training_images),
            len(c.s.validation_images),
            len(load_digits().y) - len(c.s.training_images) - len(c.s.validation_images),
        ),
        lambda c: c.s.epoch == 0,
    ),
    Claim(
        "Epoch N: the validation loss T, the lowest so far; N% of the validation images are read correctly.",
        lambda c: (c.s.epoch, (c.b.loss_validation, loss(c, c.s.validation_images)), right(c, "validation_images")),
        lambda c: best(c) == c.s.epoch,
    ),
    Claim(
        "Epoch N: the validation loss T, the lowest was N epoch(s) ago; N% of the validation images are read "
        "correctly.",
        lambda c: (
            c.s.epoch,
            (c.b.loss_validation, loss(c, c.s.validation_images)),
            c.s.epoch - best(c),
            right(c, "validation_images"),
        ),
    ),
    Claim(
        "The test third was looked at once, after epoch N: N% are read correctly.",
        lambda c: (c.rules.test_epoch, 100 * c.s.accuracy_test),
        lambda c: c.s.epoch >= c.rules.test_epoch > 0,
    ),
    Claim(
        "After N epoch(s) the training loss is N, the validation loss N; the lowest so far is N, after N epoch(s).",
        lambda c: (
            c.s.epoch,
            loss(c, c.s.training_images),
            loss(c, c.s.validation_images),
            min(losses_so_far(c)),
            best(c),
        ),
    ),
    Claim(
        "The network reads N% of N training images and N% of N validation images.",
        lambda c: (
            right(c, "training_images"),
            len(c.s.training_images),
            right(c, "validation_images"),
            len(c.s.validation_images),
        ),
    ),
    Claim("Of N validation image(s), N are misread.", lambda c: misread(c, 0), lambda c: not wrong(c)),
    *(
        Claim(
            f"Of N validation image(s), N <is|are> misread; the first <is|are> {first_ones(count)}.",
            lambda c, count=count: misread(c, count),  # type: ignore[misc]  # a default binds it now
            lambda c, count=count: (  # type: ignore[misc]
                min(len(wrong(c)), 8) == count
                and c.words[:2] == [verb(len(wrong(c))), verb(count)]
                and c.words[2:] == articles(misread(c, count)[2::2])
            ),
        )
        for count in range(1, 9)
    ),
    Claim(
        "Of N validation image(s), N <is|are> read correctly.",
        lambda c: (len(c.s.validation_images), len(c.s.validation_images) - len(wrong(c))),
        lambda c: c.words == [verb(len(c.s.validation_images) - len(wrong(c)))],
    ),
    *(
        Claim(
            f"Below, the first that <is|are> not: {first_ones(count)}.",
            lambda c, count=count: misread(c, count)[2:],  # type: ignore[misc]  # as above
            lambda c, count=count: (  # type: ignore[misc]
                min(len(wrong(c)), 4) == count and c.words == [verb(len(wrong(c))), *articles(misread(c, count)[2::2])]
            ),
        )
        for count in range(1, 5)
    ),
    Claim(
        "Of N validation image(s), N lie on the diagonal and are right.",
        lambda c: (len(c.s.validation_images), len(c.s.validation_images) - len(wrong(c))),
        lambda c: not wrong(c),
    ),
    Claim(
        "Of N validation image(s), N lie on the diagonal and are right; the most frequent error, N of N, is <an|a> N "
        "read as <an|a> N.",
        lambda c: (len(c.s.validation_images), len(c.s.validation_images) - len(wrong(c)), *most_frequent(c)),
        lambda c: c.words == articles(most_frequent(c)[2:]),
    ),
    Claim(
        "Validation image N shows <an|a> N; it is read as <an|a> N (N%).",
        shown_digit,
        lambda c: c.words == articles(shown_digit(c)[1:3]),
    ),
    Claim(
        "The weights of N unit(s) of the first layer as images; the largest has the size N.",
        lambda c: (min(12, len(c.s.weights[0])), largest_weight(c)),
    ),
    Claim("From the first layer to the last the outputs have the spread L.", lambda c: [spreads(c)]),
    Claim(
        "From the first layer to the last the outputs have the spread L; the norms of the last gradients are L.",
        lambda c: (spreads(c), c.s.gradient_norms),
    ),
)
"""Every sentence that the simulation may say."""
