"""An entry of the command palette: a name, and its description beside it where there is room."""

from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

MIN_GAP = 2
"""Cells between a name and its description in one line."""
INDENT = 2
"""Cells of indent of a description below its name."""
HELP_STYLE = "not bold $text-quiet"


class PaletteEntry(Visual):
    """A name at the left and its description at the right of one line; below the name where both have no room.

    Textual's list calls these methods: it asks for the widths and the height, then draws the strips, one for each line.
    """

    def __init__(self, name: Content, help: Content) -> None:
        self._name, self._help = name, help.stylize_before(HELP_STYLE)

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
        if not self._help or self.get_optimal_width(rules, width) <= width:
            return self._name.get_height(rules, width)
        return self._name.get_height(rules, width) + self._help.get_height(rules, max(1, width - INDENT))

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """Draw the lines, `width` cells wide; at most `height` of them, or all if `height` is `None`."""
        name_strips = self._name.render_strips(width, None, style, options)
        if not self._help:
            return name_strips[:height]
        gap = width - self._name.cell_length - self._help.cell_length
        if gap >= MIN_GAP:
            (name_strip,) = self._name.render_strips(self._name.cell_length, 1, style, options)
            (help_strip,) = self._help.render_strips(self._help.cell_length, 1, style, options)
            return [Strip.join([name_strip, Strip.blank(gap, style.rich_style), help_strip])][:height]
        help_strips = self._help.render_strips(max(1, width - INDENT), None, style, options)
        indent = Strip.blank(INDENT, style.rich_style)
        return [*name_strips, *(Strip.join([indent, strip]) for strip in help_strips)][:height]
