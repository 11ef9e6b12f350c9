"""The last step before a terminal without Unicode: every sign becomes ASCII of the same width."""

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tutor.text.characters import lookalike


class AsciiTable(dict[int, str]):
    """For `str.translate`: a sign's code → ASCII of the same width, found when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = found = chr(code) if code < 128 else _alike(chr(code))
        return found


def _alike(sign: str) -> str:
    """ASCII for one sign, as wide as it is: nothing for an accent, two signs for a wide one."""
    wide = cell_len(sign)
    return (lookalike(sign) or "?") if wide == 1 else "?" * wide


TABLE = AsciiTable()


class AsciiFilter(LineFilter):
    """Turns all that is drawn into ASCII; what was there for its colour stays coloured."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments in ASCII."""
        return [
            segment
            if segment.control or segment.text.isascii()
            else Segment(segment.text.translate(TABLE), segment.style)
            for segment in segments
        ]
