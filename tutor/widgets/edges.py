"""Edges of panes in themes of high contrast: as clear as text, whatever colour a widget's style gives them."""

from functools import lru_cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from tutor.widgets.plots.colours import MIN_CONTRAST, adjust_sign, rgb_of

EDGE_SIGNS = frozenset(" ▊▎▔▁") | {chr(code) for code in range(0x2500, 0x2580)}
"""What the borders of widgets are drawn with: box drawing, and the blocks of thick edges."""


class EdgeFilter(LineFilter):
    """Makes the lines around and between panes lighter or darker, until they can be seen."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with clear edges."""
        return [_clear_segment(segment) if set(segment.text) <= EDGE_SIGNS else segment for segment in segments]


def _clear_segment(segment: Segment) -> Segment:
    """An edge in a colour that can be seen."""
    style = segment.style
    if segment.control or style is None or segment.text.isspace():
        return segment
    return Segment(segment.text, _clear_style(style))


@lru_cache(maxsize=512)
def _clear_style(style: Style) -> Style:
    edge, behind = rgb_of(style.color), rgb_of(style.bgcolor)
    if edge is None or behind is None:
        return style
    return style + Style(color=RichColor.from_rgb(*adjust_sign(edge, behind, MIN_CONTRAST)))
