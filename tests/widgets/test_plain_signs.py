"""Every sign as ASCII of the same width, for terminals without Unicode."""

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from tutor.characters import LOOKALIKES
from tutor.commands.diagnosis import list_special_characters
from tutor.widgets.line_filters import ASCII_TABLE, AsciiFilter


def test_every_sign_of_the_course_becomes_ascii_of_the_same_width() -> None:
    for sign in list_special_characters() + "e\u0302" + "日" + "\u2571":
        plain = sign.translate(ASCII_TABLE)
        assert plain.isascii(), sign
        assert cell_len(plain) == cell_len(sign), sign


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("╭─╮│╰┼╯━", "+-+|+++="),
        ("⠀⠁⣿", " .*"),
        ("█▀▔▏", "##-|"),
        ("x² + y₁ᵀ", "x2 + y1T"),
        ("m̂ = −½", "m = -?"),
        ("→ ✓ ✗ θ", "> * x O"),
        ("日本", "????"),
        ("plain", "plain"),
    ],
)
def test_signs_become_what_they_look_like(text: str, plain: str) -> None:
    assert text.translate(ASCII_TABLE) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("2.785 · 10⁻⁷", "2.785 * 1e-7"),
        ("10⁴ 10⁻¹²", "1e4 1e-12"),
        ("w10²", "w102"),
        ("x⁻¹", "x-1"),
        ("0.10²", "0.102"),
    ],
)
def test_a_power_of_ten_keeps_its_value_and_its_width(text: str, plain: str) -> None:
    [shown] = AsciiFilter().apply([Segment(text)], Color.parse("black"))
    assert shown.text == plain
    assert cell_len(shown.text) == cell_len(text)


def test_no_sign_stands_for_two() -> None:
    every = "".join(LOOKALIKES.values())
    assert len(set(every)) == len(every)


def test_styles_and_control_codes_are_kept() -> None:
    import rich.style
    from rich.segment import ControlType

    bold = rich.style.Style(bold=True)
    control = Segment("é", None, [(ControlType.BELL,)])
    before = [Segment("→", bold), Segment("a"), control]
    assert AsciiFilter().apply(before, Color.parse("black")) == [Segment(">", bold), Segment("a"), control]
