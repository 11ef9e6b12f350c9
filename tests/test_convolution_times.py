"""The benchmark of both convolutions computes what it says: the same maps as loops do, with as many multiplications."""

from itertools import product

import numpy as np
import pytest

from benchmarks.convolutions import LAYERS, Layer, convolve, filter_channels, mix_channels, table


def test_the_maps_are_those_of_loops() -> None:
    rng = np.random.default_rng(1)
    image, bank = rng.normal(size=(2, 5, 6)), rng.normal(size=(3, 2, 9))
    kernels, weights = rng.normal(size=(2, 9)), rng.normal(size=(3, 2))
    cells = list(product(range(3), repeat=2))
    for n, r, c in product(range(3), range(3), range(4)):
        total = sum(bank[n, ch, 3 * i + j] * image[ch, r + i, c + j] for ch in range(2) for i, j in cells)
        assert convolve(image, bank)[n, r, c] == pytest.approx(total)
    pair = mix_channels(filter_channels(image, kernels), weights)
    assert pair == pytest.approx(convolve(image, weights[:, :, None] * kernels[None]))


def test_the_counts_are_those_of_the_lesson() -> None:
    assert (LAYERS[0].standard, LAYERS[0].depthwise, LAYERS[0].pointwise) == (231_211_008, 3_612_672, 25_690_112)
    ratios = [layer.standard / (layer.depthwise + layer.pointwise) for layer in LAYERS]
    assert [round(ratio, 1) for ratio in ratios] == [7.9, 8.4, 8.7, 8.8]
    shares = [100 * layer.depthwise / (layer.depthwise + layer.pointwise) for layer in LAYERS]
    assert [round(share) for share in shares] == [12, 7, 3, 2]


def test_the_table_has_a_line_for_each_layer() -> None:
    lines = table((Layer(2, 3, 6), Layer(4, 4, 5)), runs=1).splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("6×6, 2, 3")
    assert "2.2 times" in lines[1]  # 9 · 3 / (9 + 3)
