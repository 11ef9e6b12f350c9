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
    """Images, and the digit that each shows."""

    x: np.ndarray
    """Pixels from 0 to 1, shape (n, 64): one image a row."""
    y: np.ndarray
    """The digits, shape (n,)."""


@dataclass(frozen=True, eq=False)
class Split:
    """The indices in the file of the images for training, for validation, and for the test at the end."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def digits_file() -> Path:
    """The path of the file with the images: in the installed package, else in the repository."""
    package = Path(__file__).parents[2]
    path_in_package = package / "assets" / "digits" / "digits.npz"
    return path_in_package if path_in_package.exists() else package.parent / "assets" / "digits" / "digits.npz"


@lru_cache(maxsize=1)
def load_digits() -> Images:
    """All images, in the order of the file; the arrays are read-only, since all callers share them."""
    with np.load(digits_file(), allow_pickle=False) as file:
        x = file["images"].reshape(-1, IMAGE_SIDE * IMAGE_SIDE) / float(MAX_PIXEL_VALUE)
        y = file["labels"].astype(np.int64)
    x.setflags(write=False)
    y.setflags(write=False)
    return Images(x, y)


@lru_cache(maxsize=16)
def split_digits(seed: int, training_count: int) -> Split:
    """A random split: a third for the test, `training_count` images to train on, and the others for validation.

    The test third depends on the seed alone, not on `training_count`.
    """
    # Not the generator of any epoch, which is made from (seed, epoch): there are fewer epochs than images.
    order = np.random.default_rng((seed, IMAGE_COUNT)).permutation(IMAGE_COUNT)
    test, others = order[:TEST_IMAGE_COUNT], order[TEST_IMAGE_COUNT:]
    split = Split(train=others[:training_count], validation=others[training_count:], test=test)
    for indices in (split.train, split.validation, split.test):
        indices.setflags(write=False)
    return split


@lru_cache(maxsize=16)
def load_digit_images(seed: int, training_count: int, subset: str) -> Images:
    """The images of one subset of `split_digits(seed, training_count)`: `train`, `validation` or `test`; read-only."""
    indices, images = getattr(split_digits(seed, training_count), subset), load_digits()
    chosen = Images(images.x[indices], images.y[indices])
    chosen.x.setflags(write=False)
    chosen.y.setflags(write=False)
    return chosen
