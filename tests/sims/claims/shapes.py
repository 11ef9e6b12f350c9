"""What the manifold, the autoencoder and the convolutions say."""

import math
from typing import Any

import numpy as np

from tests.sims.claims.base import Case, Claim


def apart(points: Any) -> np.ndarray:
    x = np.array(points)
    return np.array(np.sqrt(((x[:, None] - x[None]) ** 2).sum(axis=-1)))


def neighbours(case: Case) -> set[tuple[int, int]]:
    """The pairs of which one is among the k nearest of the other."""
    d, k = apart(case.s.points), case.rules.neighbours
    return {
        tuple(sorted((a, int(b))))  # type: ignore[misc]  # two of them
        for a in range(len(d))
        for b in [i for i in np.argsort(d[a], kind="stable") if i != a][:k]
    }


def bridges(case: Case) -> int:
    return len(set(case.s.edges) - neighbours(case))


def farthest(case: Case) -> tuple[float, float]:
    ways = np.array(case.s.geodesic)
    a, b = np.unravel_index(int(ways.argmax()), ways.shape)
    return float(apart(case.s.points)[a, b]), float(ways[a, b])


def off_by(case: Case) -> float:
    ways = np.array(case.s.geodesic)
    return float(100 * np.abs(apart(case.s.embedding) - ways).sum() / ways.sum())


def flat_distance(case: Case) -> float:
    """The distance in the flat picture of the two points that are farthest from each other along the graph."""
    ways = np.array(case.s.geodesic)
    a, b = np.unravel_index(int(ways.argmax()), ways.shape)
    return float(apart(case.s.embedding)[a, b])


NEAREST = "Each point is joined to its N nearest neighbours: N edge(s)"
MANIFOLD = (
    Claim(
        "N point(s) of a sheet that is curled up in space; which of them are neighbours along the sheet is not known "
        "yet.",
        lambda c: [len(c.s.points)],
        lambda c: c.s.edges is None,
    ),
    Claim(f"{NEAREST}.", lambda c: (c.rules.neighbours, len(c.s.edges)), lambda c: bridges(c) == 0),
    Claim(
        f"{NEAREST} and N bridge(s) between separate parts.",
        lambda c: (c.rules.neighbours, len(neighbours(c)), bridges(c)),
        lambda c: len(c.s.edges) == len(neighbours(c)) + bridges(c),
    ),
    Claim("The two ends are N apart in a straight line, N along the sheet.", farthest),
    Claim(
        "Laid flat: on average, a distance in the picture differs by N% from the distance along the graph.",
        lambda c: [off_by(c)],
    ),
    Claim("N point(s) of a curled sheet, seen from the side.", lambda c: [len(c.s.points)]),
    Claim("The same N point(s) laid flat, coloured by the same halves.", lambda c: [len(c.s.embedding)]),
    Claim("The other end is N away along the graph, N in a straight line.", lambda c: farthest(c)[::-1]),
    Claim(
        "The other end is N away along the graph, N in a straight line, N laid flat.",
        lambda c: (*farthest(c)[::-1], flat_distance(c)),
    ),
)


def mse(case: Case) -> float:
    return float(np.mean((case.s.reconstruction - case.s.points) ** 2))


def pca(case: Case) -> float:
    """The loss of the best linear map: the smaller eigenvalues of the covariance."""
    values = np.linalg.eigvalsh(np.cov(case.s.points.T, bias=True))
    return float(values[: 2 - case.rules.latent].sum() / 2)


AUTOENCODER = (
    Claim(
        "The weights are random, nothing is learned yet: the loss is N.", lambda c: [mse(c)], lambda c: c.s.epoch == 0
    ),
    Claim("After N epoch(s) the mean squared error of the reconstruction is N.", lambda c: (c.s.epoch, mse(c))),
    Claim("The loss is N; that of the best <straight line|linear map> is N.", lambda c: (mse(c), pca(c))),
    Claim(
        "After N epoch(s) the loss is N; that of the best <straight line|linear map> is N.",
        lambda c: (c.s.epoch, mse(c), pca(c)),
        lambda c: (c.words[0] == "straight line") == (c.rules.latent == 1),
    ),
    Claim(
        "After N epoch(s) the reconstruction is closer to the points than any straight line can be: loss N against N.",
        lambda c: (c.s.epoch, mse(c), pca(c)),
        lambda c: mse(c) < pca(c),
    ),
    Claim(
        "Noisy copies of the points have a mean squared error of N; what the network makes of them has N.",
        lambda c: (
            float(np.mean((c.s.noisy - c.s.points) ** 2)),
            float(np.mean((c.s.restored - c.s.points) ** 2)),
        ),
    ),
    Claim(
        "The codes of the N point(s), in their order along the curve, range from N to N.",
        lambda c: (len(c.s.points), c.s.latent.min(), c.s.latent.max()),
    ),
)


def window_sum(case: Case) -> float:
    r, s = case.rules, case.s
    products = []
    for ch in range(r.channels):
        for i in range(r.kernel):
            for j in range(r.kernel):
                y, x = s.row * r.stride - r.padding + i, s.column * r.stride - r.padding + j
                if 0 <= y < r.height and 0 <= x < r.width:
                    products.append(s.kernel_weights[ch][i][j] * s.image[ch][y][x])
    return math.fsum(products)


def positions(rules: Any) -> tuple[int, int]:
    """How many positions the window has, by trying each."""
    rows, columns = (
        sum(
            1
            for at in range(0, length + 2 * rules.padding, rules.stride)
            if at + rules.kernel <= length + 2 * rules.padding
        )
        for length in (rules.height, rules.width)
    )
    return rows, columns


def pooled_cells(case: Case) -> tuple[int, int]:
    """Windows of the map with all their cells filled, and all windows."""
    size, (rows, columns) = case.rules.pool, positions(case.rules)
    last = [
        (size * r + size - 1) * columns + size * c + size for r in range(rows // size) for c in range(columns // size)
    ]
    return sum(case.s.step >= step for step in last), len(last)


def weights_of(rules: Any) -> int:
    return int(rules.kernel * rules.kernel * rules.channels)


CONVOLUTION = (
    Claim(
        "The kernel in channel N: its weights are from N to N.",
        lambda c: (1, np.min(c.s.kernel_weights[0]), np.max(c.s.kernel_weights[0])),
    ),
    Claim(
        "The kernel has N weight(s), N·N over N channel(s); the feature map will be N×N.",
        lambda c: (weights_of(c.rules), c.rules.kernel, c.rules.kernel, c.rules.channels, *positions(c.rules)),
    ),
    Claim("The window will show the signs of its weights in channel N.", lambda c: (1,)),
    Claim(
        "Row N, column N: N product(s) in each of N channel(s) sum to N; N multiplication(s) so far.",
        lambda c: (
            *divmod(c.s.step - 1, positions(c.rules)[1]),
            c.rules.kernel**2,
            c.rules.channels,
            window_sum(c),
            c.s.step * weights_of(c.rules),
        ),
        lambda c: c.rules.channels > 1,
    ),
    Claim(
        "Row N, column N: N product(s) in one channel sum to N; N multiplication(s) so far.",
        lambda c: (
            *divmod(c.s.step - 1, positions(c.rules)[1]),
            c.rules.kernel**2,
            window_sum(c),
            c.s.step * weights_of(c.rules),
        ),
        lambda c: c.rules.channels == 1,
    ),
    Claim(
        "A N×N image; the window of N×N is not placed yet.",
        lambda c: (c.rules.height, c.rules.width, c.rules.kernel, c.rules.kernel),
        lambda c: c.s.step == 0,
    ),
    Claim(
        "A N×N image; the window of N×N is at row N, column N.",
        lambda c: (
            c.rules.height,
            c.rules.width,
            c.rules.kernel,
            c.rules.kernel,
            *divmod(c.s.step - 1, positions(c.rules)[1]),
        ),
    ),
    Claim(
        "N of N cell(s) of the feature map filled.",
        lambda c: (sum(v is not None for row in c.s.feature_map for v in row), math.prod(positions(c.rules))),
    ),
    Claim("N of N cell(s) of the pooled map filled.", pooled_cells),
)


def counts(case: Case) -> dict[str, int]:
    """Every total of the two convolutions, from the sizes alone."""
    r, places = case.rules, math.prod(positions(case.rules))
    each = weights_of(r)
    depthwise, pointwise = each * places, r.channels * r.kernels * places
    return {
        "one position": each,
        "one kernel": each * places,
        "standard": each * places * r.kernels,
        "depthwise": depthwise,
        "pointwise": pointwise,
        "separable": depthwise + pointwise,
    }


def ratio(case: Case) -> float:
    return counts(case)["separable"] / counts(case)["standard"]


TOTALS = ("one position", "one kernel", "standard", "depthwise", "pointwise", "separable")
COUNTED = [
    Claim(
        "Multiplications: " + ", ".join(f"{name} N" for name in TOTALS[:known]) + ".",
        lambda c: list(counts(c).values())[: min(c.s.step - 2, len(TOTALS))],
    )
    for known in range(1, len(TOTALS) + 1)
]
CONV_COST = (
    *COUNTED,
    Claim("The multiplications of both ways will appear here.", holds=lambda c: c.s.standard is None),
    Claim(
        "The input is an image of N×N×N, the output has N feature map(s).",
        lambda c: (c.rules.height, c.rules.width, c.rules.channels, c.rules.kernels),
    ),
    Claim("What does each of the two ways cost?"),
    Claim("A window of N row(s) fits at N position(s).", lambda c: (c.rules.kernel, positions(c.rules)[0])),
    Claim("The output is N×N.", lambda c: positions(c.rules)),
    Claim("At one position one kernel takes N multiplication(s).", lambda c: [counts(c)["one position"]]),
    Claim("One kernel at all positions takes N multiplication(s).", lambda c: [counts(c)["one kernel"]]),
    Claim("The standard bank of N kernel(s): N multiplication(s).", lambda c: (c.rules.kernels, counts(c)["standard"])),
    Claim(
        "The depthwise half has one kernel for each channel and does not sum over channels: N multiplication(s).",
        lambda c: [counts(c)["depthwise"]],
    ),
    Claim(
        "The pointwise half mixes the channels by N kernel(s) of N×N: N multiplication(s).",
        lambda c: (c.rules.kernels, 1, 1, counts(c)["pointwise"]),
    ),
    Claim("Both halves together: N multiplication(s).", lambda c: [counts(c)["separable"]]),
    Claim(
        "The ratio of the separable pair to the standard bank is N: the bank costs about N times as much as the pair.",
        lambda c: (ratio(c), float(f"{1 / ratio(c):.2g}")),
        lambda c: ratio(c) < 1,
    ),
    Claim(
        "The ratio of the separable pair to the standard bank is N, so here the pair saves nothing.",
        lambda c: [ratio(c)],
        lambda c: ratio(c) >= 1,
    ),
)


def rank_of(case: Case, channel: int) -> int:
    slices = np.array(case.s.bank)[:, channel].reshape(case.rules.kernels, -1)
    return int(np.linalg.matrix_rank(slices, tol=1e-9 * max(float(np.linalg.norm(slices, 2)), 1e-300)))


def last_channel(case: Case) -> int:
    return int(min(max(case.s.step - 1, 0), case.rules.channels - 1))


def pair_error(case: Case) -> float:
    """Of the best pair: each channel's slices by their nearest matrix of that rank."""
    lost = total = 0.0
    for channel in range(case.rules.channels):
        a = np.array(case.s.bank)[:, channel].reshape(case.rules.kernels, -1)
        u, sizes, v = np.linalg.svd(a, full_matrices=False)
        m = case.rules.multiplier
        lost += float(((a - u[:, :m] * sizes[:m] @ v[:m]) ** 2).sum())
        total += float((a**2).sum())
    return math.sqrt(lost / total) if total else 0.0


def lost(case: Case) -> int:
    return max(0, rank_of(case, last_channel(case)) - int(case.rules.multiplier))


def ranked(case: Case) -> tuple[int, int]:
    return rank_of(case, last_channel(case)), case.rules.multiplier


SEPARABLE = (
    Claim(
        "A bank of N kernel(s) over N channel(s); each channel has N slice(s).",
        lambda c: (c.rules.kernels, c.rules.channels, c.rules.kernels),
    ),
    Claim(
        "N slice(s) of channel N, one a row: N cell(s).",
        lambda c: (c.rules.kernels, last_channel(c) + 1, c.rules.kernel**2),
    ),
    Claim(
        "Channel N: the N slices have rank N, so one spatial kernel suffices: each row of the picture is a multiple of "
        "one row.",
        lambda c: (c.s.step, c.rules.kernels, 1),
        lambda c: ranked(c)[0] == 1 < c.rules.kernels,
    ),
    Claim(
        "Channel N: the N slices have rank N, so N spatial kernels are needed.",
        lambda c: (c.s.step, c.rules.kernels, ranked(c)[0], ranked(c)[0]),
        lambda c: ranked(c)[0] != 1,
    ),
    Claim(
        "Channel N: its one slice has rank N, so <one spatial kernel suffices|0 spatial kernels are needed>.",
        lambda c: (c.s.step, ranked(c)[0]),
        lambda c: c.rules.kernels == 1 and c.words[0].startswith("one") == ranked(c)[0],
    ),
    Claim("Rank N, depth multiplier N: nothing is lost.", ranked, lambda c: lost(c) == 0),
    Claim(
        "Rank N, depth multiplier N: the largest singular value kept, N lost.",
        lambda c: (*ranked(c), lost(c)),
        lambda c: c.rules.multiplier == 1 and lost(c) > 0,
    ),
    Claim(
        "Rank N, depth multiplier N: the N largest singular values kept, N lost.",
        lambda c: (*ranked(c), c.rules.multiplier, lost(c)),
        lambda c: c.rules.multiplier > 1 and lost(c) > 0,
    ),
    Claim(
        "With depth multiplier N the best separable pair does exactly what the bank does.",
        lambda c: [c.rules.multiplier],
        lambda c: pair_error(c) < 1e-9,
    ),
    Claim(
        "With depth multiplier N the best separable pair differs from the bank by a relative error of N.",
        lambda c: (c.rules.multiplier, pair_error(c)),
        lambda c: pair_error(c) > 1e-9,
    ),
)
