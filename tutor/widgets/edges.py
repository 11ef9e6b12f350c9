"""Draws the edges of panes as clearly as text in themes of high contrast, whatever colour their style gives them."""

from functools import lru_cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from tutor.widgets.plots.colours import MIN_CONTRAST, rgb_of
from tutor.widgets.plots.shades import adjust_foreground

EDGE_SIGNS = frozenset(" ▊▎▔▁") | {chr(code) for code in range(0x2500, 0x2580)}
"""The characters of borders: box drawing, the blocks of thick edges, and blanks."""


class EdgeFilter(LineFilter):
    """Makes the lines around and between panes lighter or darker, until they can be seen."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with clear edges."""
        return [_clear_segment(segment) if set(segment.text) <= EDGE_SIGNS else segment for segment in segments]


def _clear_segment(segment: Segment) -> Segment:
    """A segment of an edge, in a colour that contrasts with its background."""
    style = segment.style
    if segment.control or style is None or segment.text.isspace():  # blanks do not show their foreground
        return segment
    return Segment(segment.text, _clear_style(style))


@lru_cache(maxsize=512)
def _clear_style(style: Style) -> Style:
    """The style with a foreground made lighter or darker until it contrasts with the background."""
    foreground, background = rgb_of(style.color), rgb_of(style.bgcolor)
    if foreground is None or background is None:
        return style
    clear_foreground = adjust_foreground(foreground, background, MIN_CONTRAST)
    return style + Style(color=RichColor.from_rgb(*clear_foreground))
