"""Widgets that make whole lines themselves, without a border or padding around them.

Textual puts every line of a widget into its box again whenever the widget changes, even if neither has changed; for a
simulation that took a third of the time of a frame.
"""

from collections.abc import Sequence

from textual.geometry import Region, Spacing
from textual.strip import Strip
from textual.widget import Widget

NO_GUTTER = Spacing()
"""No border and no padding."""


class BareLines(Widget):
    """A widget whose `render_line` returns whole lines, which are drawn as they are.

    Since the same `Strip` objects reach the screen in each frame, what Textual has cached in them, such as their parts
    between other widgets, is used again until a line changes.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines within `crop`, after the terminal's filters; by Textual's own method if the style is not bare."""
        if not self._is_bare:
            return super().render_lines(crop)
        lines = [self.render_line(y) for y in crop.line_range]
        _, background = self.background_colors
        for line_filter in self.get_line_filters():
            lines = [line.apply_filter(line_filter, background) for line in lines]
        # A `Strip` keeps what a filter made of it, so an unchanged line is the same object in each frame, unless it
        # has to be cut.
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
    """`lines`, but with the earlier object for each line that equals the one in its place in `earlier_lines`.

    What Textual has cached in an earlier object is used again then.
    """
    merged = [old if old == new else new for new, old in zip(lines, earlier_lines, strict=False)]
    return [*merged, *lines[len(merged) :]]  # there may be more lines than before
