"""The panel beside the map on a wide screen: the highlighted lesson, its parts, mastery and prerequisites."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from tutor.screens.course.map_lines import MAP_BAR_CELLS
from tutor.screens.level_bar import level_bar
from tutor.statistics.completion import RULE
from tutor.statistics.words import concept_name
from tutor.text.numbers import format_share
from tutor.widgets.plots.bars import share_bar

if TYPE_CHECKING:
    from tutor.content.front_matter import FrontMatter
    from tutor.statistics.completion import LessonProgress

NAME_CELLS = 22
"""Cells of a name before its bar."""


def lesson_panel(
    front: "FrontMatter", standing: "LessonProgress | None", needs: Sequence[str], needed: Sequence[str]
) -> Content:
    """Describe a lesson, line by line; it builds on `needs`, and `needed` build on it."""
    weak = " (! practise)" if standing is not None and standing.weak else ""
    rows = [
        Content.styled(front.title, "bold $foreground"),
        Content(f"{front.part} · {front.minutes} min"),
        *_titled_rows("How far you are", _part_rows(standing)),
        *_titled_rows(f"Mastery of its concepts{weak}", _concept_rows(front.concepts, standing)),
        *_titled_rows("Builds on", [Content(f"← {name}") for name in needs]),
        *_titled_rows("Needed for", [Content(f"→ {name}") for name in needed]),
    ]
    return Content("\n").join(rows)


def _titled_rows(title: str, rows: list[Content]) -> list[Content]:
    """The rows under their title, after an empty line; nothing if there are none."""
    return [Content(""), Content.styled(title, "bold $text-accent"), *rows] if rows else []


def _format_row(name: str, bar: Content, note: str, style: str) -> Content:
    return Content.assemble((f"{name:<{NAME_CELLS}} ", style), bar, (f" {note}" if note else "", style))


def _part_rows(standing: "LessonProgress | None") -> list[Content]:
    if standing is None:
        return [Content(RULE)]
    return [
        _format_row(
            part.name.capitalize(),
            share_bar(part.share, MAP_BAR_CELLS),
            f"{part.done}/{part.total}",
            "" if part.open_pages else "$text-success",
        )
        for part in standing.parts
    ]


def _concept_rows(concepts: Sequence[str], standing: "LessonProgress | None") -> list[Content]:
    levels = dict(standing.levels) if standing else {}
    weak = standing.weak if standing else ()
    rows = []
    for concept in concepts:
        level = levels.get(concept)
        style = "$text-warning" if concept in weak else ""
        note = "" if level is None else f"{format_share(level):>4}{' !' if concept in weak else ''}"
        bar = Content(" " * MAP_BAR_CELLS) if level is None else level_bar(level, MAP_BAR_CELLS)
        rows.append(_format_row(concept_name(concept), bar, note, style))
    return rows
