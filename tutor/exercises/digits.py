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
    load_digit_images,
)
from tutor.text.numbers import format_percent

TRAINING_COUNT = 998
"""How many images to train on.

Images that are neither among these nor in the test third are kept back, for code that passes.
"""
PASS_SHARE = 0.95
"""Share of the unseen digits that has to be read correctly."""
SHADES = " .:*#"
"""Ink from none to full, in signs that every terminal has."""
MAX_MISREAD_SHOWN = 4
"""Misread digits that are drawn."""


@dataclass(frozen=True)
class DigitsTask:
    """A task on digits that a learner's code never trains on."""

    is_moved: bool = False
    """Whether the images are moved by one pixel, alternately to the right and to the left."""
    seed: int = 0
    """The seed of the split into images to train on, to ask about, and to keep back."""

    def unseen(self) -> Images:
        """The third of the images that every check asks about."""
        return self._images_to_read("test")

    def kept_back(self) -> Images:
        """The images whose labels are used only once the learner's code passes."""
        return self._images_to_read("validation")

    def _images_to_read(self, part: str) -> Images:
        """The images of one part of the split, moved if the task asks for it."""
        images = load_digit_images(self.seed, TRAINING_COUNT, part)
        return Images(move_by_one(images.x), images.y) if self.is_moved else images

    def data(self) -> dict[str, dict[str, Any]]:
        """`x` and `y` to train on and `x_new` to read; only the reference and the judge see `y_new` and the `mark`."""
        training, unseen = load_digit_images(self.seed, TRAINING_COUNT, "train"), self.unseen()
        given = {"x": training.x, "y": training.y, "x_new": np.concatenate([unseen.x, self.kept_back().x])}
        return {
            "given": {name: encode(value) for name, value in given.items()},
            "hidden": {"y_new": encode(unseen.y), "mark": encode(PASS_SHARE)},
        }

    def show_reading(self, answer: Any) -> AnswerDisplay | None:
        """Show the accuracy on unseen digits, the confusion matrix, and some misread ones.

        `None` for an answer that is not one digit for each image.
        """
        if not isinstance(answer, np.ndarray) or answer.dtype.kind not in "iuf":
            return None
        image_count = IMAGE_COUNT - TRAINING_COUNT
        if answer.shape != (image_count,) or not np.isin(answer, np.arange(CLASS_COUNT)).all():
            return None
        # As in `x_new`, the unseen images come first, then those kept back.
        unseen, predicted = self.unseen(), answer.astype(np.int64)[:TEST_IMAGE_COUNT]
        confusion = count_confusion(unseen.y, predicted)
        return AnswerDisplay(
            self._describe_accuracy(answer),
            (*_confusion_lines(confusion), *_misread_lines(unseen, predicted)),
            (draw_misread(unseen.x, unseen.y, predicted, "unseen"), draw_confusion(confusion, "unseen")),
        )

    def _describe_accuracy(self, answer: np.ndarray) -> str:
        """Say which share of unseen digits was read correctly and, if that passes, the share of those kept back."""
        right_count = int((answer[:TEST_IMAGE_COUNT] == self.unseen().y).sum())
        percent = format_percent(right_count / TEST_IMAGE_COUNT)
        sentence = f"It reads {right_count} of {TEST_IMAGE_COUNT} digits that it has not seen: {percent}."
        if right_count < PASS_SHARE * TEST_IMAGE_COUNT:
            return sentence
        kept_back_labels = self.kept_back().y
        right_kept_back = int((answer[TEST_IMAGE_COUNT:] == kept_back_labels).sum())
        kept_back_percent = format_percent(right_kept_back / len(kept_back_labels))
        return (
            f"{sentence} Of {len(kept_back_labels)} more, kept back until it passed: "
            f"{right_kept_back}, {kept_back_percent}."
        )


def move_by_one(x: np.ndarray) -> np.ndarray:
    """The images `x` (count, pixels) moved by one column, the first to the right, the second to the left, and so on."""
    padded = np.pad(x.reshape(-1, IMAGE_SIDE, IMAGE_SIDE), ((0, 0), (0, 0), (1, 1)))  # an empty column on each side
    moved = padded[:, :, 2:].copy()  # all images, one column to the left
    moved[::2] = padded[::2, :, :-2]  # the first, the third, …, one column to the right
    return moved.reshape(x.shape)


def _confusion_lines(confusion: np.ndarray) -> list[str]:
    """The confusion matrix (digits, predicted digits) as text, a line for each digit; a point stands for 0."""
    lines = ["shows \\ read as" + "".join(f"{digit:>4}" for digit in range(CLASS_COUNT))]
    for digit, counts in enumerate(confusion.tolist()):
        lines.append(f"{digit:>15}" + "".join(f"{count or '.':>4}" for count in counts))
    return lines


def _misread_lines(images: Images, predicted: np.ndarray) -> list[str]:
    """The first misread digits, drawn side by side, each with a caption; empty if none was misread."""
    misread = np.flatnonzero(images.y != predicted)[:MAX_MISREAD_SHOWN]
    if not len(misread):
        return []
    width = 2 * IMAGE_SIDE  # `draw_lines` draws two characters for each pixel
    captions = [f"{images.y[index]} read as {predicted[index]}" for index in misread]
    heading = "   ".join(f"{caption:<{width}}" for caption in captions)
    drawings = [draw_lines(images.x[index]) for index in misread]
    rows = ["   ".join(row_of_each).rstrip() for row_of_each in zip(*drawings, strict=True)]
    return ["", heading.rstrip(), *rows]


def draw_lines(image: np.ndarray) -> list[str]:
    """An image as lines of text, two characters for each pixel."""
    max_level = len(SHADES) - 1
    levels = np.round(image.reshape(IMAGE_SIDE, IMAGE_SIDE) * max_level).astype(int)  # of ink, which is 0 … 1
    return ["".join(SHADES[level] * 2 for level in row) for row in levels.tolist()]
