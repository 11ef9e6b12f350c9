"""The panel beside the map on a wide screen: the highlighted lesson, its parts, mastery and prerequisites."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from tutor.screens.course.map_lines import mark_level
from tutor.screens.level_bar import level_bar
from tutor.statistics.completion import RULE
from tutor.text.concepts import concept_name
from tutor.widgets.plots.bars import share_bar

if TYPE_CHECKING:
    from tutor.content.front_matter import FrontMatter
    from tutor.statistics.completion import LessonProgress

NAME_CELLS = 25
"""Cells of a name before its bar."""
COUNT_CELLS = 5
"""Cells of the count or share after a bar, as in `13/18`, `63%` and `! 44%`, which end in one column."""
NOT_ASKED = "not asked yet"
"""Stands in place of the bar of a concept without a level, where others have one."""


def lesson_panel(
    front_matter: "FrontMatter",
    progress: "LessonProgress | None",
    needed_lessons: Sequence[str],
    dependent_lessons: Sequence[str],
) -> Content:
    """Describe a lesson in lines: it builds on `needed_lessons`, and `dependent_lessons` build on it (both titles)."""
    title, _, subtitle = front_matter.title.partition(": ")
    has_levels = progress is not None and bool(progress.levels)
    lines = [
        Content.styled(title, "bold $foreground"),
        *([Content.styled(subtitle, "$foreground")] if subtitle else []),
        Content(f"{front_matter.part} · {front_matter.minutes} min"),
        *_titled_lines("How far you are", _part_lines(progress)),
        *_titled_lines(
            "Mastery of its concepts" if has_levels else "Its concepts", _concept_lines(front_matter.concepts, progress)
        ),
        *_titled_lines("Builds on", [Content(f"← {title}") for title in needed_lessons]),
        *_titled_lines("Needed for", [Content(f"→ {title}") for title in dependent_lessons]),
    ]
    return Content("\n").join(lines)


def _titled_lines(title: str, lines: list[Content]) -> list[Content]:
    """The lines below their title, after an empty one; nothing, not even the title, if there are none."""
    return [Content(""), Content.styled(title, "bold $text-accent"), *lines] if lines else []


def _format_line(name: str, bar: Content, note: str, style: str) -> Content:
    """One line in three columns."""
    return Content.assemble((f"{name:<{NAME_CELLS}} ", style), bar, (f" {note}" if note else "", style))


def _part_lines(progress: "LessonProgress | None") -> list[Content]:
    """The pages, tasks and questions of a lesson with how many are done; if unknown, what completing it takes."""
    if progress is None:
        return [Content(RULE)]
    lines = []
    for part in progress.parts:
        bar = share_bar(part.share)
        style = "" if part.open_pages else "$text-success"
        lines.append(_format_line(part.name.capitalize(), bar, f"{part.done}/{part.total}".rjust(COUNT_CELLS), style))
    return lines


def _concept_lines(concepts: Sequence[str], progress: "LessonProgress | None") -> list[Content]:
    """The concepts of a lesson with their levels; one that was never asked about has words in place of its bar."""
    levels = dict(progress.levels) if progress else {}
    weak_concepts = progress.weak if progress else ()
    lines = []
    for concept in concepts:
        # Where nothing was asked about any concept, none of them says so.
        bar = Content.styled(NOT_ASKED if levels else "", "$text-quiet")
        note = style = ""
        if concept in levels:
            is_weak = concept in weak_concepts
            bar, style = level_bar(levels[concept]), "$text-warning" if is_weak else ""
            note = mark_level(levels[concept], is_weak=is_weak).rjust(COUNT_CELLS)
        lines.append(_format_line(concept_name(concept), bar, note, style))
    return lines
