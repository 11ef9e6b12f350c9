"""In themes of high contrast the line below the cursor's row is below its words only."""

from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from tutor.widgets.edges import UnderlineFilter


def test_signs_bars_and_gaps_have_no_line_below_them_and_no_character_is_lost() -> None:
    line = Style(underline=True, bold=True)
    row = [Segment("◐ ", line), Segment(" 5  Backprop: how it works      ", line), Segment("━━──", line)]
    found = UnderlineFilter().apply(row, Color(0, 0, 0))
    assert "".join(piece.text for piece in found) == "".join(segment.text for segment in row)
    assert all(piece.style is not None and piece.style.bold for piece in found)
    underlined = [piece.text for piece in found if piece.style is not None and piece.style.underline]
    assert underlined == ["5", "Backprop: how it works"]
