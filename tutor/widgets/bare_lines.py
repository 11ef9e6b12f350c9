"""Widgets that make their lines themselves and have nothing around them: no border, no padding.

Textual sets every line of a widget into its box again whenever the widget changes, even where box and line are as they
were: a third of a simulation's frame.
"""

from collections.abc import Sequence

from textual.geometry import Region, Spacing
from textual.strip import Strip
from textual.widget import Widget

NOTHING_AROUND = Spacing()


class BareLines(Widget):
    """A widget whose `render_line` gives whole lines; they reach the screen as the objects that they are.

    So what Textual keeps with a line, such as its parts between other widgets, is not made again until it changes.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines themselves, after the filters of the terminal; with a box around them, what Textual makes."""
        if not self._is_bare:
            return super().render_lines(crop)
        lines = [self.render_line(y) for y in crop.line_range]
        background = self.background_colors[1]
        for each in self.get_line_filters():
            lines = [line.apply_filter(each, background) for line in lines]
        if crop.column_span == (0, self.size.width):
            return lines
        return [line.crop(*crop.column_span) for line in lines]

    @property
    def _is_bare(self) -> bool:
        """Whether the style leaves the lines as they are."""
        styles = self.styles
        has_box = styles.gutter != NOTHING_AROUND or styles.has_rule("hatch") or any(kind for kind, _ in styles.outline)
        return not has_box and not styles.tint.a and styles.text_opacity == 1.0 and self.opacity == 1.0


def keep_equal(lines: Sequence[Strip], before: Sequence[Strip]) -> list[Strip]:
    """`lines`, those that are as `before` as the same objects."""
    kept = [old if old == new else new for new, old in zip(lines, before, strict=False)]
    return [*kept, *lines[len(kept) :]]
