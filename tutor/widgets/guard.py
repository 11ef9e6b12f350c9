"""The last step before any terminal: nothing that is drawn holds a sign that the terminal would obey.

Lessons and records are read with such signs shown. This stands behind them for every other way in: a paste, a file's
name, an entity in Markdown.
"""

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tutor.patterns import late
from tutor.text.characters import HIDDEN


class ControlCharacterFilter(LineFilter):
    """Takes hidden signs out of all that is drawn; what was laid out stays in its place."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments without hidden signs, each as wide as before."""
        return [_guarded(segment) for segment in segments]


def _guarded(segment: Segment) -> Segment:
    text = segment.text
    if segment.control or (text.isascii() and text.isprintable()) or not _may_act(text):
        return segment
    clean = _ACTS.sub(lambda found: "·" * cell_len(found[0]), text)
    return Segment(set_cell_size(clean, cell_len(text)), segment.style)  # a joiner changes its neighbours' width


def _may_act(text: str) -> bool:
    return HIDDEN.search(text) is not None or "\n" in text or "\t" in text


_ACTS = late(f"{HIDDEN.pattern}|[\\n\\t]")
"""On a screen a line feed and a tab act too: there every cell has its place."""
