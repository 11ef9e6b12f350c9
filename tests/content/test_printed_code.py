"""Code and products of matrices that lessons print: each is run, and must give what the page says."""

import doctest
import functools
import re
from pathlib import Path

import numpy as np
import pytest

LESSONS = sorted((Path(__file__).parents[2] / "lessons").glob("*.md"))
FENCE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DISPLAY = re.compile(r"\$\$(.*?)\$\$", re.DOTALL)
MATRIX = re.compile(r"\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}")
ONLY_NUMBERS = re.compile(r"[-+*()0-9. ]+")


def sessions(path: Path) -> str:
    """What is typed and printed in a lesson, from its first block to its last."""
    return "\n".join(code for code in FENCE.findall(path.read_text("utf-8")) if ">>>" in code)


def entry(text: str) -> float:
    """The value of an entry that is written with numbers alone."""
    written = text.replace(r"\cdot", "*").strip()
    if not ONLY_NUMBERS.fullmatch(written):
        raise ValueError(f"{text!r} is not made of numbers")
    return float(eval(written, {"__builtins__": {}}))


def matrix(text: str) -> np.ndarray:
    """The matrix between `begin` and `end`."""
    return np.array([[entry(cell) for cell in row.split("&")] for row in text.split(r"\\")])


def value(side: str) -> np.ndarray | None:
    """What one side of an equation comes to: a sum of products of matrices; `None` where letters stand in it."""
    skeleton = re.sub(r"\s", "", MATRIX.sub("M", side))
    if not re.fullmatch(r"M+(\+M+)*", skeleton):
        return None
    try:
        factors = iter([matrix(text) for text in MATRIX.findall(side)])
    except ValueError:
        return None
    return np.asarray(sum(functools.reduce(np.matmul, [next(factors) for _ in term]) for term in skeleton.split("+")))


def equations(path: Path) -> list[list[np.ndarray]]:
    """The sides of each displayed equation whose sides are matrices of numbers."""
    text = path.read_text("utf-8")
    found = [[value(side) for side in display.split("=")] for display in DISPLAY.findall(text) if "bmatrix" in display]
    return [sides for row in found if len(sides := [side for side in row if side is not None]) > 1]


@pytest.mark.parametrize("path", [path for path in LESSONS if sessions(path)], ids=lambda path: path.stem)
def test_what_a_page_shows_as_printed_is_what_python_prints(path: Path) -> None:
    test = doctest.DocTestParser().get_doctest(sessions(path), {}, path.stem, str(path), 0)
    assert len(test.examples) > 5
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert "".join(said) == ""


@pytest.mark.parametrize("path", [path for path in LESSONS if equations(path)], ids=lambda path: path.stem)
def test_products_of_matrices_in_numbers_come_out_as_the_page_says(path: Path) -> None:
    for first, *others in equations(path):
        for other in others:
            np.testing.assert_allclose(first, other, rtol=0, atol=1e-12)


def test_the_lesson_on_layers_works_its_products_out_in_numbers_and_in_numpy() -> None:
    (layers,) = (path for path in LESSONS if path.stem.endswith("layers"))
    assert len(equations(layers)) == 6
    assert all(word in sessions(layers) for word in (" @ ", ".T", "axis=0", ".mean(", "np.eye(", "argmax(axis=1)"))


def test_a_wrong_product_would_be_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    row, column, one = (rf"\begin{{bmatrix}} {cells} \end{{bmatrix}}" for cells in ("1 & 2", r"3 \\ 1", "6"))
    page.write_text(f"$${row} {column} = {one}$$")
    ((left, right),) = equations(page)
    assert (left.item(), right.item()) == (5, 6)
