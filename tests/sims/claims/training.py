"""What simulations of fitting and regularising say."""

import numpy as np

from tests.sims.claims.base import Case, Claim, near


def error_of(case: Case, which: str = "") -> float:
    """The mean squared error on the training points, or on those of the validation or the test."""
    suffix = f"_{which}" if which else ""
    x, y = getattr(case.s, f"x{suffix}"), getattr(case.s, f"y{suffix}")
    return float(np.mean((np.polynomial.legendre.legval(x, case.s.coefficients) - np.array(y)) ** 2))


def fitted(case: Case, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The coefficients by the pseudo-inverse, or with a penalty by its normal equations."""
    basis = np.polynomial.legendre.legvander(x, case.s.degree)
    if not case.s.l2:
        least: np.ndarray = np.linalg.pinv(basis) @ y
        return least
    weight = case.s.l2 * np.eye(case.s.degree + 1)
    weight[0, 0] = 0
    solved: np.ndarray = np.linalg.solve(basis.T @ basis + weight, basis.T @ y)
    return solved


def left_out_error(case: Case) -> float:
    """The mean squared error of cross-validation, each point judged by the fit of the other folds."""
    x, y, folds = np.array(case.s.x), np.array(case.s.y), len(case.s.fold_errors)
    total = 0.0
    for fold in range(folds):
        kept = [i for i in range(len(x)) if i % folds != fold]
        c = fitted(case, x[kept], y[kept])
        total += sum((np.polynomial.legendre.legval(x[i], c) - y[i]) ** 2 for i in range(fold, len(x), folds))
    return float(total / len(x))


def bias_and_variance(case: Case) -> tuple[float, float]:
    """Point by point, over the predictions of all training sets."""
    bias, variance = [], []
    for x, column in zip(case.s.x_test, zip(*case.s.predictions, strict=True), strict=True):
        mean = sum(column) / len(column)
        bias.append((mean - np.sin(np.pi * x)) ** 2)
        variance.append(sum((value - mean) ** 2 for value in column) / len(column))
    return sum(bias) / len(bias), sum(variance) / len(variance)


OVERFIT = (
    Claim("A curve of degree N has N coefficient(s).", lambda c: (c.s.degree, len(c.s.coefficients))),
    Claim(
        "A curve of degree N: its mean squared error is N on the N training point(s) and N on new points.",
        lambda c: (c.s.degree, error_of(c), len(c.s.x), error_of(c, "test")),
    ),
    Claim("At degree N: training N, test N.", lambda c: (c.s.degree, error_of(c), error_of(c, "test"))),
    Claim(
        "At degree N: training N, validation N, test N.",
        lambda c: (c.s.degree, error_of(c), error_of(c, "validation"), error_of(c, "test")),
    ),
    Claim(
        "At degree N: training N, cross-validation N, test N.",
        lambda c: (c.s.degree, error_of(c), left_out_error(c), error_of(c, "test")),
    ),
    Claim(
        "At degree N: training N, validation N, cross-validation N, test N.",
        lambda c: (c.s.degree, error_of(c), error_of(c, "validation"), left_out_error(c), error_of(c, "test")),
    ),
    Claim(
        "Curves of degree N, each fitted to a training set of its own. Squared bias N, variance N.",
        lambda c: (c.s.degree, *bias_and_variance(c)),
    ),
    Claim(
        "At degree N: squared bias N, variance N, noise N; expected error N.",
        lambda c: (
            c.s.degree,
            *bias_and_variance(c),
            c.rules.noise**2,
            sum(bias_and_variance(c)) + c.rules.noise**2,
        ),
    ),
    Claim(
        "Degree N: the training error is N; the test error T.",
        lambda c: (c.s.degree, error_of(c), (c.b.test_mse, error_of(c, "test"))),
    ),
)


def data_cost(case: Case) -> float:
    off = np.subtract(case.s.w, case.s.centre)
    return float(off @ np.array(case.s.hessian) @ off / 2)


def size(case: Case) -> float:
    w = np.array(case.s.w)
    return float(np.abs(w).sum() if case.rules.penalty == "l1" else w @ w / 2)


def touches(case: Case) -> bool:
    """The two slopes at the optimum cancel: both curves have one tangent there."""
    pull = np.array(case.s.hessian) @ np.subtract(case.s.w, case.s.centre)
    w, s = np.array(case.s.w), case.s.strength
    if case.rules.penalty == "l2":
        return near(pull, -s * w)
    return all(near(p, -s * np.sign(x)) if x else abs(p) <= s * (1 + 1e-9) for p, x in zip(pull, w, strict=True))


PENALTY = (
    Claim(
        "Without a penalty the optimum is the centre of the ellipses: the best fit to the data.",
        holds=lambda c: near(c.s.w, c.s.centre) and c.s.strength == 0,
    ),
    Claim(
        "Without a penalty the optimum is the centre of the ellipses, w = L.",
        lambda c: [c.s.centre],
        lambda c: c.s.strength == 0,
    ),
    Claim(
        "At strength N the optimum is L: the data cost T, the penalty T.",
        lambda c: (c.s.strength, c.s.w, (c.b.data_loss, c.s.data_loss), (c.b.penalty, c.s.penalty)),
        lambda c: near(c.s.data_loss, data_cost(c)) and near(c.s.penalty, size(c)) and touches(c),
    ),
    Claim(
        "At strength N the optimum is w = L, where the ellipse of equal data cost touches the <diamond|circle> of "
        "equal penalty.",
        lambda c: (c.s.strength, c.s.w),
        lambda c: touches(c) and (c.words[0] == "circle") == (c.rules.penalty == "l2"),
    ),
    Claim(
        "At strength N the optimum is w = L: both weights are exactly N.",
        lambda c: (c.s.strength, c.s.w, 0),
        lambda c: touches(c) and tuple(c.s.w) == (0, 0),
    ),
    Claim(
        "At strength N <a weight is exactly|both weights are exactly> N and <contributes|contribute> nothing any more.",
        lambda c: (c.s.strength, 0),
        lambda c: (
            c.s.zeros > c.b.zeros
            and touches(c)
            and (
                c.words == ["a weight is exactly", "contributes"]
                if c.s.w.count(0.0) == 1
                else c.words == ["both weights are exactly", "contribute"] and c.s.w.count(0.0) == 2
            )
        ),
    ),
)


def passed_on(case: Case) -> float:
    """The output under the mask that is shown."""
    r, total = case.rules, 0.0
    for h, on, w in zip(case.s.h, case.s.mask, case.s.w_out, strict=True):
        keep = 1 - r.p
        factor = (on / keep if r.mode == "inverted" else on) if r.training else (1 if r.mode == "inverted" else keep)
        total += w * h * factor
    return total


def full(case: Case) -> float:
    return float(np.dot(case.s.h, case.s.w_out))


def average(case: Case) -> float:
    """The output over all masks, by linearity: each unit counts 1 − p times its scale."""
    return full(case) * (1.0 if case.rules.mode == "inverted" else 1 - case.rules.p)


def units_off(case: Case) -> list[int]:
    return [k + 1 for k, on in enumerate(case.s.mask or ()) if not on]


DROPOUT = (
    Claim("N unit(s), all on: the output is N.", lambda c: (len(c.s.h), full(c))),
    Claim("No mask is drawn yet.", holds=lambda c: c.s.mask is None),
    Claim("Every unit is on.", holds=lambda c: not units_off(c)),
    *(Claim(f"Units off: {', '.join('N' * count)}.", units_off) for count in range(1, 65)),
    Claim(
        "The average output over all masks is N, and with every unit on it is N.",
        lambda c: (average(c), full(c)),
        lambda c: c.s.step == 0,
    ),
    Claim(
        "After N mask(s) the mean output is N; its average over all masks is N, and with every unit on it is N.",
        lambda c: (c.s.step, np.mean(c.history.trace("out").values[1:]), average(c), full(c)),
    ),
    Claim(
        "Mask N switches N of N unit(s) off: the output is N, its mean so far N.",
        lambda c: (c.s.step, len(units_off(c)), len(c.s.h), passed_on(c), np.mean(c.history.trace("out").values[1:])),
    ),
    Claim(
        "At test time every unit is on: the output is N every time.",
        lambda c: [passed_on(c)],
        lambda c: not units_off(c) and c.b.out in (None, c.s.out),
    ),
    Claim(
        "At test time every unit is on, each scaled by N − p = N: the output is N every time.",
        lambda c: (1, 1 - c.rules.p, passed_on(c)),
        lambda c: not units_off(c) and c.b.out in (None, c.s.out),
    ),
)


def lowest(case: Case) -> float:
    return float(min(min(row) for row in case.s.losses))


def walk_loss(case: Case) -> float:
    x, y = np.array(case.s.x), np.array(case.s.y)
    return float(np.mean((1 / (1 + np.exp(-np.clip(x @ case.s.descent_w, -700, 700))) - y) ** 2) / 2)


def looked(case: Case) -> int:
    return sum(map(len, case.s.losses))


LOSS_SURFACE = (
    Claim(
        "Two weights with N values each: the whole grid takes N evaluations.", lambda c: (c.rules.grid, c.rules.grid**2)
    ),
    Claim("The grid is empty; the loss where descent starts is N.", lambda c: [walk_loss(c)], lambda c: not c.s.losses),
    Claim(
        "Row N of N: N evaluations so far; the lowest loss is N.",
        lambda c: (len(c.s.losses), c.rules.grid, looked(c), lowest(c)),
    ),
    Claim(
        "N of N row(s) filled; the lowest loss on the grid is N, that of descent is N.",
        lambda c: (len(c.s.losses), c.rules.grid, lowest(c), walk_loss(c)),
    ),
    Claim("Descent: N gradient(s) computed, loss N.", lambda c: (c.s.step - c.rules.grid, walk_loss(c))),
    Claim("The grid: N evaluation(s), lowest loss N.", lambda c: (looked(c), lowest(c))),
    Claim(
        "After N evaluation(s) the lowest loss on the grid is N; after N gradient(s) that of descent is N.",
        lambda c: (looked(c), lowest(c), max(0, c.s.step - c.rules.grid), walk_loss(c)),
    ),
    Claim(
        "Nothing is evaluated on the grid yet; after N gradient(s) that of descent is N.",
        lambda c: (0, walk_loss(c)),
        lambda c: c.s.step == 0,
    ),
)


def first(case: Case) -> np.ndarray:
    """The first feature of what the layer has made so far."""
    return np.array([row[0] for row in case.s.y or case.s.x_hat or case.s.x])


def moments(case: Case) -> list[float]:
    return [round(float(first(case).mean()), 9), round(float(first(case).var()), 9)]


def moved(case: Case) -> bool:
    """Both running averages went that share of their way."""
    if case.b is None or not case.rules.training:
        return False
    x, m = np.array(case.s.x), case.rules.momentum
    mean, var = np.array(case.b.running_mean), np.array(case.b.running_var)
    return near(case.s.running_mean, mean + m * (x.mean(axis=0) - mean)) and near(
        case.s.running_var, var + m * (x.var(axis=0, ddof=1) - var)
    )


STRIPS = "N sample(s), each as a strip of points"
BELOW = "<.|; below each, its x̂.|; below each, the output y.>"
STATE_OF = {".": ("x_hat", False), "; below each, its x̂.": ("x_hat", True), "; below each, the output y.": ("y", True)}


def below(case: Case) -> bool:
    key, there = STATE_OF[case.words[0]]
    last = "y" if case.s.y else "x_hat"
    return (getattr(case.s, key) is not None) == there and (key == last or not there)


BATCHNORM = (
    Claim("A batch of N sample(s) with N feature(s) arrives.", lambda c: (len(c.s.x), len(c.s.x[0]))),
    Claim(f"N feature(s) of {STRIPS}{BELOW}", lambda c: (len(c.s.x[0]), len(c.s.x)), below),
    Claim(f"The first N of N features of {STRIPS}{BELOW}", lambda c: (3, len(c.s.x[0]), len(c.s.x)), below),
    Claim(
        "The mean of each feature over the batch is taken; for the first it is N.",
        lambda c: [np.mean([row[0] for row in c.s.x])],
    ),
    Claim(
        "The variance of each feature over the batch is taken, dividing by n; for the first it is N.",
        lambda c: [np.var([row[0] for row in c.s.x])],
    ),
    Claim("Centred and scaled: over the batch, the first feature now has mean N and variance N.", moments),
    Claim(
        "Scaled by γ = N and shifted by β = N: over the batch, the first feature now has mean N and variance N.",
        lambda c: [c.rules.gamma, c.rules.beta, *moments(c)],
    ),
    Claim(
        "The running averages moved N of the way to this batch’s; they are kept for use after training.",
        lambda c: [c.rules.momentum],
        moved,
    ),
    Claim(
        "After training the running mean and variance are used, whatever the batch contains.",
        holds=lambda c: not c.rules.training and c.s.mean == c.s.running_mean,
    ),
)
