"""Filters what is drawn for the terminal: no control codes, and substitutes for characters that it lacks.

When lessons and records are read, control characters are made visible already. These filters are the second defence,
for all other sources: a paste, a file's name, an entity in Markdown.
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
    """The segment with a dot in each cell of a hidden character; as wide as before."""
    text = segment.text
    is_plain = text.isascii() and text.isprintable()  # as most texts are, so that the slower search is saved
    if segment.control or is_plain or not _has_hidden(text):
        return segment
    clean = _HIDDEN_ON_SCREEN.sub(lambda match: "·" * cell_len(match[0]), text)
    return Segment(set_cell_size(clean, cell_len(text)), segment.style)  # a joiner changes its neighbours' width


def _has_hidden(text: str) -> bool:
    """Whether `text` has a character that `_HIDDEN_ON_SCREEN` matches; faster than a search with that pattern."""
    return HIDDEN.search(text) is not None or "\n" in text or "\t" in text


_HIDDEN_ON_SCREEN = compile_lazily(f"{HIDDEN.pattern}|[\\n\\t]")
"""Hidden characters, and line feeds and tabs: these would move what follows out of its cell."""


@lru_cache(maxsize=8)
def terminal_filters(*, ascii: bool, eight_bit: bool, high_contrast: bool = False) -> tuple[LineFilter, ...]:
    """The filters for a terminal: with `ascii` for one without Unicode, with `eight_bit` for 256 colours.

    With `high_contrast` the edges of panes are as clear as text, and the cursor's row has a line below its words.
    """
    filters: list[LineFilter] = [ControlCharacterFilter()]
    if high_contrast:
        from tutor.widgets.edges import EdgeFilter, UnderlineFilter

        filters += [EdgeFilter(), UnderlineFilter()]
    if ascii:
        filters.append(AsciiFilter())
    if eight_bit:
        from tutor.widgets.eight_bit import EightBitFilter

        filters.append(EightBitFilter())
    return tuple(filters)


class FilterChain(LineFilter):
    """Several filters as one: Textual has a cache for each filter, and so looks up each line once instead of twice."""

    def __init__(self, filters: tuple[LineFilter, ...]) -> None:
        super().__init__()
        self.filters = filters

    @property
    def when_dimmed(self) -> LineFilter:
        """The filters for what a dialog covers: none that makes edges clear, since all of it is dimmed alike."""
        from tutor.widgets.edges import EdgeFilter

        return chain_filters(tuple(one for one in self.filters if not isinstance(one, EdgeFilter)))

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments after all filters, in their order."""
        for line_filter in self.filters:
            segments = line_filter.apply(segments, background)
        return segments


@lru_cache(maxsize=8)
def chain_filters(filters: tuple[LineFilter, ...]) -> FilterChain:
    """The filters as one filter; the same object for the same filters, since Textual caches lines by it."""
    return FilterChain(filters)


class AsciiTable(dict[int, str]):
    """A table for `str.translate`, from characters to ASCII of the same width in cells; filled on demand."""

    def __missing__(self, code: int) -> str:
        """Add the replacement of the character with this code point."""
        character = chr(code)
        replacement = character if character.isascii() else _ascii_as_wide(character)
        self[code] = replacement
        return replacement


def _ascii_as_wide(character: str) -> str:
    """ASCII that fills as many cells as `character`: none for a combining accent, two for a wide character."""
    cells = cell_len(character)
    if cells != 1:
        return "?" * cells
    return lookalike(character) or "?"


ASCII_TABLE = AsciiTable()


class AsciiFilter(LineFilter):
    """Turns what is drawn into ASCII; cells drawn for their colour keep it."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments in ASCII."""
        return [segment if segment.control or segment.text.isascii() else _to_ascii(segment) for segment in segments]


def _to_ascii(segment: Segment) -> Segment:
    """The segment in ASCII: half blocks of a heat map as coloured blanks, any other character as its lookalike."""
    style = segment.style
    if style is not None and style.color is not None and set(segment.text) <= HALF_BLOCKS:
        return Segment(" " * len(segment.text), _blend_colours(style))
    return Segment(_POWER_OF_TEN.sub(_flatten_power, segment.text).translate(ASCII_TABLE), style)


_POWER_OF_TEN = compile_lazily(r"((?<=\d) · |(?<![\w.]))10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)")


def _flatten_power(power: re.Match[str]) -> str:
    """A matched power of ten in e-notation, in as many cells: ` * 1e-7` for ` · 10⁻⁷`; `10-7` would be a difference.

    The digits of the exponent are still raised; `ASCII_TABLE` replaces them afterwards.
    """
    times, minus, exponent = power.groups()
    return f"{times.replace('·', '*')}1e{'-' * len(minus)}{exponent}"


HALF_BLOCKS = frozenset("▀▄")
"""Characters that show two colours in a cell, in heat maps. In ASCII a blank on the mean of both stands for them."""


@lru_cache(maxsize=512)
def _blend_colours(style: Style) -> Style:
    """A style whose background is the mean of the two colours of a half block."""
    assert style.color is not None
    colour = Color.from_rich_color(style.color)
    if style.bgcolor is not None and not style.bgcolor.is_default:
        colour = colour.blend(Color.from_rich_color(style.bgcolor), 0.5)
    return Style(bgcolor=colour.rich_color, meta=style.meta)
