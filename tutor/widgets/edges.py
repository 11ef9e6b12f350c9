"""What themes of high contrast draw otherwise: edges of panes as clear as text, and the line below the cursor's row."""

from functools import lru_cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from tutor.patterns import compile_lazily
from tutor.widgets.plots.colours import MIN_CONTRAST, rgb_of
from tutor.widgets.plots.shades import adjust_foreground

WORDS_OR_GAP = compile_lazily(r"\S+(?: \S+)*|\s+")
"""Words with one blank between neighbours, or the blanks before and after them."""
EDGE_SIGNS = frozenset(" ▊▎▔▁") | {chr(code) for code in range(0x2500, 0x2580)}
"""The characters of borders: box drawing, the blocks of thick edges, and blanks."""


class EdgeFilter(LineFilter):
    """Makes the lines around and between panes lighter or darker, until they can be seen."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with clear edges."""
        return [_clear_segment(segment) if set(segment.text) <= EDGE_SIGNS else segment for segment in segments]


class UnderlineFilter(LineFilter):
    """Keeps the line below the cursor's row to its words: it would cut signs, double bars, and end within a gap."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments, of those with underlined text only the words underlined."""
        if not any(segment.style is not None and segment.style.underline for segment in segments):
            return segments
        return [piece for segment in segments for piece in _underline_words(segment)]


def _underline_words(segment: Segment) -> list[Segment]:
    """The segment in pieces: words as they are, blanks and signs without a line below them."""
    style = segment.style
    if segment.control or style is None or not style.underline:
        return [segment]
    return [
        Segment(piece, style if any(map(str.isalnum, piece)) else _without_line(style))
        for piece in WORDS_OR_GAP.findall(segment.text)
    ]


@lru_cache(maxsize=512)
def _without_line(style: Style) -> Style:
    """The style without a line below the text."""
    return style + Style(underline=False)


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
