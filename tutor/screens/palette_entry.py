"""An entry of the command palette: a name, and its description beside it where there is room."""

from collections.abc import Sequence

from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

MIN_GAP = 2
"""Cells between a name and its description in one line."""
INDENT = 2
"""Cells of indent of a description below its name."""
HELP_STYLE = "$text-quiet"


class HelpColumn:
    """The column in which the descriptions of some entries begin, such as those of all lessons."""

    def __init__(self) -> None:
        self._sizes: list[tuple[int, int]] = []
        self._found: dict[int, int] = {}

    def add(self, name_cells: int, help_cells: int) -> None:
        """Take an entry into account, whose name and description have so many cells; before any of them is drawn."""
        self._sizes.append((name_cells, help_cells))

    def find(self, width: int) -> int:
        """The cells before the column in lines of `width`: those of the longest name that leaves room for its help."""
        if width not in self._found:
            fitting = [name for name, help in self._sizes if name + MIN_GAP + help <= width]
            self._found[width] = max(fitting, default=0) + MIN_GAP
        return self._found[width]


class PaletteEntry(Visual):
    """A name, and its description in the column of its kind; below the name where that has no room.

    Textual's list calls these methods: it asks for the widths and the height, then draws the strips, one for each line.
    """

    def __init__(self, name: Content, help: Content, column: HelpColumn) -> None:
        self._name, self._help = name, help.stylize_before(HELP_STYLE)
        self._column = column

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """The cells that name and description need in one line."""
        if not self._help:
            return self._name.cell_length
        return self._name.cell_length + MIN_GAP + self._help.cell_length

    def get_minimal_width(self, rules: RulesMap) -> int:
        """The width below which words would be cut."""
        return max(self._name.get_minimal_width(rules), INDENT + self._help.get_minimal_width(rules))

    def get_height(self, rules: RulesMap, width: int) -> int:
        """The number of lines: those of the name, and if the description does not fit beside it, its lines too."""
        if not self._help or self._is_in_one_line(width):
            return self._name.get_height(rules, width)
        return self._name.get_height(rules, width) + self._help.get_height(rules, max(1, width - INDENT))

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """Draw the lines, `width` cells wide; at most `height` of them, or all if `height` is `None`."""
        if not self._help:
            return self._name.render_strips(width, None, style, options)[:height]
        if self._is_in_one_line(width):
            # A description that is too long for the column begins as far before it as it must.
            column = min(self._column.find(width), width - self._help.cell_length)
            gap, rest = column - self._name.cell_length, width - column - self._help.cell_length
            (name_strip,) = self._name.render_strips(self._name.cell_length, 1, style, options)
            (help_strip,) = self._help.render_strips(self._help.cell_length, 1, style, options)
            blanks = [Strip.blank(cells, style.rich_style) for cells in (gap, rest)]
            return [Strip.join([name_strip, blanks[0], help_strip, blanks[1]])][:height]
        name_strips = self._name.render_strips(width, None, style, options)
        help_strips = self._help.render_strips(max(1, width - INDENT), None, style, options)
        indent = Strip.blank(INDENT, style.rich_style)
        return [*name_strips, *(Strip.join([indent, strip]) for strip in help_strips)][:height]

    def _is_in_one_line(self, width: int) -> bool:
        """Whether name and description have room beside each other in lines of `width` cells."""
        return self._name.cell_length + MIN_GAP + self._help.cell_length <= width


def make_entries(named: Sequence[tuple[str, Content, Content]]) -> list[PaletteEntry]:
    """Make an entry of each (kind, name, description). Those of one kind share the column of their descriptions."""
    columns: dict[str, HelpColumn] = {}
    for kind, name, help in named:
        columns.setdefault(kind, HelpColumn()).add(name.cell_length, help.cell_length)
    return [PaletteEntry(name, help, columns[kind]) for kind, name, help in named]
