"""What more images are worth, and what several networks together are: two tables of the lesson on digits.

    python -m benchmarks.grown_digits

Networks with one hidden layer of 32, plain descent at 0.3 in batches of 32, for as many *updates* whatever the number
of images. Judged on the same validation images as the other tables, over ten splits.
"""

from functools import cache

import numpy as np

from benchmarks.digits import SEEDS, nearest_neighbour
from tutor.sims.datasets.handwriting import CLASS_COUNT, Images, load_digit_images
from tutor.sims.functions.dense import DenseNetwork, loss_gradient
from tutor.text.output import say

THIRD = 599
COUNTS = (25, 50, 100, 200, 400, 599)
"""How many of the training images are used."""
UPDATES = 400
BATCH, RATE = 32, 0.3
MEMBERS = 5
"""Networks in an ensemble."""
NETWORK = DenseNetwork((64, 32, CLASS_COUNT))


@cache
def train(seed: int, count: int, member: int = 0) -> np.ndarray:
    """The parameters after training on the first `count` images of a split; another member has other weights."""
    images, rng = load_digit_images(seed, THIRD, "train"), np.random.default_rng((seed, member, 11))
    x, y = images.x[:count], images.y[:count]
    theta = NETWORK.initialise("he", rng)
    parts, slope = NETWORK.split(theta), np.zeros_like(theta)
    into, order = NETWORK.split(slope), np.zeros(0, dtype=int)
    for _ in range(UPDATES):
        if len(order) < min(BATCH, count):
            order = np.concatenate([order, rng.permutation(count)])
        rows, order = order[:BATCH], order[BATCH:]
        logits, passes = NETWORK.forward(parts, x[rows])
        NETWORK.backward(parts, x[rows], passes, loss_gradient(logits, y[rows]), into)
        theta -= RATE * slope
    return theta


def probabilities(theta: np.ndarray, x: np.ndarray) -> np.ndarray:
    """What a network answers for each image."""
    logits = NETWORK.forward(NETWORK.split(theta), x)[0]
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(p / p.sum(axis=1, keepdims=True))


def judging_images(seed: int) -> Images:
    """The images that judge."""
    return load_digit_images(seed, THIRD, "validation")


def read_with(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Per cent read correctly by a network and by the nearest neighbour, of each split."""
    network, neighbour = [], []
    for seed in range(SEEDS):
        images, known = judging_images(seed), load_digit_images(seed, THIRD, "train")
        network.append(np.mean(probabilities(train(seed, count), images.x).argmax(axis=1) == images.y))
        few = Images(known.x[:count], known.y[:count])
        neighbour.append(np.mean(nearest_neighbour(few, images.x) == images.y))
    return 100 * np.array(network), 100 * np.array(neighbour)


def read_together(members: int = MEMBERS) -> tuple[np.ndarray, np.ndarray]:
    """Per cent read correctly by single networks (their mean), and by the mean of their probabilities."""
    single, together = [], []
    for seed in range(SEEDS):
        images = judging_images(seed)
        answers = [probabilities(train(seed, THIRD, member), images.x) for member in range(members)]
        single.append(np.mean([np.mean(answer.argmax(axis=1) == images.y) for answer in answers]))
        together.append(np.mean(np.mean(answers, axis=0).argmax(axis=1) == images.y))
    return 100 * np.array(single), 100 * np.array(together)


def main() -> None:
    """Print both tables as Markdown."""
    say("| training images | network | nearest neighbour |", "|---|---|---|")
    for count in COUNTS:
        network, neighbour = read_with(count)
        say(f"| {count} | {network.mean():.1f} % | {neighbour.mean():.1f} % |")
    single, together = read_together()
    say("", f"one network {single.mean():.1f} %, {MEMBERS} together {together.mean():.1f} %")
    say(f"better in {int((together > single).sum())} of {SEEDS} splits")


if __name__ == "__main__":
    main()
