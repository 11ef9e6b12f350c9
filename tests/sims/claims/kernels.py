"""What a kernel that is learned says."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.sims.claims.base import Case, Claim


def responses(case: Case, image: Any, kernel: Any) -> np.ndarray:
    """The responses by their sum: a term for each weight, over all places of the kernel at once."""
    k = case.rules.kernel
    rows, columns = len(image) - k + 1, len(image[0]) - k + 1
    pixels = np.asarray(image)
    found = np.zeros((rows, columns))
    for i in range(k):
        for j in range(k):
            found += kernel[i][j] * pixels[i : i + rows, j : j + columns]
    return found


def read_by_kernel(case: Case, which: str) -> float:
    """Per cent of the images that are read correctly."""
    images, labels = getattr(case.s, which), case.s.labels if which == "images" else case.s.moved_labels
    found = [responses(case, image, case.s.kernel_weights) for image in images]
    right = [(z.max() + z.min() + case.s.bias > 0) == bool(label) for z, label in zip(found, labels, strict=True)]
    return 100 * float(np.mean(right))


def read_by_pixels(case: Case, which: str) -> float:
    images, labels = getattr(case.s, which), case.s.labels if which == "images" else case.s.moved_labels
    right = [
        ((image * case.s.dense_weights).sum() + case.s.dense_bias > 0) == bool(label)
        for image, label in zip(images, labels, strict=True)
    ]
    return 100 * float(np.mean(right))


def shown(case: Case) -> np.ndarray:
    return responses(case, case.s.images[case.rules.shown], case.s.kernel_weights)


def loss_of(scores: Any, labels: Any) -> float:
    return float(np.mean(np.log1p(np.exp(np.where(np.array(labels) == 1, -1, 1) * np.array(scores)))))


def losses(case: Case) -> tuple[float, float]:
    z = [responses(case, image, case.s.kernel_weights) for image in case.s.images]
    dense = [(image * case.s.dense_weights).sum() + case.s.dense_bias for image in case.s.images]
    return loss_of([r.max() + r.min() + case.s.bias for r in z], case.s.labels), loss_of(dense, case.s.labels)


MOVES = {"stays N%": 0, "falls from N% to N%": -1, "rises from N% to N%": 1}
"""Words → the sign of the change of the accuracy."""


def moved_by(case: Case, read: Callable[[Case, str], float]) -> float:
    """By how many percentage points the accuracy changes from the left half, the trained one, to the right one."""
    return read(case, "moved_images") - read(case, "images")


def percentages(case: Case, words: str, read: Callable[[Case, str], float]) -> tuple[float, ...]:
    """The numbers in these words."""
    return tuple(read(case, which) for which in ("images", "moved_images")[-words.count("N") :])


def is_so(words: str, change: float) -> bool:
    """Whether these words are true of a change."""
    return MOVES[words] == (change > 1e-9) - (change < -1e-9)


def claim_of_moves(kernel: str, pixels: str) -> Claim:
    """What is claimed in the words for the kernel, and in those for one weight a pixel."""
    return Claim(
        f"With the patterns moved to the right half, the accuracy of the kernel {kernel}; that of one weight a pixel "
        f"{pixels}.",
        lambda c: (*percentages(c, kernel, read_by_kernel), *percentages(c, pixels, read_by_pixels)),
        lambda c: is_so(kernel, moved_by(c, read_by_kernel)) and is_so(pixels, moved_by(c, read_by_pixels)),
    )


LEARNED_KERNEL = (
    Claim(
        "The kernel is random, and one weight a pixel begins at N. Both learn from the same N image(s), with patterns "
        "in the left half.",
        lambda c: (np.abs(c.s.dense_weights).max(), len(c.s.images)),
        lambda c: c.s.step == 0,
    ),
    *(claim_of_moves(kernel, pixels) for kernel in MOVES for pixels in MOVES),
    Claim(
        "The kernel’s weights go from N to N.",
        lambda c: (np.min(c.s.kernel_weights), np.max(c.s.kernel_weights)),
    ),
    Claim(
        "The response is most positive at row, column N, N, and most negative at N, N.",
        lambda c: (
            *np.unravel_index(int(shown(c).argmax()), shown(c).shape),
            *np.unravel_index(int(shown(c).argmin()), shown(c).shape),
        ),
    ),
    Claim("The responses of the image go from N to N.", lambda c: (shown(c).min(), shown(c).max())),
    Claim(
        "Of the images with patterns where it was never trained, the kernel reads N%, one weight a pixel N%.",
        lambda c: (read_by_kernel(c, "moved_images"), read_by_pixels(c, "moved_images")),
    ),
    Claim("The loss of the kernel is N, that of one weight a pixel N.", losses),
)
