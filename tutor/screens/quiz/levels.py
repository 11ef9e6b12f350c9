"""The panel beside the setup of a quiz: how well the learner knows each concept."""

from collections.abc import Mapping, Sequence
from typing import Any

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from tutor.screens.level_bar import level_bar
from tutor.statistics.words import level_tone
from tutor.text.concepts import concept_name
from tutor.text.numbers import format_share

MAX_NAME_CELLS = 25
"""The most cells of a concept's name."""
GAP_CELLS = 1
"""Cells between a name and its bar."""


class LevelsPanel(Widget, can_focus=False):
    """The concepts that the learner was asked about, the weakest first, with bars."""

    DEFAULT_CSS = """
    LevelsPanel {
        display: none;
        width: 1fr;
        height: 1fr;
        max-width: 74;
        padding: 1 2;
        border-left: solid $panel;
    }
    """

    def __init__(self, concepts: Sequence[Mapping[str, Any]]) -> None:
        """Show `concepts`, each with its `id` and its `level`."""
        super().__init__(id="levels")
        self._concepts = sorted(concepts, key=lambda row: (row["level"], row["id"]))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A row for the title and one for each concept, or two that say that there is none."""
        return 1 + max(2, len(self._concepts))

    def render(self) -> Content:
        """The title, a line for each concept, and how many there are besides."""
        lines = [Content.styled("What you know, the weakest first", "bold $text-accent")]
        if not self._concepts:
            lines.append(Content("Nothing yet: each answer shows here how well you know what it was about."))
        max_lines = max(2, self.size.height - len(lines))
        is_cut = len(self._concepts) > max_lines
        shown = self._concepts[: max_lines - 1] if is_cut else self._concepts  # the last line counts the others
        longest_name = max((len(concept_name(row["id"])) for row in shown), default=0)
        name_cells = min(MAX_NAME_CELLS, longest_name)
        lines += [_level_line(row["id"], row["level"], name_cells) for row in shown]
        if is_cut:
            lines.append(Content.styled(f"and {len(self._concepts) - len(shown)} more, better known", "$text-quiet"))
        return Content("\n").join(lines)


def _level_line(concept: str, level: float, name_cells: int) -> Content:
    """A concept with its level: its name in `name_cells`, a bar, and the number."""
    name = Content(concept_name(concept)).truncate(name_cells, ellipsis=True)
    gap = " " * (name_cells + GAP_CELLS - name.cell_length)
    weak = ", weak" if level_tone(level) == "weak" else ""  # in words, since the bar says it by its colour only
    return Content.assemble(name, gap, level_bar(level), f" {format_share(level):>4}{weak}")
