"""Widgets that make whole lines themselves, without a border or padding around them.

Whenever a widget changes, Textual puts every line into the widget's box again, even if neither the line nor the box has
changed. For a simulation, that took a third of the time of a frame.
"""

from collections.abc import Sequence

from textual.geometry import Region, Spacing
from textual.strip import Strip
from textual.widget import Widget

NO_GUTTER = Spacing()
"""No border and no padding."""


class BareLines(Widget):
    """A widget whose `render_line` returns whole lines, which are drawn as they are.

    An unchanged line is the same `Strip` object in each frame. So Textual can reuse what it has cached in the object,
    such as the parts that are visible between other widgets.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines within `crop`, after the terminal's filters.

        If the style is not bare, Textual's method makes them.
        """
        if not self._is_bare:
            return super().render_lines(crop)
        lines = [self.render_line(y) for y in crop.line_range]
        _, background = self.background_colors
        for line_filter in self.get_line_filters():
            lines = [line.apply_filter(line_filter, background) for line in lines]
        # A `Strip` caches the result of a filter, so an unchanged line stays the same object, unless it has to be
        # cropped.
        if crop.column_span == (0, self.size.width):
            return lines
        return [line.crop(*crop.column_span) for line in lines]

    @property
    def _is_bare(self) -> bool:
        """Whether the style puts nothing around the lines and does not change their colours."""
        styles = self.styles
        has_outline = any(edge_type for edge_type, _ in styles.outline)
        has_box = styles.gutter != NO_GUTTER or styles.has_rule("hatch") or has_outline
        is_tinted = bool(styles.tint.a)
        is_opaque = styles.text_opacity == 1.0 and self.opacity == 1.0
        return is_opaque and not has_box and not is_tinted


def keep_equal(lines: Sequence[Strip], earlier_lines: Sequence[Strip]) -> list[Strip]:
    """Return `lines`, with the object from `earlier_lines` in place of each line that is equal to the earlier one.

    What Textual has cached in the earlier objects can be reused then.
    """
    merged = [old if old == new else new for new, old in zip(lines, earlier_lines, strict=False)]
    return [*merged, *lines[len(merged) :]]  # the lines at the end, if there are more than before
