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
    from tutor.content.front import FrontMatter
    from tutor.statistics.completion import LessonProgress

NAME_CELLS = 22
"""Cells of a name before its bar."""


def panel(
    front: "FrontMatter", standing: "LessonProgress | None", needs: Sequence[str], needed: Sequence[str]
) -> Content:
    """Describe a lesson, a line each; it builds on `needs`, and `needed` build on it."""
    weak = " (! practise)" if standing is not None and standing.weak else ""
    rows = [
        Content.styled(front.title, "bold $foreground"),
        Content(f"{front.part} · {front.minutes} min"),
        *_titled("How far you are", _parts(standing)),
        *_titled(f"Mastery of its concepts{weak}", _concepts(front.concepts, standing)),
        *_titled("Builds on", [Content(f"← {name}") for name in needs]),
        *_titled("Needed for", [Content(f"→ {name}") for name in needed]),
    ]
    return Content("\n").join(rows)


def _titled(title: str, rows: list[Content]) -> list[Content]:
    return [Content(""), Content.styled(title, "bold $text-accent"), *rows] if rows else []


def _row(name: str, bar: Content, said: str, style: str) -> Content:
    return Content.assemble((f"{name:<{NAME_CELLS}} ", style), bar, (f" {said}" if said else "", style))


def _parts(standing: "LessonProgress | None") -> list[Content]:
    if standing is None:
        return [Content(RULE)]
    return [
        _row(
            part.name.capitalize(),
            share_bar(part.share, MAP_BAR_CELLS),
            f"{part.done}/{part.total}",
            "" if part.open else "$text-success",
        )
        for part in standing.parts
    ]


def _concepts(concepts: Sequence[str], standing: "LessonProgress | None") -> list[Content]:
    levels = dict(standing.levels) if standing else {}
    weak = standing.weak if standing else ()
    rows = []
    for concept in concepts:
        level = levels.get(concept)
        style = "$text-warning" if concept in weak else ""
        said = "" if level is None else f"{format_share(level):>4}{' !' if concept in weak else ''}"
        bar = Content(" " * MAP_BAR_CELLS) if level is None else level_bar(level, MAP_BAR_CELLS)
        rows.append(_row(concept_name(concept), bar, said, style))
    return rows
