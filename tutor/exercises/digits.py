"""The handwritten digits as exercise data, and the display of how well a learner's code reads them."""

from typing import Any

import numpy as np

from tutor.exercises.report import AnswerDisplay
from tutor.sandbox.values import encode
from tutor.sims.datasets.digit_pictures import count_confusion, draw_confusion, draw_misread
from tutor.sims.datasets.handwriting import CLASSES, COUNT, SIDE, TEST_COUNT, Images, load_digits, split_digits
from tutor.text.numbers import format_percent

SEED = 0
"""Of the split: its test third is what a learner's code has not seen."""
SHADES = " .:*#"
"""Ink from none to full, in signs that every terminal has."""
SHOWN = 4
"""Misread digits that are drawn."""


def unseen() -> Images:
    """The third of the images that a learner's code never trains on."""
    places, images = split_digits(SEED, COUNT - TEST_COUNT).test, load_digits()
    return Images(images.x[places], images.y[places])


def digits_data() -> dict[str, dict[str, Any]]:
    """`x` and `y` to train on, `x_new` to read, and `y_new`, which only the reference and the judge see."""
    places, images, new = split_digits(SEED, COUNT - TEST_COUNT).train, load_digits(), unseen()
    given = {"x": images.x[places], "y": images.y[places], "x_new": new.x}
    return {
        "given": {name: encode(value) for name, value in given.items()},
        "hidden": {"y_new": encode(new.y)},
    }


def show_reading(answer: Any) -> AnswerDisplay | None:
    """Show the accuracy on unseen digits, the confusion matrix, and some misread ones.

    `None` for an answer that is not one digit for each image.
    """
    new = unseen()
    if not isinstance(answer, np.ndarray) or answer.shape != new.y.shape or answer.dtype.kind not in "iuf":
        return None
    if not np.isin(answer, np.arange(CLASSES)).all():
        return None
    read = answer.astype(np.int64)
    right = int((read == new.y).sum())
    confusion = count_confusion(new.y, read)
    return AnswerDisplay(
        f"It reads {right} of {TEST_COUNT} digits that it has not seen: {format_percent(right / TEST_COUNT)}.",
        (*_table(confusion), *_misread(new, read)),
        (draw_misread(new.x, new.y, read, "unseen"), draw_confusion(confusion, "unseen")),
    )


def _table(confusion: np.ndarray) -> list[str]:
    """The confusion matrix, a line for each digit."""
    head = "shows \\ read as" + "".join(f"{digit:>4}" for digit in range(CLASSES))
    rows = (
        f"{digit:>15}" + "".join(f"{count or '.':>4}" for count in row) for digit, row in enumerate(confusion.tolist())
    )
    return [head, *rows]


def _misread(images: Images, read: np.ndarray) -> list[str]:
    """The first digits that were read as others, side by side."""
    wrong = np.flatnonzero(images.y != read)[:SHOWN]
    if not len(wrong):
        return []
    heads = (f"{images.y[k]} read as {read[k]}" for k in wrong)
    drawn = [draw_lines(images.x[k]) for k in wrong]
    return ["", "   ".join(f"{head:<{2 * SIDE}}" for head in heads).rstrip(), *_beside(drawn)]


def _beside(drawn: list[list[str]]) -> list[str]:
    return ["   ".join(parts).rstrip() for parts in zip(*drawn, strict=True)]


def draw_lines(image: np.ndarray) -> list[str]:
    """An image in letters, two for each pixel."""
    levels = np.round(image.reshape(SIDE, SIDE) * (len(SHADES) - 1)).astype(int)
    return ["".join(2 * SHADES[level] for level in row) for row in levels.tolist()]
