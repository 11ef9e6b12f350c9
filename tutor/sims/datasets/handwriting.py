"""Handwritten digits: 1,797 images of 8×8, the test set of the UCI "Optical Recognition of Handwritten Digits".

Source and licence are beside the file, in `assets/digits/README.md`.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

IMAGE_SIDE, CLASS_COUNT, MAX_PIXEL_VALUE = 8, 10, 16
"""Pixels along a side, digits, and the largest value of a pixel in the file."""
IMAGE_COUNT = 1797
TEST_IMAGE_COUNT = 599
"""Images of the test third."""


@dataclass(frozen=True, eq=False)
class Images:
    """Images, one a row with 64 values from 0 to 1, and the digit that each shows."""

    x: np.ndarray
    y: np.ndarray


@dataclass(frozen=True, eq=False)
class Split:
    """Which images are trained on, which are for choosing, and which are kept for the end: places in the file."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def digits_file() -> Path:
    """The file with the images: in the installed package, else in the repository."""
    package = Path(__file__).parents[2]
    packaged = package / "assets" / "digits" / "digits.npz"
    return packaged if packaged.exists() else package.parent / "assets" / "digits" / "digits.npz"


@lru_cache(maxsize=1)
def load_digits() -> Images:
    """All images, in the order of the file; the arrays cannot be written to."""
    with np.load(digits_file(), allow_pickle=False) as file:
        x = file["images"].reshape(-1, IMAGE_SIDE * IMAGE_SIDE) / float(MAX_PIXEL_VALUE)
        y = file["labels"].astype(np.int64)
    x.setflags(write=False)
    y.setflags(write=False)
    return Images(x, y)


@lru_cache(maxsize=16)
def split_digits(seed: int, train: int) -> Split:
    """A third for the test; of the others the first `train` to train on, and the rest for validation.

    The test third depends on the seed alone.
    """
    order = np.random.default_rng((seed, IMAGE_COUNT)).permutation(IMAGE_COUNT)
    rest = order[TEST_IMAGE_COUNT:]
    parts = (rest[:train], rest[train:], order[:TEST_IMAGE_COUNT])
    for part in parts:
        part.setflags(write=False)
    return Split(*parts)


@lru_cache(maxsize=16)
def part_of_digits(seed: int, train: int, name: str) -> Images:
    """The images of one part of a split: `train`, `validation` or `test`."""
    places, images = getattr(split_digits(seed, train), name), load_digits()
    return Images(images.x[places], images.y[places])
