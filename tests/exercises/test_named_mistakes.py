"""What learners really wrote for the exercises of the course, in their own words: it is refused, and named rightly."""

from collections.abc import Iterator

import pytest

from tutor.content.course import open_course
from tutor.exercises.check import check_code
from tutor.sandbox.sandbox import Launcher, make_launcher

COURSE = open_course()
WRITTEN = {
    "loss": ("def loss(w, b, x, y):\n    return ((y - w*x + b)**2).sum() / (2*len(x))", "Here b has the wrong sign"),
    "clip": (
        "def clip(gradients, limit):\n    out = []\n    for g in gradients:\n        n = np.linalg.norm(g)\n"
        "        out.append(g * limit / n if n > limit else g)\n    return out",
        "You clipped each array by itself",
    ),
    "chain-backward": (
        "def chain_backward(x, y, w, b):\n    v = [x]\n    for a, c in zip(w, b): v.append(a * v[-1] + c)\n"
        "    dw, db = np.zeros(len(w)), np.zeros(len(w)); g = v[-1] - y\n    for l in range(len(w))[::-1]:\n"
        "        d = g * v[l+1] * (1 - v[l+1]); dw[l], db[l], g = d * v[l], d, d * w[l]\n    return dw, db",
        "The sigmoid is missing on the way forward",
    ),
    "chain": (
        "def chain_gradient(z, w, shortcut):\n    s = 1/(1+np.exp(-z)); f = s*(1-s)*w\n"
        "    return np.prod(f + 1 if shortcut else f)",
        "Right, but $e^{1000}$ overflows",
    ),
    "geodesics": (
        "def geodesics(distances):\n    d = distances.copy(); n = len(d)\n    for i in range(n):\n"
        "        for j in range(n):\n            for k in range(n): d[i,j] = min(d[i,j], d[i,k]+d[k,j])\n    return d",
        "The loops are nested in the wrong order",
    ),
    "softmax": (
        "def softmax(logits):\n    e = np.exp(logits - logits.max())\n    return e / e.sum(axis=1, keepdims=True)",
        "Subtract each row's own largest logit",
    ),
    "softmax-all": (
        "def softmax(logits):\n    e = np.exp(logits)\n    return e / e.sum()",
        "You divided by the sum of the whole array",
    ),
    "cross-entropy": (
        "def cross_entropy(logits, targets):\n    e = np.exp(logits - logits.max(axis=1, keepdims=True))\n"
        "    p = e / e.sum(axis=1, keepdims=True); n = np.arange(len(p)); loss = -np.log(p[n, targets]).mean()\n"
        "    p[n, targets] -= 1\n    return loss, p / len(p)",
        "The probability p is rounded to 0 here",
    ),
    "pca": (
        "def pca(points, k):\n    m = points.mean(axis=0); c = points - m\n    v = np.linalg.eigh(c.T @ c)[1][:, -k:]\n"
        "    return c @ v, c @ v @ v.T + m",
        "The directions are right, but in increasing order",
    ),
    "dropout": (
        "def dropout(h, p, rng, training):\n    return h * (rng.random() > p) / (1 - p) if training else h",
        "One draw decides over all units at once",
    ),
    "initialise": (
        "def initialise(sizes, rng, scheme):\n    return [rng.standard_normal((o, i)) * np.sqrt(2 / sizes[0]"
        " if scheme == 'he' else 2 / (i + o)) for i, o in zip(sizes, sizes[1:])]",
        "You took the inputs of the first layer for every layer",
    ),
    "minibatches": (
        "def minibatches(n, batch, rng):\n    order = np.random.default_rng(0).permutation(n)\n"
        "    return [order[k:k+batch] for k in range(0, n, batch)]",
        "Two different generators gave the same answer",
    ),
    "descend": (
        "def descend(gradient, w, rate, steps):\n    for _ in range(steps): w = w - rate * gradient(w)\n    return w",
        "That is the last point alone",
    ),
    "dropout-all": (
        "def dropout(h, p, rng, training):\n    keep = rng.random(len(h)) > p\n"
        "    return (h.T * keep).T / (1 - p) if training else h",
        "The same units are off in every row, or whole rows are",
    ),
    "initialise-all": (
        "def initialise(sizes, rng, scheme):\n    return [rng.normal(0, np.sqrt(2 / (i + o)), (o, i))"
        " for i, o in zip(sizes, sizes[1:])]",
        'You used the variance of "glorot" for both schemes',
    ),
    "cross-validation": (
        "def cross_validation(x, y, degree, folds):\n    size = len(x) // folds; found = []\n"
        "    for k in range(folds):\n        mine = slice(k * size, (k + 1) * size)\n"
        "        c = np.polyfit(np.delete(x, mine), np.delete(y, mine), degree)\n"
        "        found += list((np.polyval(c, x[mine]) - y[mine]) ** 2)\n    return np.mean(found)",
        "You cut the points into consecutive blocks",
    ),
    "schedule": (
        "def scheduled_rate(t, peak, warm, total):\n    if t <= warm: return peak / warm * t\n"
        "    u = (t - 1 - warm) / (total - warm)\n    return peak / 2 * (1 + np.cos(np.pi * min(u, 1)))",
        "Your u counts the updates before t",
    ),
    "batchnorm-step": (
        "def batchnorm_step(x, mean, var, momentum, epsilon, training):\n    if training:\n"
        "        m, v = x.mean(axis=0), x.var(axis=0)\n        mean = mean + momentum * (m - mean)\n"
        "        var = var + momentum * (x.var(axis=0, ddof=1) - var)\n    else: m, v = mean, var\n"
        "    return (x - m) / (np.sqrt(v) + epsilon), mean, var",
        "ε belongs inside the root: √(σ² + ε), in both cases",
    ),
    "batchnorm-step-all": (
        "def batchnorm_step(x, mean, var, momentum, epsilon, training):\n    if training:\n"
        "        m, v = x.mean(), x.var()\n        mean = mean + momentum * (m - mean)\n"
        "        var = var + momentum * (x.var(ddof=1) - var)\n    else: m, v = mean, var\n"
        "    return (x - m) / np.sqrt(v + epsilon), mean, var",
        "You took one mean and one variance for the whole array",
    ),
    "dropout-backward": (
        "def dropout_backward(slopes, mask, p, training):\n    return slopes * mask if training else slopes.copy()",
        "The forward pass divided by 1 − p",
    ),
    "conv-backward": (
        "def conv_backward(image, kernel, delta):\n    k = len(kernel); h, w = delta.shape\n"
        "    dk, di = np.zeros((k, k)), np.zeros_like(image)\n    for r in range(h):\n        for s in range(w):\n"
        "            dk += delta[r, s] * image[r:r+k, s:s+k]; di[r:r+k, s:s+k] = kernel * delta[r, s]\n"
        "    return dk, di",
        "In dimage each position of the kernel overwrites what the others",
    ),
}


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    launcher = make_launcher()
    yield launcher
    launcher.close()


@pytest.mark.parametrize("written", WRITTEN)
def test_what_a_learner_really_wrote_is_named_rightly(launcher: Launcher, written: str) -> None:
    name = f"code-{written.removesuffix('-all')}"
    source, said = WRITTEN[written]
    report = check_code(name, COURSE.exercise(name).exercise, f"import numpy as np\n{source}\n", launcher)
    assert report.message.startswith(said) and report.score < 1


def test_every_exercise_knows_five_mistakes_and_says_something_of_its_own_to_each() -> None:
    for block in COURSE.exercises():
        said = [mistake.say for mistake in block.exercise.mistakes]
        assert len(said) >= 5 and len(set(said)) >= 5, block.id
