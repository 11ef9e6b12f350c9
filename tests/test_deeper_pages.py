"""What the deeper pages of the lessons state in numbers, found in another way than the lessons find it."""

import math
import re
from itertools import pairwise, product

import numpy as np
import pytest

from benchmarks.evidence import RUNS, WEIGHTS, expected_wandering, losses, wandering
from tutor.content.find import lessons_folder
from tutor.questions.templates.runs import cached_state_after
from tutor.sims.table import find_simulation


def text(lesson: str) -> str:
    return next(lessons_folder().glob(f"*-{lesson}.md")).read_text("utf-8")


def test_forward_and_reverse_mode_agree_and_cost_what_the_lesson_says() -> None:
    """A network of 5, 4 and 1 units by both modes, counting multiplications of the weights."""
    rng = np.random.default_rng(0)
    first, second, x = rng.normal(size=(4, 5)), rng.normal(size=(1, 4)), rng.normal(size=5)
    h = np.tanh(first @ x)
    forward, work = np.zeros(5), 0
    for j in range(5):  # a pass for each input
        slope = (1 - h**2) * (first @ np.eye(5)[j])
        forward[j] = (second @ slope).item()
        work += first.size + second.size
    back = first.T @ ((1 - h**2) * second[0])
    assert forward == pytest.approx(back)
    assert work == 5 * (first.size + second.size)


def test_checkpoints_keep_two_roots_of_the_layers() -> None:
    for layers in (25, 36, 81, 100, 144):
        kept = {k: math.ceil(layers / k) + k for k in range(1, layers + 1)}
        assert min(kept.values()) == 2 * math.isqrt(layers) == kept[math.isqrt(layers)]


def test_the_entropy_of_the_three_animals_and_what_a_wrong_belief_costs() -> None:
    q, p = np.array([0.5, 0.25, 0.25]), np.full(3, 1 / 3)
    asked = 0.5 * 1 + 0.25 * 2 + 0.25 * 2  # "a bird?", and if not, "a cat?"
    entropy = float(-(q * np.log2(q)).sum())
    assert entropy == asked == 1.5
    assert float((q * np.log2(q / p)).sum()) == pytest.approx(math.log2(3) - 1.5)
    assert float((p * np.log2(p / q)).sum()) == pytest.approx(0.0817, abs=5e-5)


@pytest.mark.parametrize(("power", "best"), [(2, 20.0), (1, 3.0)])
def test_squares_ask_for_the_mean_and_absolute_errors_for_the_median(power: int, best: float) -> None:
    targets, tried = np.array([1, 2, 3, 4, 90]), np.linspace(0, 100, 10001)
    costs = (np.abs(tried[:, None] - targets) ** power).sum(axis=1)
    assert tried[costs.argmin()] == pytest.approx(best, abs=0.01)


def test_a_perceptron_corrects_itself_no_more_often_than_its_bound_allows() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        line = rng.normal(size=3)
        line /= np.linalg.norm(line)
        points = np.hstack([rng.uniform(-1, 1, size=(200, 2)), np.ones((200, 1))])
        points = points[abs(points @ line) > 0.1]
        classes = np.sign(points @ line)
        bound = (np.linalg.norm(points, axis=1).max() / abs(points @ line).min()) ** 2
        weights, corrections, wrong = np.zeros(3), 0, True
        while wrong:
            wrong = False
            for x, y in zip(points, classes, strict=True):
                if (1 if weights @ x > 0 else -1) != y:
                    weights, corrections, wrong = weights + y * x, corrections + 1, True
        assert corrections <= bound
        assert corrections > 0 or (classes < 0).all()


def test_no_node_computes_xor_and_two_layers_do() -> None:
    corners = [(0, 0), (0, 1), (1, 0), (1, 1)]
    tried = np.arange(-3, 3.25, 0.5)
    for w, v, b in np.array(np.meshgrid(tried, tried, tried)).reshape(3, -1).T:
        assert [w * x + v * y + b > 0 for x, y in corners] != [False, True, True, False]
    for x, y in corners:
        either, not_both = x + y - 0.5 > 0, -x - y + 1.5 > 0
        assert (either + not_both - 1.5 > 0) == (x != y)


def test_the_searches_of_the_lesson_on_loss_are_computed_again() -> None:
    rows = re.findall(r"^\| (\d+) \| ([\d.]+) \(.*?\) \| (.*?) \| below 10⁻²⁰ \|$", text("loss"), re.MULTILINE)
    assert [int(count) for count, *_ in rows] == list(WEIGHTS)
    for count, anywhere, nearby in rows:
        assert losses("random points", int(count)).mean() == pytest.approx(float(anywhere), abs=1e-3)
        reached = losses("random moves", int(count))
        if nearby == "below 10⁻⁵":
            assert reached.max() < 1e-5
        else:
            assert reached.mean() == pytest.approx(float(nearby.partition(" ")[0]), abs=1e-4)
        assert losses("the slope", int(count)).max() < 1e-20


def test_noisy_descent_wanders_as_widely_as_the_lesson_says() -> None:
    rows = re.findall(r"^\| (0\.\d) \| (\d) \| (0\.\d{4}) \| (0\.\d{4}) \|$", text("minibatch"), re.MULTILINE)
    assert [(float(rate), int(batch)) for rate, batch, *_ in rows] == list(RUNS)
    for rate, batch, measured, formula in rows:
        assert expected_wandering(float(rate), int(batch)) == pytest.approx(float(formula), abs=1e-4)
        assert float(measured) == pytest.approx(float(formula), rel=0.02)
    assert wandering(*RUNS[0]) == pytest.approx(float(rows[0][2]), abs=1e-4)


def test_the_most_probable_weight_is_the_shrunk_mean() -> None:
    n, mean, sigma, tau = 4, 5.0, 2.0, 1.0
    tried = np.linspace(0, 6, 600_001)
    cost = n / (2 * sigma**2) * (tried - mean) ** 2 + tried**2 / (2 * tau**2)
    assert tried[cost.argmin()] == pytest.approx(mean * n * tau**2 / (n * tau**2 + sigma**2), abs=1e-5)
    rng = np.random.default_rng(0)
    truth = rng.normal(scale=tau, size=100_000)
    measured = truth + rng.normal(scale=sigma / n**0.5, size=100_000)
    shrunk = measured * n * tau**2 / (n * tau**2 + sigma**2)
    assert np.mean((shrunk - truth) ** 2) < 0.6 * np.mean((measured - truth) ** 2)


def test_twenty_steps_stop_where_the_lesson_says() -> None:
    for curvature in (4.0, 1.0, 0.1):
        w = 0.0
        for _ in range(20):
            w -= 0.1 * curvature * (w - 1)
        assert w == pytest.approx(1 - (1 - 0.1 * curvature) ** 20)
    assert w == pytest.approx(0.1 / (0.1 + 0.5), rel=0.1)


@pytest.mark.parametrize("p", [0.5, 0.25])
def test_dropout_on_a_weighted_sum_adds_the_penalty_of_the_lesson(p: float) -> None:
    h, w, y = np.array([1.0, 2.0, -0.5]), np.array([1.0, 1.0, 3.0]), 3.0
    mean = variance = 0.0
    for mask in product((0, 1), repeat=3):
        chance = math.prod(1 - p if on else p for on in mask)
        out = float(w @ (h * mask / (1 - p)))
        mean += chance * (y - out) ** 2
        variance += chance * (h[1] * mask[1] / (1 - p)) ** 2
    assert mean == pytest.approx((y - w @ h) ** 2 + p / (1 - p) * (w**2 @ h**2))
    assert variance - h[1] ** 2 == pytest.approx(h[1] ** 2 * p / (1 - p))


def test_the_slopes_of_softmax_are_those_of_the_lesson() -> None:
    v, h = np.array([0.3, -1.2, 2.0]), 1e-6

    def softmax(logits: np.ndarray) -> np.ndarray:
        powers = np.exp(logits)
        return np.asarray(powers / powers.sum())

    p, columns = softmax(v), []
    for step in np.eye(3) * h:
        columns.append((softmax(v + step) - softmax(v - step)) / (2 * h))
    table = np.array(columns).T
    assert table == pytest.approx(np.diag(p) - np.outer(p, p), abs=1e-9)
    assert table.sum(axis=1) == pytest.approx(np.zeros(3), abs=1e-9)
    assert -table[1] / p[1] == pytest.approx(p - np.eye(3)[1], abs=1e-8)


@pytest.mark.parametrize(("variance", "low", "high"), [(1.0, 0.2, 0.25), (16.0, 0.6, 1.0)])
def test_sigmoids_shrink_gradients_fourfold_unless_the_weights_make_up_for_their_slope(
    variance: float, low: float, high: float
) -> None:
    """The root mean square of a gradient that goes back through six layers of 200, by the layer."""
    rng = np.random.default_rng(0)
    a, slopes, weights = rng.normal(size=200), [], []
    for _ in range(6):
        weights.append(rng.normal(0, math.sqrt(variance / 200), (200, 200)))
        a = 1 / (1 + np.exp(-(weights[-1] @ a)))
        slopes.append(a * (1 - a))
    begun = back = rng.normal(size=200)
    for w, slope in zip(reversed(weights), reversed(slopes), strict=True):
        back = w.T @ (back * slope)
    assert low < (np.linalg.norm(back) / np.linalg.norm(begun)) ** (1 / 6) < high


def test_the_longest_steps_of_adam_are_its_first_when_the_gradients_are_noise() -> None:
    noise = np.random.default_rng(0).normal(size=(4000, 50))
    m, v, sizes = np.zeros(50), np.zeros(50), []
    for t, g in enumerate(noise, start=1):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        sizes.append(np.sqrt(np.mean((m / (1 - 0.9**t)) ** 2 / (v / (1 - 0.999**t)))))
    assert sizes[0] == pytest.approx(1)
    assert np.mean(sizes[2000:]) == pytest.approx(math.sqrt(0.1 / 1.9), rel=0.02)
    assert max(sizes) == sizes[0]


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.2, 0.5])
def test_adam_reaches_the_floor_of_the_ravine_at_the_rates_that_the_lesson_names(rate: float) -> None:
    assert cached_state_after(find_simulation("adam").build(learning_rate=rate), 300).loss < 1e-7


@pytest.mark.parametrize("every", [4, 9, 25, 100])
def test_a_weight_that_is_seldom_used_moves_by_the_root_of_its_rarity(every: int) -> None:
    v = 0.0
    for step in range(1, 10_000 // every * every + 1):
        v = 0.999 * v + 0.001 * (step % every == 0)
    assert 1 / math.sqrt(v) == pytest.approx(math.sqrt(every), rel=0.1)


def test_the_sum_of_the_rates_has_no_bound_and_that_of_their_squares_has() -> None:
    groups = [sum(1 / t for t in range(2**k + 1, 2 ** (k + 1) + 1)) for k in range(12)]
    assert min(groups) >= 0.5
    assert sum(1 / t**2 for t in range(1, 100_000)) < 2


def test_inputs_in_their_own_units_make_a_ravine_and_standardised_ones_a_round_bowl() -> None:
    areas, rooms = np.array([100.0, 200.0, 100.0, 200.0]), np.array([1.0, 1.0, 3.0, 3.0])
    raw = np.column_stack([areas, rooms, np.ones(4)])
    assert np.allclose(np.diag(raw.T @ raw) / 4, [25_000, 5, 1])
    assert np.linalg.cond(raw.T @ raw / 4) > 350_000
    standardised = np.column_stack([(areas - areas.mean()) / areas.std(), (rooms - rooms.mean()) / rooms.std()])
    inputs = np.column_stack([standardised, np.ones(4)])
    assert np.allclose(inputs.T @ inputs / 4, np.eye(3))


def test_the_mean_of_a_wandering_weight_strays_as_little_as_the_formula_says_whatever_the_rate() -> None:
    steps, walks = 1000, 2000
    for rate in (0.1, 0.4):
        rng, w, total = np.random.default_rng(0), np.zeros(walks), np.zeros(walks)
        for _ in range(steps):
            w = w - rate * (w + rng.normal(size=walks))
            total += w
        assert ((total / steps) ** 2).mean() == pytest.approx(1 / steps, rel=0.1)


def test_the_gradient_of_a_recurrent_weight_is_the_sum_over_the_steps() -> None:
    w, u, inputs = 0.7, 0.4, (0.5, -1.0, 0.8)

    def last_state(w: float) -> float:
        h = 0.3
        for x in inputs:
            h = np.tanh(w * h + u * x)
        return float(h)

    states = [0.3]
    for x in inputs:
        states.append(float(np.tanh(w * states[-1] + u * x)))
    gradient, arrives = 0.0, 1.0
    for before, after in reversed(list(pairwise(states))):
        delta = arrives * (1 - after**2)
        gradient += delta * before
        arrives = delta * w
    assert gradient == pytest.approx((last_state(w + 1e-6) - last_state(w - 1e-6)) / 2e-6, rel=1e-7)


def test_attention_without_positions_sees_a_set_and_its_dot_products_spread_with_the_dimension() -> None:
    query, keys, values = (
        np.array([1.0, 1, 0, 0]),
        np.array([[2.0, 2, 0, 0], [1, -1, 3, 0], [0, 2, 1, 1]]),
        [10, 20, 30],
    )

    def attend(order: list[int]) -> float:
        logits = keys[order] @ query / 2
        weights = np.exp(logits) / np.exp(logits).sum()
        return float(weights @ np.array(values)[order])

    assert (keys @ query).tolist() == [4, 0, 2]
    assert attend([0, 1, 2]) == pytest.approx(attend([2, 0, 1]))
    rng = np.random.default_rng(0)
    for d in (4, 64):
        products = (rng.normal(size=(20_000, d)) * rng.normal(size=(20_000, d))).sum(axis=1)
        assert products.var() == pytest.approx(d, rel=0.05)


def test_a_perceptron_makes_no_more_corrections_than_the_bound_allows() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        u = rng.normal(size=3)
        u /= np.linalg.norm(u)
        x = np.column_stack([rng.uniform(-1, 1, size=(40, 2)), np.ones(40)])
        x = x[np.abs(x @ u) > 0.1]
        y = np.sign(x @ u)
        bound = (np.linalg.norm(x, axis=1).max() / (y * (x @ u)).min()) ** 2
        w, corrections = np.zeros(3), 0
        while wrong := [i for i in range(len(x)) if y[i] * (x[i] @ w) <= 0]:
            w, corrections = w + y[wrong[0]] * x[wrong[0]], corrections + 1
        assert 0 < corrections <= bound


def test_rounding_spoils_the_gradient_check_of_a_tiny_slope_that_is_right() -> None:
    """Six layers of sigmoids: numerical slopes of the first layer miss the usual limit."""
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=(6, 6)) / 6**0.5 for _ in range(6)]
    x, y = rng.normal(size=6), rng.uniform(size=6)

    def forward(weights: list[np.ndarray]) -> list[np.ndarray]:
        a = [x]
        for w in weights:
            a.append(1 / (1 + np.exp(-(w @ a[-1]))))
        return a

    a = forward(weights)
    delta = (a[-1] - y) * a[-1] * (1 - a[-1])
    for k in reversed(range(1, 6)):
        delta = (weights[k].T @ delta) * a[k] * (1 - a[k])
    exact: np.ndarray = np.outer(delta, x)
    misses = 0
    for index in np.ndindex(6, 6):
        costs = []
        for h in (1e-5, -1e-5):
            moved = [weights[0].copy(), *weights[1:]]
            moved[0][index] += h
            costs.append(float(((forward(moved)[-1] - y) ** 2).sum() / 2))
        slope = (costs[0] - costs[1]) / 2e-5
        misses += abs(slope - float(exact[index])) > 1e-7 * max(abs(slope), float(abs(exact[index])))
    assert misses > 6


@pytest.mark.parametrize("k", [1, 2])
def test_a_single_layer_draws_the_zigzag_with_a_unit_for_each_kink_and_one_more(k: int) -> None:
    """A unit at each kink, whichever way it faces, cannot make the first slope; one more unit can."""
    pieces = 2**k
    x = np.linspace(0, 1, 64 * pieces + 1)
    zigzag = 1 - np.abs((x * pieces) % 2 - 1)
    kinks = np.arange(1, pieces) / pieces

    def misses(kinks: np.ndarray, faces: tuple[int, ...]) -> float:
        units = [np.maximum(face * (x - kink), 0) for kink, face in zip(kinks, faces, strict=True)]
        inputs = np.column_stack([*units, np.ones_like(x)])
        return float(np.abs(inputs @ np.linalg.lstsq(inputs, zigzag, rcond=None)[0] - zigzag).max())

    assert min(misses(kinks, faces) for faces in product((1, -1), repeat=len(kinks))) > 0.1
    assert misses(np.array([0.0, *kinks]), (1,) * pieces) < 1e-12
