"""The handwritten digits as exercise data, and the display of how well a learner's code reads them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tutor.exercises.report import AnswerDisplay
from tutor.sandbox.values import encode
from tutor.sims.datasets.digit_pictures import count_confusion, draw_confusion, draw_misread
from tutor.sims.datasets.handwriting import (
    CLASS_COUNT,
    IMAGE_COUNT,
    IMAGE_SIDE,
    TEST_IMAGE_COUNT,
    Images,
    part_of_digits,
)
from tutor.text.numbers import format_percent

TRAIN = 998
"""Images to train on. Those that are neither trained on nor in the test third are kept for a reader that passes."""
MARK = 0.95
"""Share of the unseen digits that has to be read correctly."""
SHADES = " .:*#"
"""Ink from none to full, in signs that every terminal has."""
SHOWN = 4
"""Misread digits that are drawn."""


@dataclass(frozen=True)
class DigitsTask:
    """What is asked about digits that a learner's code never trains on."""

    is_moved: bool = False
    """Whether they are moved by a pixel: every other one to the right, the others to the left."""
    seed: int = 0
    """Of the split into images to train on, to ask about, and to keep back."""

    def unseen(self) -> Images:
        """The third of the images that every check asks about."""
        return self._asked("test")

    def kept_back(self) -> Images:
        """Images whose labels are used only once a reader passes."""
        return self._asked("validation")

    def _asked(self, part: str) -> Images:
        images = part_of_digits(self.seed, TRAIN, part)
        return Images(move_by_one(images.x), images.y) if self.is_moved else images

    def data(self) -> dict[str, dict[str, Any]]:
        """`x` and `y` to train on and `x_new` to read; only the reference and the judge see `y_new` and the `mark`."""
        images, new = part_of_digits(self.seed, TRAIN, "train"), self.unseen()
        given = {"x": images.x, "y": images.y, "x_new": np.concatenate([new.x, self.kept_back().x])}
        return {
            "given": {name: encode(value) for name, value in given.items()},
            "hidden": {"y_new": encode(new.y), "mark": encode(MARK)},
        }

    def show_reading(self, answer: Any) -> AnswerDisplay | None:
        """Show the accuracy on unseen digits, the confusion matrix, and some misread ones.

        `None` for an answer that is not one digit for each image.
        """
        if not isinstance(answer, np.ndarray) or answer.dtype.kind not in "iuf":
            return None
        if answer.shape != (IMAGE_COUNT - TRAIN,) or not np.isin(answer, np.arange(CLASS_COUNT)).all():
            return None
        new, read = self.unseen(), answer.astype(np.int64)[:TEST_IMAGE_COUNT]
        confusion = count_confusion(new.y, read)
        return AnswerDisplay(
            self._summary(answer),
            (*_confusion_lines(confusion), *_misread_lines(new, read)),
            (draw_misread(new.x, new.y, read, "unseen"), draw_confusion(confusion, "unseen")),
        )

    def _summary(self, answer: np.ndarray) -> str:
        """The share of unseen digits read correctly; for a reader that passes, also the share of those kept back."""
        right = int((answer[:TEST_IMAGE_COUNT] == self.unseen().y).sum())
        percent = format_percent(right / TEST_IMAGE_COUNT)
        result = f"It reads {right} of {TEST_IMAGE_COUNT} digits that it has not seen: {percent}."
        if right < MARK * TEST_IMAGE_COUNT:
            return result
        kept = self.kept_back().y
        as_well = int((answer[TEST_IMAGE_COUNT:] == kept).sum())
        kept_percent = format_percent(as_well / len(kept))
        return f"{result} Of {len(kept)} more, kept back until it passed: {as_well}, {kept_percent}."


def move_by_one(x: np.ndarray) -> np.ndarray:
    """The images moved by one column, the first to the right, the second to the left, and so on."""
    wide = np.pad(x.reshape(-1, IMAGE_SIDE, IMAGE_SIDE), ((0, 0), (0, 0), (1, 1)))
    moved = wide[:, :, 2:].copy()
    moved[::2] = wide[::2, :, :-2]
    return moved.reshape(x.shape)


def _confusion_lines(confusion: np.ndarray) -> list[str]:
    """The confusion matrix, a line for each digit."""
    head = "shows \\ read as" + "".join(f"{digit:>4}" for digit in range(CLASS_COUNT))
    rows = (
        f"{digit:>15}" + "".join(f"{count or '.':>4}" for count in row) for digit, row in enumerate(confusion.tolist())
    )
    return [head, *rows]


def _misread_lines(images: Images, read: np.ndarray) -> list[str]:
    """The first digits that were read as others, side by side."""
    wrong = np.flatnonzero(images.y != read)[:SHOWN]
    if not len(wrong):
        return []
    heads = (f"{images.y[k]} read as {read[k]}" for k in wrong)
    drawn = [draw_lines(images.x[k]) for k in wrong]
    return ["", "   ".join(f"{head:<{2 * IMAGE_SIDE}}" for head in heads).rstrip(), *_side_by_side(drawn)]


def _side_by_side(drawn: list[list[str]]) -> list[str]:
    return ["   ".join(parts).rstrip() for parts in zip(*drawn, strict=True)]


def draw_lines(image: np.ndarray) -> list[str]:
    """An image in letters, two for each pixel."""
    levels = np.round(image.reshape(IMAGE_SIDE, IMAGE_SIDE) * (len(SHADES) - 1)).astype(int)
    return ["".join(2 * SHADES[level] for level in row) for row in levels.tolist()]
