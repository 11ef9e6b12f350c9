"""Cell widths and the signs that grow."""

import pytest

from tutor.maths.box import Box, beside, bracket, cells, fraction, line, rooted, stacked


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("abc", 3), ("m\u0302", 1), ("x\u20d7y", 2), ("漢字", 4), ("θ₁ᵗ", 3), ("𝐱", 1), ("─▁⎛", 3)],
)
def test_width_is_counted_in_cells(text: str, width: int) -> None:
    assert cells(text) == width


def test_width_agrees_with_the_terminal_library() -> None:
    from rich.cells import cell_len

    for text in ("m\u0302ₜ", "∑ᵢ₌₁ᴺ", "⎛⎜⎝", "𝔼[x] → ℝᵐ", "漢 ‖w‖₂²", "▁▁▔─"):
        assert cells(text) == cell_len(text)


def test_boxes_side_by_side_share_a_baseline() -> None:
    result = beside([(0, line("a")), (1, fraction(line("b"), line("c")))])
    assert result == Box(("   b ", "a ───", "   c "), 1, 5)


def test_bar_is_three_wide_or_as_wide_as_its_content() -> None:
    assert fraction(line("1"), line("n")).lines[1] == "───"
    assert fraction(line("a + b"), line("n")).lines[1] == "─────"


def test_stack_is_centred() -> None:
    assert stacked([line("n"), line("abc")], 1).lines == (" n ", "abc")


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
    assert "".join(bracket(sign, height, height // 2).lines) == column


def test_root_has_a_roof_as_long_as_its_body() -> None:
    assert rooted(line("x + 1")).lines == (" ▁▁▁▁▁", "√x + 1")
    assert rooted(stacked([line("a"), line("b")], 0)).lines == ("   ▁", "  ╱a", "╲╱ b")
