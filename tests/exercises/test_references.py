"""The references of the exercises, each held against another way to the same numbers."""

import heapq
import inspect
import math
import re
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

from tutor.content.course import open_course
from tutor.exercises.exercise import Exercise
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation

Array = Any
EXERCISES: dict[str, Exercise] = {block.id: block.exercise for block in open_course().exercises()}
SIGNATURES = {
    "code-sigmoid": "sigmoid(z)",
    "code-neuron": "neuron(x, w, b)",
    "code-loss": "loss(w, b, x, y)",
    "code-numerical-gradient": "numerical_gradient(f, w, h=1e-5)",
    "code-descend": "descend(gradient, w, rate, steps)",
    "code-chain-backward": "chain_backward(x, y, w, b)",
    "code-forward": "forward(x, weights, biases)",
    "code-backward": "backward(activations, y, weights)",
    "code-softmax": "softmax(logits)",
    "code-cross-entropy": "cross_entropy(logits, targets)",
    "code-penalty": "penalty_gradient(w, kind, strength)",
    "code-fit": "fit(x, y, degree, l2)",
    "code-dropout": "dropout(h, p, rng, training)",
    "code-dropout-backward": "dropout_backward(slopes, mask, p, training)",
    "code-clip": "clip(gradients, limit)",
    "code-minibatches": "minibatches(n, batch, rng)",
    "code-momentum": "momentum_step(theta, m, g, rate, beta)",
    "code-adam": "adam_step(theta, m, v, g, t, rate, beta1, beta2, epsilon)",
    "code-chain": "chain_gradient(z, w, shortcut)",
    "code-initialise": "initialise(sizes, rng, scheme)",
    "code-batchnorm": "batchnorm(x, gamma, beta, epsilon)",
    "code-batchnorm-backward": "batchnorm_backward(dy, x_hat, var, gamma, epsilon)",
    "code-batchnorm-step": "batchnorm_step(x, mean, var, momentum, epsilon, training)",
    "code-geodesics": "geodesics(distances)",
    "code-pca": "pca(points, k)",
    "code-conv2d": "conv2d(image, kernels, stride, padding)",
    "code-conv-backward": "conv_backward(image, kernel, delta)",
    "code-max-pool": "max_pool(image, size)",
    "code-separable": "separable(image, depthwise, pointwise)",
    "code-conv-cost": "conv_cost(height, width, channels, kernels, kernel, stride, padding)",
    "code-digits": "train(x, y, rng)",
    "code-moved-digits": "train(x, y, rng)",
}


def reference(name: str) -> Callable[..., Any]:
    """The reference of the exercise `name`, as a function."""
    names: dict[str, Any] = {"np": np}
    exec(EXERCISES[name].reference, names)
    function: Callable[..., Any] = names[EXERCISES[name].name]
    return function


def slopes(f: Callable[[Array], float], w: Array) -> Array:
    """Central differences in every entry of `w`."""
    gradient = np.zeros(w.shape)
    for index in np.ndindex(w.shape):
        nudge = np.zeros(w.shape)
        nudge[index] = 1e-6
        gradient[index] = (f(w + nudge) - f(w - nudge)) / 2e-6
    return gradient


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.mark.parametrize("name", SIGNATURES)
def test_every_exercise_is_there_with_its_signature(name: str) -> None:
    assert EXERCISES[name].function == SIGNATURES[name]


@pytest.mark.parametrize("name", EXERCISES)
def test_an_exercise_says_what_each_parameter_is(name: str) -> None:
    exercise = EXERCISES[name]
    assert list(inspect.signature(reference(name)).parameters) == list(exercise.parameters)
    assert len(exercise.hints) == 3 and len(exercise.mistakes) >= 3
    assert len(exercise.cases) >= (1 if exercise.data else 3)


def test_sigmoid_and_neuron(rng: np.random.Generator) -> None:
    z = np.array([-700.0, -2.0, 0.0, 0.3, 700.0])
    assert reference("code-sigmoid")(z) == pytest.approx([0.5 * (1 + math.tanh(item / 2)) for item in z])
    x, w = rng.normal(size=(4, 3)), rng.normal(size=3)
    by_hand = [1 / (1 + math.exp(-(sum(a * b for a, b in zip(row, w, strict=True)) + 0.4))) for row in x]
    assert reference("code-neuron")(x, w, 0.4) == pytest.approx(by_hand)


def test_numerical_gradient_of_functions_whose_slopes_are_known() -> None:
    w = np.array([[0.5, -1.0], [2.0, 0.25]])
    gradient = reference("code-numerical-gradient")(lambda w: np.sin(w).sum() + w[0, 0] * w[1, 1], w)
    assert gradient == pytest.approx(np.cos(w) + np.array([[0.25, 0], [0, 0.5]]), abs=1e-9)


def test_the_loss_of_a_line_is_that_of_its_errors_one_by_one() -> None:
    x, y = [0.5, -1.0, 2.0], [1.0, 0.0, -3.0]
    by_hand = sum((2.0 * a - 0.25 - t) ** 2 for a, t in zip(x, y, strict=True)) / 6
    assert reference("code-loss")(2.0, -0.25, np.array(x), np.array(y)) == pytest.approx(by_hand)


def test_the_slopes_of_a_chain_agree_with_differences_of_its_cost(rng: np.random.Generator) -> None:
    w, b = rng.normal(size=4), rng.normal(size=4)

    def cost(w: Array, b: Array) -> float:
        v = 0.7
        for weight, bias in zip(w, b, strict=True):
            v = 1 / (1 + math.exp(-(weight * v + bias)))
        return 0.5 * (0.3 - v) ** 2

    dw, db = reference("code-chain-backward")(0.7, 0.3, w, b)
    assert dw == pytest.approx(slopes(lambda item: cost(item, b), w), abs=1e-9)
    assert db == pytest.approx(slopes(lambda item: cost(w, item), b), abs=1e-9)


@pytest.mark.parametrize("limit", [0.5, 100.0])
def test_clipping_keeps_the_direction_and_bounds_the_length(rng: np.random.Generator, limit: float) -> None:
    layers = [rng.normal(size=(3, 2)), rng.normal(size=3)]
    before = np.concatenate([layer.ravel() for layer in layers])
    after = np.concatenate([layer.ravel() for layer in reference("code-clip")(layers, limit)])
    assert after == pytest.approx(before * min(1, limit / np.linalg.norm(before)))


def test_descent_in_a_bowl_shrinks_by_a_known_factor() -> None:
    path = reference("code-descend")(lambda w: 2 * w, np.array([3.0, -1.0]), 0.1, 5)
    assert path == pytest.approx(np.array([[3.0, -1.0]]) * 0.8 ** np.arange(6)[:, None])


def test_back_propagation_agrees_with_differences_of_the_cost(rng: np.random.Generator) -> None:
    forward, backward = reference("code-forward"), reference("code-backward")
    x, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    weights, biases = [rng.normal(size=(4, 3)), rng.normal(size=(2, 4))], [rng.normal(size=4), rng.normal(size=2)]

    def cost(weights: list[Array], biases: list[Array]) -> float:
        return float(np.mean(0.5 * ((forward(x, weights, biases)[-1] - y) ** 2).sum(axis=1)))

    by_weights, by_biases = backward(forward(x, weights, biases), y, weights)
    for layer in range(2):

        def of_weights(w: Array, at: int = layer) -> float:
            return cost([*weights[:at], w, *weights[at + 1 :]], biases)

        def of_biases(b: Array, at: int = layer) -> float:
            return cost(weights, [*biases[:at], b, *biases[at + 1 :]])

        assert by_weights[layer] == pytest.approx(slopes(of_weights, weights[layer]), abs=1e-8)
        assert by_biases[layer] == pytest.approx(slopes(of_biases, biases[layer]), abs=1e-8)


def test_softmax_and_cross_entropy_are_those_of_the_simulation() -> None:
    player = Player(find_simulation("softmax").build(logits=[2.0, 1.0, 0.1], target=1))
    player.jump(6)
    state: Any = player.state
    logits = np.array([[2.0, 1.0, 0.1]])
    loss, gradient = reference("code-cross-entropy")(logits, np.array([1]))
    assert reference("code-softmax")(logits)[0] == pytest.approx(state.probs)
    assert loss == pytest.approx(state.loss) and gradient[0] == pytest.approx(state.gradient)


def test_the_gradient_of_cross_entropy_agrees_with_differences(rng: np.random.Generator) -> None:
    cross_entropy = reference("code-cross-entropy")
    logits, targets = rng.normal(size=(4, 3)), np.array([2, 0, 1, 1])
    assert cross_entropy(logits, targets)[1] == pytest.approx(
        slopes(lambda item: cross_entropy(item, targets)[0], logits), abs=1e-8
    )


@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_no_other_coefficients_fit_better(rng: np.random.Generator, l2: float) -> None:
    x, y = rng.uniform(-1, 1, 9), rng.normal(size=9)
    found = reference("code-fit")(x, y, 3, l2)

    def cost(c: Array) -> float:
        return float(((np.polyval(c[::-1], x) - y) ** 2).sum() + l2 * (c**2).sum())

    assert slopes(cost, found) == pytest.approx(np.zeros(4), abs=1e-6)


def test_the_slope_of_a_penalty_agrees_with_differences() -> None:
    w = np.array([0.5, -2.0, 3.0])
    gradient = reference("code-penalty")
    assert gradient(w, "l1", 0.4) == pytest.approx(slopes(lambda w: 0.4 * np.abs(w).sum(), w), abs=1e-8)
    assert gradient(w, "l2", 0.4) == pytest.approx(slopes(lambda w: 0.2 * (w**2).sum(), w), abs=1e-8)
    assert gradient(np.zeros(2), "l1", 0.4) == pytest.approx([0, 0])


def test_dropout_keeps_the_mean(rng: np.random.Generator) -> None:
    h = rng.uniform(1, 2, 200_000)
    dropped = reference("code-dropout")(h, 0.3, rng, True)
    assert (dropped == 0).mean() == pytest.approx(0.3, abs=0.01)
    assert dropped.mean() == pytest.approx(h.mean(), rel=0.01)


def test_the_slopes_of_dropout_are_those_of_its_forward_pass(rng: np.random.Generator) -> None:
    forward, backward = reference("code-dropout"), reference("code-dropout-backward")
    h, v = rng.uniform(1, 2, (3, 4)), rng.normal(size=(3, 4))
    for training in (True, False):
        mask = (forward(h, 0.3, np.random.default_rng(7), training) != 0).astype(float)
        measured = slopes(lambda h, on=training: (v * forward(h, 0.3, np.random.default_rng(7), on)).sum(), h)  # type: ignore[misc]
        assert backward(v, mask, 0.3, training) == pytest.approx(measured, abs=1e-8)


def test_mini_batches_are_a_permutation(rng: np.random.Generator) -> None:
    batches = reference("code-minibatches")(23, 5, rng)
    assert [len(batch) for batch in batches] == [5, 5, 5, 5, 3]
    assert sorted(np.concatenate(batches)) == list(range(23))


@pytest.mark.parametrize("optimizer", ["adam", "momentum"])
def test_the_optimizers_walk_as_the_simulation_does(optimizer: str) -> None:
    simulation: Any = find_simulation("adam").build(optimizer=optimizer, learning_rate=0.02)
    states = [simulation.start()]
    for _ in range(20):
        states.append(simulation.step(states[-1]))
    theta = np.array(states[0].theta)
    m = v = np.zeros(2)
    for t, state in enumerate(states[1:], 1):
        g = np.array(state.g)
        if optimizer == "adam":
            theta, m, v = reference("code-adam")(theta, m, v, g, t, 0.02, 0.9, 0.999, 1e-8)
        else:
            theta, m = reference("code-momentum")(theta, m, g, 0.02, simulation.beta1)
        assert theta == pytest.approx(state.theta, rel=1e-12)


def test_running_averages_come_to_the_mean_and_variance_of_all_data(rng: np.random.Generator) -> None:
    step = reference("code-batchnorm-step")
    data = rng.normal([2.0, -1.0], [3.0, 0.5], size=(4000, 2))
    mean, var = np.zeros(2), np.ones(2)
    for batch in np.split(data, 1000):
        _, mean, var = step(batch, mean, var, 0.01, 1e-5, True)
    assert mean == pytest.approx([2, -1], abs=0.3) and var == pytest.approx([9, 0.25], rel=0.15)
    assert step(mean[None], mean, var, 0.01, 1e-5, False)[0] == pytest.approx(np.zeros((1, 2)))


@pytest.mark.parametrize("shortcut", [False, True])
def test_the_chain_is_that_of_the_simulation(shortcut: bool) -> None:
    player = Player(find_simulation("vanishing").build(depth=12, weight=1.7, shortcut=shortcut))
    player.jump(12)
    state: Any = player.state
    assert reference("code-chain")(np.array(state.forward_z), 1.7, shortcut) == pytest.approx(state.gradient)


@pytest.mark.parametrize(("scheme", "size"), [("he", 1.0), ("glorot", 400 / 900)])
def test_the_first_weights_keep_the_size_of_a_signal(rng: np.random.Generator, scheme: str, size: float) -> None:
    """With relu half of the signal's mean square is lost: `he` makes up for it with its factor 2."""
    (w,) = reference("code-initialise")([400, 500], rng, scheme)
    x = rng.normal(size=(400, 400))
    assert w.shape == (500, 400)
    assert (np.maximum(x @ w.T, 0) ** 2).mean() == pytest.approx(size, rel=0.05)


def test_batch_normalisation_and_its_slopes(rng: np.random.Generator) -> None:
    forward, backward = reference("code-batchnorm"), reference("code-batchnorm-backward")
    x, gamma, beta, dy = rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal(size=3), rng.normal(size=(5, 3))
    _, x_hat, mean, var = forward(x, gamma, beta, 1e-3)
    assert mean == pytest.approx(x.sum(axis=0) / 5)
    assert var == pytest.approx(((x - x.sum(axis=0) / 5) ** 2).sum(axis=0) / 5)
    assert x_hat.mean(axis=0) == pytest.approx(np.zeros(3))
    dx, dgamma, dbeta = backward(dy, x_hat, var, gamma, 1e-3)
    assert dx == pytest.approx(slopes(lambda x: (dy * forward(x, gamma, beta, 1e-3)[0]).sum(), x), abs=1e-8)
    assert dgamma == pytest.approx(slopes(lambda g: (dy * forward(x, g, beta, 1e-3)[0]).sum(), gamma), abs=1e-8)
    assert dbeta == pytest.approx(slopes(lambda b: (dy * forward(x, gamma, b, 1e-3)[0]).sum(), beta), abs=1e-8)


def shortest(distances: Array, start: int) -> list[float]:
    """Dijkstra's way to the same lengths."""
    found = [math.inf] * len(distances)
    queue = [(0.0, start)]
    while queue:
        length, place = heapq.heappop(queue)
        if length < found[place]:
            found[place] = length
            queue += [(length + edge, other) for other, edge in enumerate(distances[place]) if math.isfinite(edge)]
            heapq.heapify(queue)
    return found


def test_geodesics_are_the_shortest_paths(rng: np.random.Generator) -> None:
    edges = np.where(rng.random((9, 9)) < 0.3, rng.uniform(1, 5, (9, 9)), np.inf)
    distances = np.minimum(edges, edges.T)
    np.fill_diagonal(distances, 0)
    assert reference("code-geodesics")(distances) == pytest.approx(np.array([shortest(distances, i) for i in range(9)]))


def test_the_straight_encoder_loses_what_the_other_eigenvalues_hold(rng: np.random.Generator) -> None:
    points = rng.normal(size=(30, 4)) @ rng.normal(size=(4, 4)) + 3
    _, rebuilt = reference("code-pca")(points, 2)
    eigenvalues = np.linalg.eigvalsh(np.cov(points.T, bias=True))
    assert ((points - rebuilt) ** 2).sum() / 30 == pytest.approx(eigenvalues[:2].sum())


def test_convolution_cell_by_cell(rng: np.random.Generator) -> None:
    image, kernels = rng.normal(size=(2, 6, 5)), rng.normal(size=(3, 2, 3, 3))
    maps = reference("code-conv2d")(image, kernels, 2, 1)
    assert maps.shape == (3, 3, 3)
    for n, i, j in product(range(3), range(3), range(3)):
        by_hand = 0.0
        for c, a, b in product(range(2), range(3), range(3)):
            row, column = 2 * i + a - 1, 2 * j + b - 1
            if 0 <= row < 6 and 0 <= column < 5:
                by_hand += kernels[n, c, a, b] * image[c, row, column]
        assert maps[n, i, j] == pytest.approx(by_hand)


def test_the_slopes_through_a_kernel_are_differences(rng: np.random.Generator) -> None:
    image, kernel, delta = rng.normal(size=(5, 6)), rng.normal(size=(3, 3)), rng.normal(size=(3, 4))

    def cost(image: np.ndarray, kernel: np.ndarray) -> float:
        return float((delta * reference("code-conv2d")(image[None], kernel[None, None], 1, 0)[0]).sum())

    of_kernel, of_image = reference("code-conv-backward")(image, kernel, delta)
    assert of_kernel == pytest.approx(slopes(lambda w: cost(image, w), kernel), abs=1e-7)
    assert of_image == pytest.approx(slopes(lambda x: cost(x, kernel), image), abs=1e-7)


def test_a_separable_convolution_is_one_with_kernels_of_its_shape(rng: np.random.Generator) -> None:
    image, depthwise, pointwise = rng.normal(size=(3, 6, 5)), rng.normal(size=(3, 3, 3)), rng.normal(size=(4, 3))
    kernels = pointwise[:, :, None, None] * depthwise[None]
    assert reference("code-separable")(image, depthwise, pointwise) == pytest.approx(
        reference("code-conv2d")(image, kernels, 1, 0)
    )


def test_pooling_takes_the_largest_of_every_window(rng: np.random.Generator) -> None:
    image = rng.normal(size=(2, 5, 7))
    pooled = reference("code-max-pool")(image, 2)
    assert pooled.shape == (2, 2, 3)
    assert all(pooled[c, i, j] == max(image[c, 2 * i + a, 2 * j + b] for a in (0, 1) for b in (0, 1))
               for c, i, j in product(range(2), range(2), range(3)))  # fmt: skip


def test_the_costs_are_those_of_the_simulation() -> None:
    values = {"height": 12, "width": 9, "channels": 3, "kernels": 7, "kernel": 5, "stride": 2, "padding": 1}
    player = Player(find_simulation("conv-cost").build(**values))
    player.jump(20)
    state: Any = player.state
    assert reference("code-conv-cost")(**values) == (
        state.standard.multiplications,
        state.separable.multiplications,
    )


ORDINARY = re.compile(
    r"(?:the|a|an|this|each|every|its|all|last|plain|centred|of|in|at|for)\s+$|`\s+$|[-\w]$|^\s*$", re.IGNORECASE
)
"""What precedes the name of a parameter where it is the field's word: the gradient, each image, in training."""


@pytest.mark.parametrize("name", EXERCISES)
def test_a_parameter_that_a_statement_names_is_marked_as_code(name: str) -> None:
    exercise = EXERCISES[name]
    prose = re.sub(r"`[^`]*`|\$[^$]*\$", lambda found: "`" * len(found[0]), exercise.ask)
    for parameter in exercise.parameter_names:
        for found in re.finditer(rf"(?<![\w'’]){re.escape(parameter)}(?![\w'’-])", prose):
            assert ORDINARY.search(prose[: found.start()]), prose[max(0, found.start() - 40) : found.end() + 20]
