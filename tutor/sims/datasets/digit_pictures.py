"""Pictures of handwritten digits: one, a sheet of several, and a confusion matrix."""

from collections.abc import Sequence

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
    """One image, row by row from the top."""
    field = HeatMap(image.reshape(IMAGE_SIDE, IMAGE_SIDE).tolist(), (0, IMAGE_SIDE), (0, IMAGE_SIDE), "ink")
    return Chart(title, (field,), description, "column", "row", y_down=True, scale="image")


def draw_sheet(
    title: str,
    images: Sequence[np.ndarray],
    names: Sequence[str],
    description: str,
    *,
    diverging: bool = False,
    roles: Sequence[Role] = (),
) -> Chart:
    """Several images in rows, each with its name below it, in its role; `diverging` shows values below 0 as such."""
    rows = max(1, -(-len(images) // DIGITS_PER_ROW))
    high, wide = rows * (IMAGE_SIDE + CAPTION_ROWS), DIGITS_PER_ROW * (IMAGE_SIDE + 1) - 1
    field = np.zeros((high, wide))
    labels = []
    for number, (image, name) in enumerate(zip(images, names, strict=True)):
        row, column = divmod(number, DIGITS_PER_ROW)
        top, left = row * (IMAGE_SIDE + CAPTION_ROWS), column * (IMAGE_SIDE + 1)
        field[top : top + IMAGE_SIDE, left : left + IMAGE_SIDE] = image.reshape(IMAGE_SIDE, IMAGE_SIDE)
        place = left + IMAGE_SIDE / 2, top + IMAGE_SIDE + CAPTION_ROWS / 2
        labels.append(Label(*place, name, roles[number]) if roles else Label(*place, name))
    marks = (HeatMap(field.tolist(), (0, wide), (0, high), "weight" if diverging else "ink", diverging), *labels)
    return Chart(title, marks, description, y_down=True, scale="image")


def draw_misread(images: np.ndarray, truth: np.ndarray, read: np.ndarray, which: str, most: int = 8) -> Chart:
    """The first images that were read as another digit than they show."""
    wrong = np.flatnonzero(truth != read)
    shown = wrong[:most]
    names = [f"{truth[k]} as {read[k]}" for k in shown]
    errors = [f"{digit_words(truth[k])} as {read[k]}" for k in shown]
    verb, first_verb = ("is" if count == 1 else "are" for count in (len(wrong), len(shown)))
    first = f"; the first {first_verb} {join_words(errors)}" if len(wrong) else ""
    description = f"Of {counted(len(truth), f'{which} image')}, {len(wrong)} {verb} misread{first}."
    return draw_sheet("Misread digits", [images[k] for k in shown], names, description)


def draw_read(images: np.ndarray, truth: np.ndarray, read: np.ndarray, which: str) -> Chart:
    """The first images that were read correctly, and below them the first that were not."""
    right, wrong = np.flatnonzero(truth == read), np.flatnonzero(truth != read)
    shown = [*right[:DIGITS_PER_ROW], *wrong[:DIGITS_PER_ROW]]
    names = [str(truth[k]) if truth[k] == read[k] else f"{truth[k]} as {read[k]}" for k in shown]
    roles: list[Role] = ["good" if truth[k] == read[k] else "bad" for k in shown]
    verb = "is" if len(right) == 1 else "are"
    description = f"Of {counted(len(truth), f'{which} image')}, {len(right)} {verb} read correctly."
    if len(wrong):
        first_errors = join_words([f"{digit_words(truth[k])} as {read[k]}" for k in wrong[:DIGITS_PER_ROW]])
        description += f" Below, the first that {'is' if len(wrong) == 1 else 'are'} not: {first_errors}."
    return draw_sheet("Read, and misread", [images[k] for k in shown], names, description, roles=roles)


def draw_confusion(confusion: np.ndarray, which: str) -> Chart:
    """The confusion matrix: true digits by row, readings by column; the diagonal is right, the rest are errors."""
    errors = confusion * (1 - np.eye(CLASS_COUNT, dtype=np.int64))
    marks = [HeatMap(np.sqrt(confusion).tolist(), (-0.5, 9.5), (-0.5, 9.5), "square root of count")]
    digits = len(str(confusion.max()))  # units below units
    labels = [
        Label(int(j), int(i), str(confusion[i, j]).rjust(digits), None if i == j else "bad")
        for i, j in np.argwhere(confusion)
    ]
    total, wrong = int(confusion.sum()), int(errors.sum())
    worst = ""
    if wrong:
        i, j = divmod(int(errors.argmax()), CLASS_COUNT)
        worst = f"; the most frequent error, {errors[i, j]} of {wrong}, is {digit_words(i)} read as {digit_words(j)}"
    description = f"Of {counted(total, f'{which} image')}, {total - wrong} lie on the diagonal and are right{worst}."
    ends = (-0.5, 9.5)
    return Chart(
        "Confusion matrix", (*marks, *labels), description, "read as", "shows", ends, ends, y_down=True, scale="table"
    )


def digit_words(digit: int) -> str:
    """A digit with its article: a 7, an 8."""
    return f"{'an' if digit == 8 else 'a'} {digit}"


def count_confusion(truth: np.ndarray, read: np.ndarray) -> np.ndarray:
    """10×10: how many images of a digit (row) were read as a digit (column)."""
    confusion = np.zeros((CLASS_COUNT, CLASS_COUNT), dtype=np.int64)
    np.add.at(confusion, (truth, read), 1)
    return confusion
