"""The description of a lesson in three lines, below a map that has no room beside it."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from tutor.screens.course.map_lines import MIN_LEVEL_WIDTH
from tutor.statistics.completion import RULE
from tutor.text.concepts import concept_name
from tutor.text.numbers import format_share

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.content.front_matter import FrontMatter
    from tutor.statistics.completion import LessonProgress, Part

BAR_CELLS = (10, 6)
"""Cells of a bar where there is room, and where there is less; with even less there is none."""
MAX_NAMED = 3
"""The most weak concepts that are named, and the most lessons that are named as building on this one."""


def lesson_details(
    front_matter: "FrontMatter",
    progress: "LessonProgress | None",
    needed_lessons: Sequence[str],
    find_dependents: Callable[[], Sequence[str]],
    width: int,
) -> Content:
    """Describe a lesson in three lines of `width` cells; `needed_lessons` are the titles of those it builds on.

    `find_dependents` returns the titles of the lessons that build on it; it is called only where these are named, since
    it takes a while.
    """
    lines = [
        _facts_line(front_matter, progress, needed_lessons, width),
        _completion_line(progress, width),
        _concepts_line(front_matter.concepts, progress, find_dependents, width),
    ]
    return Content("\n").join(lines)


def _facts_line(
    front_matter: "FrontMatter", progress: "LessonProgress | None", needed_lessons: Sequence[str], width: int
) -> Content:
    """Make the line that says what a lesson builds on; its whole title and its time are on the map.

    On a narrow screen the line also gives the mastery, for which the map has no column there.
    """
    title, mastery = front_matter.short_title, ""
    if progress is not None and progress.level is not None and width < MIN_LEVEL_WIDTH:
        mastery = f" · mastery {format_share(progress.level)}"
    max_cells = width - len(title) - len(mastery)
    builds_on = _list_fitting(" builds on ", needed_lessons, max_cells)
    if not needed_lessons:
        builds_on = _list_fitting(" builds on ", ["no other lesson"], max_cells)
    return Content.assemble((title, "bold $foreground"), builds_on, mastery)


def _list_fitting(lead: str, names: Sequence[str], max_cells: int, max_names: int | None = None) -> str:
    """Write `lead`, as many of the names as fit into `max_cells`, and how many more there are: `a, b and 2 more`.

    At most `max_names` are named. The result is "" if not even the first name fits.
    """
    max_count = len(names) if max_names is None else min(len(names), max_names)
    for count in range(max_count, 0, -1):
        more = f" and {len(names) - count} more" if count < len(names) else ""
        words = f"{lead}{', '.join(names[:count])}{more}"
        if len(words) <= max_cells:
            return words
    return ""


def _completion_line(progress: "LessonProgress | None", width: int) -> Content:
    """Draw a bar for each part of a lesson, as long as there is room; what completing it takes if that is not known."""
    if progress is None:
        return Content(RULE)
    # An earlier version called a lesson done once every question was answered right. Such a lesson stays done, even if
    # it has open pages or tasks.
    if progress.was_done_by_old_rule and any(part.open_pages for part in progress.parts):
        return Content.styled("Done: every question was answered right.", "$text-success")
    lines = (_parts_with_bars(progress.parts, cells) for cells in BAR_CELLS)
    return next((line for line in lines if line.cell_length <= width), _parts_with_bars(progress.parts, 0))


def _parts_with_bars(parts: "Sequence[Part]", bar_cells: int) -> Content:
    """The parts of a lesson with how many are done; between the two a bar of so many cells, or none if that is 0."""
    from tutor.widgets.plots.bars import share_bar

    pieces = []
    for part in parts:
        style = "$text-success" if not part.open_pages else "$text-quiet"
        bar = Content.assemble(share_bar(part.share, bar_cells), " ") if bar_cells else Content("")
        pieces.append(
            Content.assemble((f"{part.name.capitalize()} ", style), bar, (f"{part.done}/{part.total}", style))
        )
    return Content("   " if bar_cells else "  ").join(pieces)


def _concepts_line(
    concepts: Sequence[str],
    progress: "LessonProgress | None",
    find_dependents: Callable[[], Sequence[str]],
    width: int,
) -> Content:
    """Name the concepts of a lesson with their levels, as far as these are known.

    If some concepts are weak, name only these, the weakest first, and then the lessons that build on this one: before
    these it helps to practise.
    """
    levels = dict(progress.levels) if progress else {}
    weak_concepts = sorted(progress.weak if progress else (), key=lambda concept: levels[concept])
    lead, named = ("! Practise ", weak_concepts) if weak_concepts else ("Concepts: ", concepts)
    words = [_concept_words(concept, levels, in_brackets=bool(weak_concepts)) for concept in named]
    fitting = _list_fitting(lead, words, width, max_names=MAX_NAMED if weak_concepts else None)
    line = fitting or f"{lead}{words[0]}"  # name at least the first concept, even if the line is cut
    if not weak_concepts:
        return Content(line)
    needed_for = _list_fitting(" before ", find_dependents(), width - len(line), max_names=MAX_NAMED)
    return Content.styled(line + needed_for, "$text-warning")


def _concept_words(concept: str, levels: Mapping[str, float], *, in_brackets: bool) -> str:
    """The name of a concept, with its level if that is known; in brackets where it stands in a sentence."""
    if concept not in levels:
        return concept_name(concept)
    level = format_share(levels[concept])
    return f"{concept_name(concept)} {f'({level})' if in_brackets else level}"


def lessons_building_on(course: "Course", id: str) -> list[str]:
    """The short titles of the lessons that build on the lesson `id` directly, in the order of the course."""
    from tutor.content.names import index_names, required_lessons

    names = index_names(course.headings)
    titles = []
    for heading in course.headings:
        needed_ids = [needed_id for _, needed_id in required_lessons(heading, names)]
        if id in needed_ids:
            titles.append(heading.front_matter.short_title)
    return titles
