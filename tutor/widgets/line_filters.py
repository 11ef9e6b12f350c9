"""Filters what is drawn for the terminal: no control codes, and substitutes for characters it lacks.

Lessons and records are read with control characters shown. The filter is a second defence for every other way in: a
paste, a file's name, an entity in Markdown.
"""

import re
from functools import lru_cache

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from tutor.characters import HIDDEN, lookalike
from tutor.patterns import compile_lazily


class ControlCharacterFilter(LineFilter):
    """Removes hidden characters from what is drawn, keeping every width."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments without hidden characters, each as wide as before."""
        return [_without_hidden(segment) for segment in segments]


def _without_hidden(segment: Segment) -> Segment:
    """The segment with a dot in each cell of a hidden character."""
    text = segment.text
    if segment.control or (text.isascii() and text.isprintable()) or not _has_acting_signs(text):
        return segment
    clean = _ACTING_SIGNS.sub(lambda match: "·" * cell_len(match[0]), text)
    return Segment(set_cell_size(clean, cell_len(text)), segment.style)  # a joiner changes its neighbours' width


def _has_acting_signs(text: str) -> bool:
    return HIDDEN.search(text) is not None or "\n" in text or "\t" in text


_ACTING_SIGNS = compile_lazily(f"{HIDDEN.pattern}|[\\n\\t]")
"""On a screen line feeds and tabs act as well, since each cell has a fixed place."""


@lru_cache(maxsize=8)
def terminal_filters(*, ascii: bool, eight_bit: bool, high_contrast: bool = False) -> tuple[LineFilter, ...]:
    """The filters for a terminal: with `ascii` for one without Unicode, with `eight_bit` for 256 colours.

    With `high_contrast` the edges of panes are as clear as text.
    """
    filters: list[LineFilter] = [ControlCharacterFilter()]
    if high_contrast:
        from tutor.widgets.edges import EdgeFilter

        filters.append(EdgeFilter())
    if ascii:
        filters.append(AsciiFilter())
    if eight_bit:
        from tutor.widgets.eight_bit import EightBitFilter

        filters.append(EightBitFilter())
    return tuple(filters)


class FilterChain(LineFilter):
    """Several filters as one, since Textual keeps what each filter makes of every line: one look-up a line, not two."""

    def __init__(self, filters: tuple[LineFilter, ...]) -> None:
        super().__init__()
        self._filters = filters

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments after all filters, in their order."""
        for each in self._filters:
            segments = each.apply(segments, background)
        return segments


@lru_cache(maxsize=8)
def chain_filters(filters: tuple[LineFilter, ...]) -> FilterChain:
    """The filters as one, the same each time, by which Textual finds what it kept."""
    return FilterChain(filters)


class AsciiTable(dict[int, str]):
    """A table for `str.translate` from characters to ASCII of the same width, filled on demand."""

    def __missing__(self, code: int) -> str:
        self[code] = replacement = chr(code) if code < 128 else _ascii_as_wide(chr(code))
        return replacement


def _ascii_as_wide(sign: str) -> str:
    """ASCII as wide as the character: nothing for a combining accent, two characters for a wide one."""
    cells = cell_len(sign)
    return (lookalike(sign) or "?") if cells == 1 else "?" * cells


ASCII_TABLE = AsciiTable()


class AsciiFilter(LineFilter):
    """Turns what is drawn into ASCII; cells drawn for their colour keep it."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments in ASCII."""
        return [segment if segment.control or segment.text.isascii() else _to_ascii(segment) for segment in segments]


def _to_ascii(segment: Segment) -> Segment:
    style = segment.style
    if style is not None and style.color is not None and set(segment.text) <= HALF_BLOCKS:
        return Segment(" " * len(segment.text), _blend_colours(style))
    return Segment(_POWER_OF_TEN.sub(_flatten_power, segment.text).translate(ASCII_TABLE), style)


_POWER_OF_TEN = compile_lazily(r"((?<=\d) · |(?<![\w.]))10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)")


def _flatten_power(power: re.Match[str]) -> str:
    """A power of ten in as many cells, its exponent no longer raised: ` * 1e-7`, since `10-7` is a difference."""
    times, minus, exponent = power.groups()
    return f"{times.replace('·', '*')}1e{'-' * len(minus)}{exponent}"


HALF_BLOCKS = frozenset("▀▄")
"""Two colours in a cell, of a field: blank in ASCII, on the colour between both, so that marks stand out from it."""


@lru_cache(maxsize=512)
def _blend_colours(style: Style) -> Style:
    """A background between both colours of a half block."""
    assert style.color is not None
    colour = Color.from_rich_color(style.color)
    if style.bgcolor is not None and not style.bgcolor.is_default:
        colour = colour.blend(Color.from_rich_color(style.bgcolor), 0.5)
    return Style(bgcolor=colour.rich_color, meta=style.meta)
