"""Pictures of handwritten digits: one, a sheet of several, and a confusion matrix."""

from collections.abc import Sequence
from math import ceil

import numpy as np

from tutor.sims.datasets.handwriting import CLASS_COUNT, IMAGE_SIDE
from tutor.sims.engine.chart import Chart, HeatMap, Label, Role
from tutor.text.numbers import counted
from tutor.text.sentences import join_words

DIGITS_PER_ROW = 4
"""Digits side by side on a sheet."""
CAPTION_ROWS = 2
"""Empty pixels below each row of a sheet, for the captions of the digits."""


def draw_digit(title: str, image: np.ndarray, description: str) -> Chart:
    """A chart of one image, given as its 64 pixels."""
    rows = image.reshape(IMAGE_SIDE, IMAGE_SIDE).tolist()
    pixels = HeatMap(rows, (0, IMAGE_SIDE), (0, IMAGE_SIDE), "ink", is_ink=True)
    return Chart(title, (pixels,), description, "column", "row", y_down=True, scale="image")


def draw_sheet(
    title: str,
    images: Sequence[np.ndarray],
    names: Sequence[str],
    description: str,
    *,
    diverging: bool = False,
    roles: Sequence[Role] = (),
) -> Chart:
    """A chart of several images in rows, each with its name below it.

    Args:
        title: of the chart.
        images: the 64 pixels of each.
        names: the caption of each.
        description: of the chart.
        diverging: True for weights, subset may be negative; False for pixels.
        roles: the role of each caption; empty for the usual one.
    """
    rows = max(1, ceil(len(images) / DIGITS_PER_ROW))
    height = rows * (IMAGE_SIDE + CAPTION_ROWS)
    width = DIGITS_PER_ROW * (IMAGE_SIDE + 1) - 1  # one empty column between two images
    pixels = np.zeros((height, width))
    captions = []
    for index, (image, name) in enumerate(zip(images, names, strict=True)):
        row, column = divmod(index, DIGITS_PER_ROW)
        top, left = row * (IMAGE_SIDE + CAPTION_ROWS), column * (IMAGE_SIDE + 1)
        pixels[top : top + IMAGE_SIDE, left : left + IMAGE_SIDE] = image.reshape(IMAGE_SIDE, IMAGE_SIDE)
        x, y = left + IMAGE_SIDE / 2, top + IMAGE_SIDE + CAPTION_ROWS / 2
        captions.append(Label(x, y, name, roles[index]) if roles else Label(x, y, name))
    label = "weight" if diverging else "ink"
    heat_map = HeatMap(pixels.tolist(), (0, width), (0, height), label, diverging, is_ink=not diverging)
    return Chart(title, (heat_map, *captions), description, y_down=True, scale="image")


def draw_misread(
    images: np.ndarray, labels: np.ndarray, predictions: np.ndarray, subset: str, max_images: int = 8
) -> Chart:
    """A sheet of the first images that were misread: read as another digit than the one they show.

    Args:
        images: their pixels, shape (n, 64).
        labels: the digits that they show, shape (n,).
        predictions: the digits as which they were read, shape (n,).
        subset: what the description calls the images: "validation", "test", "unseen".
        max_images: how many are drawn at most.
    """
    wrong = np.flatnonzero(labels != predictions)  # indices of images
    drawn = wrong[:max_images]
    captions = [f"{labels[index]} as {predictions[index]}" for index in drawn]
    verb = "is" if len(wrong) == 1 else "are"
    description = f"Of {counted(len(labels), f'{subset} image')}, {len(wrong)} {verb} misread"
    if len(wrong):
        drawn_verb = "is" if len(drawn) == 1 else "are"
        description += f"; the first {drawn_verb} {_list_errors(labels, predictions, drawn)}"
    title = "Misread digits" if len(drawn) == len(wrong) else f"Misread: {len(drawn)} of {len(wrong)}"
    return draw_sheet(title, [images[index] for index in drawn], captions, f"{description}.")


def draw_correct_and_misread(images: np.ndarray, labels: np.ndarray, predictions: np.ndarray, subset: str) -> Chart:
    """A sheet of the first images that were read correctly, and below them the first that were not.

    The parameters are those of `draw_misread`.
    """
    right, wrong = np.flatnonzero(labels == predictions), np.flatnonzero(labels != predictions)
    drawn_right, drawn_wrong = right[:DIGITS_PER_ROW], wrong[:DIGITS_PER_ROW]
    captions = [
        *(str(labels[index]) for index in drawn_right),
        *(f"{labels[index]} as {predictions[index]}" for index in drawn_wrong),
    ]
    roles: list[Role] = ["good" for _ in drawn_right]
    roles += ["bad" for _ in drawn_wrong]
    right_verb = "is" if len(right) == 1 else "are"
    description = f"Of {counted(len(labels), f'{subset} image')}, {len(right)} {right_verb} read correctly."
    if len(wrong):
        wrong_verb = "is" if len(wrong) == 1 else "are"
        description += f" Below, the first that {wrong_verb} not: {_list_errors(labels, predictions, drawn_wrong)}."
    drawn_images = [images[index] for index in (*drawn_right, *drawn_wrong)]
    return draw_sheet("Read, and misread", drawn_images, captions, description, roles=roles)


def _list_errors(labels: np.ndarray, predictions: np.ndarray, indices: np.ndarray) -> str:
    """The images at `indices` in words: "a 7 as 1 and an 8 as 3"."""
    return join_words([f"{digit_words(labels[index])} as {predictions[index]}" for index in indices])


def draw_confusion(confusion: np.ndarray, subset: str) -> Chart:
    """A chart of a confusion matrix, as `count_confusion` returns it: errors are the counts off the diagonal."""
    errors = confusion * (1 - np.eye(CLASS_COUNT, dtype=np.int64))  # 0 on the diagonal
    axis_range = (-0.5, 9.5)  # the middle of a cell is at its digit
    # The square root, so that a few errors stand out from 0 although the counts on the diagonal are large.
    heat_map = HeatMap(np.sqrt(confusion).tolist(), axis_range, axis_range, "square root of count")
    count_width = len(str(confusion.max()))  # aligns the units
    counts = [
        Label(int(column), int(row), str(confusion[row, column]).rjust(count_width), None if row == column else "bad")
        for row, column in np.argwhere(confusion)
    ]
    total, wrong = int(confusion.sum()), int(errors.sum())
    description = f"Of {counted(total, f'{subset} image')}, {total - wrong} lie on the diagonal and are right"
    if wrong:
        label, prediction = divmod(int(errors.argmax()), CLASS_COUNT)
        words = f"{digit_words(label)} read as {digit_words(prediction)}"
        description += f"; the most frequent error, {errors[label, prediction]} of {wrong}, is {words}"
    return Chart(
        "Confusion matrix",
        (heat_map, *counts),
        f"{description}.",
        "read as",
        "shows",
        axis_range,
        axis_range,
        y_down=True,
        scale="table",
    )


def digit_words(digit: int) -> str:
    """A digit with its article: a 7, an 8."""
    return f"{'an' if digit == 8 else 'a'} {digit}"


def count_confusion(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    """How many images of each digit (row) were read as each digit (column), shape (10, 10)."""
    confusion = np.zeros((CLASS_COUNT, CLASS_COUNT), dtype=np.int64)
    np.add.at(confusion, (labels, predictions), 1)
    return confusion
