"""Entries of a list whose further lines stand under their first word, not under the mark before it."""

from collections.abc import Sequence

from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual


class HangingIndent(Visual):
    """Texts one below the other, each with a mark in front; the lines of a text keep to its own column."""

    def __init__(self, rows: Sequence[tuple[Content, Content]]) -> None:
        """Show `rows`, of each the mark and the text."""
        self._rows = tuple(rows)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """Cells of the longest entry in one line."""
        return max(
            (mark.cell_length + text.get_optimal_width(rules, container_width) for mark, text in self._rows), default=0
        )

    def get_minimal_width(self, rules: RulesMap) -> int:
        """Cells below which words are cut."""
        return max((mark.cell_length + text.get_minimal_width(rules) for mark, text in self._rows), default=0)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Lines at that width in cells."""
        return sum(text.get_height(rules, _room(mark, width)) for mark, text in self._rows)

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """The lines, at most `height` of them."""
        strips: list[Strip] = []
        for mark, text in self._rows:
            beside = mark.render_strips(mark.cell_length, 1, style, options)
            for line in text.render_strips(_room(mark, width), None, style, options):
                strips.append(Strip.join([*beside, line]))
                beside = [Strip.blank(mark.cell_length, style.rich_style)]
        return strips[:height]


def _room(mark: Content, width: int) -> int:
    return max(1, width - mark.cell_length)
