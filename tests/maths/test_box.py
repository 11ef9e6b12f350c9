"""Cell widths and the signs that grow."""

import pytest

from tutor.maths.box import (
    Box,
    cell_width,
    draw_bracket,
    draw_fraction,
    draw_root,
    join_horizontally,
    join_vertically,
    text_box,
)


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("abc", 3), ("m\u0302", 1), ("x\u20d7y", 2), ("漢字", 4), ("θ₁ᵗ", 3), ("𝐱", 1), ("─▁⎛", 3)],
)
def test_width_is_counted_in_cells(text: str, width: int) -> None:
    assert cell_width(text) == width


def test_width_agrees_with_the_terminal_library() -> None:
    from rich.cells import cell_len

    for text in ("m\u0302ₜ", "∑ᵢ₌₁ᴺ", "⎛⎜⎝", "𝔼[x] → ℝᵐ", "漢 ‖w‖₂²", "▁▁▔─"):
        assert cell_width(text) == cell_len(text)


def test_boxes_side_by_side_share_a_baseline() -> None:
    result = join_horizontally([(0, text_box("a")), (1, draw_fraction(text_box("b"), text_box("c")))])
    assert result == Box(("   b ", "a ───", "   c "), 1, 5)


def test_bar_is_three_wide_or_as_wide_as_its_content() -> None:
    assert draw_fraction(text_box("1"), text_box("n")).lines[1] == "───"
    assert draw_fraction(text_box("a + b"), text_box("n")).lines[1] == "─────"


def test_stack_is_centred() -> None:
    assert join_vertically([text_box("n"), text_box("abc")], 1).lines == (" n ", "abc")


@pytest.mark.parametrize(
    ("sign", "height", "column"),
    [
        ("(", 2, "⎛⎝"),
        ("(", 4, "⎛⎜⎜⎝"),
        ("]", 3, "⎤⎥⎦"),
        ("{", 2, "⎰⎱"),
        ("{", 3, "⎧⎨⎩"),
        ("{", 5, "⎧⎪⎨⎪⎩"),
        ("}", 3, "⎫⎬⎭"),
        ("⌊", 3, "⎢⎢⎣"),
        ("⌉", 3, "⎤⎥⎥"),
        ("‖", 2, "║║"),
        ("⟨", 3, "⟨"),
    ],
)
def test_bracket_grows_to_its_height(sign: str, height: int, column: str) -> None:
    assert "".join(draw_bracket(sign, height, height // 2).lines) == column


def test_root_has_a_roof_as_long_as_its_body() -> None:
    assert draw_root(text_box("x + 1")).lines == (" ▁▁▁▁▁", "√x + 1")
    assert draw_root(join_vertically([text_box("a"), text_box("b")], 0)).lines == ("   ▁", "  ╱a", "╲╱ b")
