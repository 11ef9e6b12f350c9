"""How far a small, well-chosen change of the pixels misleads a network: the table of the lesson `convolution`.

    python -m benchmarks.adversarial

Every pixel of a validation image is moved by ε in the direction that raises the loss, ε · sign(∂C/∂x), and for
comparison by ε with a sign drawn at random. Ink stays between 0 and 1. The networks are those of the lesson `digits`.
"""

from functools import cache

import numpy as np

from benchmarks.digits import ONE_LAYER, SEEDS, THIRD, cache_key, final_states
from tutor.sims.datasets.handwriting import CLASS_COUNT, Images, load_digit_images
from tutor.sims.models.digits import DigitsState
from tutor.text.output import say

EPOCHS = 20
NETWORKS = {"linear softmax": {"hidden": (), "learning_rate": 0.3}, "one hidden layer of 32": ONE_LAYER}
STEPS = (0.05, 0.1, 0.2)
"""Values of ε; from white to black is 1."""


def compute_logits(state: DigitsState, x: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """The logits, and which hidden units are on."""
    a, on = x, []
    for weights, biases in zip(state.weights[:-1], state.biases[:-1], strict=True):
        z = a @ weights.T + biases
        a = np.maximum(z, 0)
        on.append(z > 0)
    return a @ state.weights[-1].T + state.biases[-1], on


def slopes_of_pixels(state: DigitsState, images: Images) -> np.ndarray:
    """∂C/∂x for every image: the way back of the cross-entropy, one layer further than for the weights."""
    logits, on = compute_logits(state, images.x)
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    delta: np.ndarray = p / p.sum(axis=1, keepdims=True) - np.eye(CLASS_COUNT)[images.y]
    for layer in reversed(range(len(state.weights))):
        delta = delta @ state.weights[layer]
        if layer:
            delta = delta * on[layer - 1]
    return delta


@cache
def accuracies(name: str, epsilon: float, chosen: bool, seeds: int = SEEDS) -> np.ndarray:
    """The accuracy in per cent on moved validation images, of each seed; the signs are `chosen`, or drawn."""
    found = []
    for seed in range(seeds):
        state = final_states(cache_key(NETWORKS[name]), seed, EPOCHS)[0]
        images = load_digit_images(seed, THIRD, "validation")
        drawn = np.random.default_rng((seed, 3)).choice((-1.0, 1.0), images.x.shape)
        signs = np.sign(slopes_of_pixels(state, images)) if chosen else drawn
        moved = np.clip(images.x + epsilon * signs, 0, 1)
        found.append(100 * float((compute_logits(state, moved)[0].argmax(axis=1) == images.y).mean()))
    return np.array(found)


def main() -> None:
    """Print the table as Markdown."""
    say("| network | unchanged | ε | sign at random | sign of the slope |", "|---|---|---|---|---|")
    for name in NETWORKS:
        for epsilon in STEPS:
            shares = [accuracies(name, *how).mean() for how in ((0.0, False), (epsilon, False), (epsilon, True))]
            say(f"| {name} | {shares[0]:.1f} | {epsilon:g} | {shares[1]:.1f} | {shares[2]:.1f} |")


if __name__ == "__main__":
    main()
