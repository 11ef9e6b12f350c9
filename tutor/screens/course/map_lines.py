"""The course map as lines: each lesson's state, and what is next."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.content import Content

from tutor.placement.results import load_outcome
from tutor.screens.state_marks import state_mark
from tutor.statistics.completion import RULE
from tutor.statistics.next_lesson import LessonState, choose_next_lesson, lesson_state
from tutor.statistics.words import concept_name
from tutor.text.numbers import format_share
from tutor.text.sentences import join_words

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.content.model import Heading
    from tutor.content.plan import PlannedLesson
    from tutor.progress.record.store import Store
    from tutor.statistics.completion import LessonProgress

MAP_BAR_CELLS = 7
"""Cells of a bar on the map."""
NOTE_CELLS, LEVEL_CELLS = 12, 8
"""Cells of the last two columns: how far a lesson is, and how well its concepts are known now."""
MIN_LEVEL_WIDTH = 70
"""Cells of a line from which it has the last column."""
MAX_WEAK = 3
"""The most weak concepts that are named."""

STATE_STYLES: Mapping[LessonState, str] = {
    "new": "$foreground",
    "begun": "$text-accent",
    "done": "$text-success",
    "known": "$text-success",
    "coming": "$text-quiet",
}


@dataclass(frozen=True)
class MapEntry:
    """One lesson on the map."""

    id: str
    number: int
    title: str
    state: LessonState
    note: str
    """The note at the end of its line: progress, length, or that it is coming."""
    level: float | None = None
    """How well its concepts are known now, 0 … 1; `None` where nothing was answered."""
    is_weak: bool = False
    """Whether one of its concepts is weak."""
    share: float | None = None
    """The share of it that was done, 0 … 1, if it was begun and that is known."""
    part: str = ""
    """The part of the course that it belongs to."""
    is_heading: bool = False
    """Whether it is the heading of a part or a pack, above its lessons, and no lesson itself."""
    is_apart: bool = False
    """Whether a blank row is above it: a heading, where there is room."""


def list_map_entries(
    course: "Course", store: "Store", standings: "Mapping[str, LessonProgress]", rows: int = 0
) -> list[MapEntry]:
    """Every lesson, written or planned, in the order of the course; then each pack below its heading.

    Where all of it fits into `rows`, each part has a heading, too, and a blank row above that where these fit.
    """
    known = load_outcome(store).known
    entries: list[MapEntry] = []
    packed: list[MapEntry] = []
    pack = 0  # the course's own lessons have this number
    for heading in course.headings:
        entry = _written_entry(heading, store, standings.get(heading.front_matter.id), heading.front_matter.id in known)
        if heading.pack_number != pack:
            pack = heading.pack_number
            packed.append(MapEntry(f"pack {pack}", 0, heading.pack, "coming", "", is_heading=True))
        (packed if pack else entries).append(entry)
    entries += (_planned_entry(planned) for planned in course.coming)
    entries.sort(key=lambda entry: (entry.number, entry.id))
    headed = list(_with_parts(entries))
    if len(headed) + len(packed) > rows:
        return [*entries, *packed]
    all_entries = [*headed, *packed]
    rows_apart = len(all_entries) + sum(entry.is_heading for entry in all_entries[1:])
    if rows_apart > rows:
        return all_entries
    return [*all_entries[:1], *(replace(entry, is_apart=entry.is_heading) for entry in all_entries[1:])]


def _with_parts(entries: Sequence[MapEntry]) -> Iterator[MapEntry]:
    """The entries, with a heading above the first of each part; a lesson that is coming belongs to the one before."""
    part = ""
    for entry in entries:
        if entry.part not in ("", part):
            part = entry.part
            yield MapEntry(f"part {part}", 0, part, "coming", "", is_heading=True)
        yield entry


def _written_entry(heading: "Heading", store: "Store", standing: "LessonProgress | None", known: bool) -> MapEntry:
    """The entry of a lesson that is written; `known` by the placement test."""
    front = heading.front_matter
    page = store.reading_position(front.id)
    state = lesson_state(standing, page, known=known)
    share = standing.share if standing is not None and standing.is_begun and state == "begun" else None
    note = {
        "new": f"{front.minutes} min",
        "begun": f"page {(page or 0) + 1}" if share is None else format_share(share),
    }.get(state, state)
    level, is_weak = (standing.level, bool(standing.weak)) if standing is not None else (None, False)
    return MapEntry(front.id, heading.number, front.title, state, note, level, is_weak, share, front.part)


def _planned_entry(planned: "PlannedLesson") -> MapEntry:
    return MapEntry(planned.id, planned.number, planned.question, "coming", "coming")


MIN_ID_WIDTH = 112
"""Cells from which a line has room for the id beside the longest title."""


def format_map_line(entry: MapEntry, width: int) -> Content:
    """Format the entry in `width` cells: mark, number, id, title, note, level.

    A narrow one does without the id, which only command lines need; a very narrow one without the level too.
    """
    if entry.is_heading:
        title = Content.styled(entry.title, "bold $secondary").truncate(max(4, width), ellipsis=True)
        return Content.assemble("\n" * entry.is_apart, title)
    style = STATE_STYLES[entry.state]
    mark = state_mark(entry.state)
    name = f"{entry.id:<17}" if width >= MIN_ID_WIDTH else ""
    left = Content.assemble((f"{mark} ", style), (f"{entry.number:>2}  ", style if entry.state == "coming" else "bold"))
    note = _note_column(entry, style)
    if width >= MIN_LEVEL_WIDTH:
        note = Content.assemble(note, _level_column(entry))
    room = max(4, width - left.cell_length - len(name) - note.cell_length)
    title_style = STATE_STYLES["coming"] if entry.state == "coming" else ""
    title = Content.styled(entry.title, title_style).truncate(room - (entry.share is not None), ellipsis=True)
    gap = " " * (room - title.cell_length)
    return Content.assemble(left, (name, title_style or "$secondary"), title, gap, note)


def head_line(width: int) -> Content:
    """The column headings above lines of `width` cells."""
    columns = f"{'time/done':>{NOTE_CELLS}}" + (f"{'mastery':>{LEVEL_CELLS}}" if width >= MIN_LEVEL_WIDTH else "")
    named = "Lesson (! practise it)" if width >= MIN_LEVEL_WIDTH else "Lesson"
    return Content.styled(f"{'':6}{named}{columns:>{max(0, width - 6 - len(named))}}", "$text-quiet")


def legend_line() -> Content:
    """What the marks of the lines mean, for the foot of the map."""
    words: Mapping[LessonState, str] = {
        "new": "new",
        "begun": "begun",
        "done": "done",
        "known": "known by the placement test",
    }
    parts: list[Content] = [
        Content.assemble((state_mark(state), STATE_STYLES[state]), (f" {said}", "$text-quiet"))
        for state, said in words.items()
    ]
    parts.append(Content.assemble(("!", "$text-warning"), (" a concept to practise", "$text-quiet")))
    return Content("   ").join(parts)


def _note_column(entry: MapEntry, style: str) -> Content:
    """The note at the end of a line; for a lesson begun, how complete it is."""
    if entry.share is None:
        return Content.styled(f"{entry.note:>{NOTE_CELLS}}", style)
    from tutor.widgets.plots.bars import share_bar

    return Content.assemble(
        share_bar(entry.share, MAP_BAR_CELLS), (f"{entry.note:>{NOTE_CELLS - MAP_BAR_CELLS}}", style)
    )


def completion_line(standing: "LessonProgress | None") -> Content:
    """The progress of a lesson's parts as bars; before it is begun, what completing it takes."""
    if standing is None:
        return Content(RULE)
    if standing.was_done and any(part.open_pages for part in standing.parts):
        return Content.styled("Done: every question was answered right.", "$text-success")
    from tutor.widgets.plots.bars import share_bar

    parts = []
    for part in standing.parts:
        done = "$text-success" if not part.open_pages else "$text-quiet"
        name, count = f"{part.name.capitalize()} ", f" {part.done}/{part.total}   "
        parts.append(Content.assemble((name, done), share_bar(part.share, MAP_BAR_CELLS), (count, done)))
    return Content.assemble(*parts)


def _level_column(entry: MapEntry) -> Content:
    """The current level of the lesson's concepts; a weak one is marked."""
    if entry.level is None:
        return Content(" " * LEVEL_CELLS)
    sign, style = ("!", "$text-warning") if entry.is_weak else (" ", "$text-quiet")
    return Content.styled(f"{sign:>{LEVEL_CELLS - 4}}{format_share(entry.level):>4}", style)


def next_lesson(entries: list[MapEntry], store: "Store") -> MapEntry | None:
    """The entry to go on with; `None` if no lesson is written."""
    last = store.last_reading_position()
    id = choose_next_lesson([(entry.id, entry.state) for entry in entries], last[0] if last else None)
    return next((entry for entry in entries if entry.id == id), None)


def concepts_line(
    concepts: Sequence[str], standing: "LessonProgress | None", needing: Callable[[], Sequence[str]]
) -> Content:
    """The concepts of a lesson with their levels; where some are weak, those alone, and which lessons need them.

    `needing` finds these lessons; it reads what is not needed before something is weak.
    """
    levels = dict(standing.levels) if standing else {}
    weak = sorted(standing.weak if standing else (), key=lambda concept: levels[concept])
    names = [
        f"{concept_name(concept)} {format_share(levels[concept])}" if concept in levels else concept_name(concept)
        for concept in weak[:MAX_WEAK] or concepts
    ]
    if not weak:
        return Content(f"Concepts: {', '.join(names)}")
    further = len(weak) - MAX_WEAK
    practise = join_words([*names, *([f"{further} more"] if further > 0 else [])])
    lessons = needing()
    needed = f" · needed for {', '.join(lessons[:3])}{' …' if len(lessons) > 3 else ''}" if lessons else ""
    return Content.styled(f"! Practise {practise}{needed}", "$text-warning")


def lessons_building_on(course: "Course", id: str) -> list[str]:
    """The lessons that build on the lesson `id` directly, in words and in the order of the course."""
    from tutor.content.names import index_names, required_lessons

    names = index_names(course.headings)
    return [
        heading.front_matter.short_title
        for heading in course.headings
        if id in {need for _, need in required_lessons(heading, names)}
    ]
