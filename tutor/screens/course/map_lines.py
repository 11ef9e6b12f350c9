"""The course map as lines: each lesson's state, and what is next."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace
from textual.content import Content

from tutor.content.wrapping import wrap
from tutor.placement.results import load_outcome
from tutor.screens.state_marks import state_mark
from tutor.statistics.next_lesson import LessonState, choose_next_lesson, lesson_state
from tutor.text.numbers import format_share

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.content.model import Heading
    from tutor.content.plan import PlannedLesson
    from tutor.progress.record.store import Store
    from tutor.statistics.completion import LessonProgress

DONE_CELLS, LEVEL_CELLS, MINUTES_CELLS = 6, 9, 5
"""Cells of the last columns: how much of a lesson is done, how well its concepts are known now, and its minutes."""
MIN_LEVEL_WIDTH = 70
"""The fewest cells of a line that has the column of levels."""
MIN_BAR_WIDTH = 90
"""The fewest cells of a line that has a bar, if its title leaves room for that."""
LEAD_CELLS = 8
"""Cells of the word before each line above the map."""
COUNT_SEPARATOR = " · "
ON_RECORD = " on record"
"""Words that a count of answers loses where there is no room for them."""

STATE_STYLES: Mapping[LessonState, str] = {
    "new": "$foreground",
    "begun": "$text-accent",
    "done": "$text-success",
    "known": "$text-success",
    "coming": "$text-quiet",
}


class MapEntry(msgspec.Struct, frozen=True):
    """One lesson on the map."""

    id: str
    number: int
    """Its number in the course, counted from 1; 0 for a heading."""
    title: str
    state: LessonState
    note: str
    """How much of it is done, in at most `DONE_CELLS` cells, or that it is coming; "" if it is new."""
    level: float | None = None
    """How well its concepts are known now, 0 … 1; `None` if none of its questions was answered."""
    is_weak: bool = False
    """Whether one of its concepts is weak."""
    share: float | None = None
    """The share of it that was done, 0 … 1, while it is begun; `None` otherwise, or if its progress is not known."""
    part: str = ""
    """The part of the course that it belongs to; "" for a lesson that is coming."""
    minutes: int = 0
    """How long it takes; 0 for a heading and a lesson that is coming."""
    is_heading: bool = False
    """Whether this entry is the heading above the lessons of a part or a pack, and not a lesson."""
    has_blank_row_above: bool = False


class MapColumns(msgspec.Struct, frozen=True):
    """Which columns a map has beside the titles and the minutes; none that would be empty."""

    has_done: bool = True
    has_levels: bool = True

    @staticmethod
    def of(entries: "Sequence[MapEntry]", width: int) -> "MapColumns":
        """The columns for the lines of `entries`, which are `width` cells wide."""
        return MapColumns(
            has_done=any(entry.note and entry.state != "coming" for entry in entries),
            has_levels=width >= MIN_LEVEL_WIDTH and any(entry.level is not None for entry in entries),
        )


def list_map_entries(
    course: "Course", store: "Store", progress: "Mapping[str, LessonProgress]", max_rows: int = 0
) -> list[MapEntry]:
    """List every lesson in the order of the course, planned ones too, then the lessons of each pack under a heading.

    If all fit into `max_rows`, each part of the course gets a heading too. If these also fit, each heading except the
    first gets a blank row above it.
    """
    known_ids = load_outcome(store).known
    entries: list[MapEntry] = []
    pack_entries: list[MapEntry] = []
    pack_number = 0  # 0 is the number of the course's own lessons
    for heading in course.headings:
        id = heading.front_matter.id
        entry = _written_entry(heading, store, progress.get(id), is_known=id in known_ids)
        if heading.pack_number != pack_number:
            pack_number = heading.pack_number
            pack_entries.append(_heading_entry(f"pack {pack_number}", heading.pack))
        if pack_number:
            pack_entries.append(entry)
        else:
            entries.append(entry)
    entries += [_planned_entry(planned) for planned in course.coming]
    entries.sort(key=lambda entry: (entry.number, entry.id))
    all_entries = [*_with_part_headings(entries), *pack_entries]
    if len(all_entries) > max_rows:
        return [*entries, *pack_entries]
    first, *others = all_entries  # the first line needs no blank row above it
    blank_rows = sum(entry.is_heading for entry in others)
    if len(all_entries) + blank_rows > max_rows:
        return all_entries
    return [first, *(replace(entry, has_blank_row_above=entry.is_heading) for entry in others)]


def _with_part_headings(entries: Sequence[MapEntry]) -> Iterator[MapEntry]:
    """Yield the entries with a heading above each part; a planned lesson stays in the part of the entry before it."""
    part = ""
    for entry in entries:
        begins_part = entry.part and entry.part != part
        if begins_part:
            part = entry.part
            yield _heading_entry(f"part {part}", part)
        yield entry


def _heading_entry(id: str, title: str) -> MapEntry:
    """The entry of a heading. Its state is "coming", so that its line on the map cannot be chosen."""
    return MapEntry(id, number=0, title=title, state="coming", note="", is_heading=True)


def _written_entry(
    heading: "Heading", store: "Store", progress: "LessonProgress | None", *, is_known: bool
) -> MapEntry:
    """The entry of a written lesson; `is_known` says that the placement test found it to be known."""
    front_matter = heading.front_matter
    page = store.reading_position(front_matter.id)
    state = lesson_state(progress, page, known=is_known)
    # A progress that was looked up before the first page was read does not know that the lesson is begun.
    has_share = state == "begun" and progress is not None and progress.is_begun
    share = progress.share if progress is not None and has_share else None
    note = "" if state == "new" else str(state)  # until its progress is looked up, or if it has a fault
    if share is not None:
        note = format_share(share)
    return MapEntry(
        front_matter.id,
        number=heading.number,
        title=front_matter.title,
        state=state,
        note=note,
        level=progress.level if progress is not None else None,
        is_weak=bool(progress is not None and progress.weak),
        share=share,
        part=front_matter.part,
        minutes=front_matter.minutes,
    )


def _planned_entry(planned: "PlannedLesson") -> MapEntry:
    """The entry of a lesson that is not written yet, with the question that it will answer."""
    return MapEntry(planned.id, number=planned.number, title=planned.question, state="coming", note="coming")


MIN_ID_WIDTH = 112
"""The fewest cells of a line that has room for the id beside the longest title."""
ALL_COLUMNS = MapColumns()


def map_head(entries: Sequence[MapEntry], width: int) -> Content:
    """The headings of the columns that the lines of `entries` have in `width` cells."""
    return head_line(width, MapColumns.of(entries, width))


def format_map_lines(entries: Sequence[MapEntry], width: int) -> list[Content]:
    """Format each entry in `width` cells, all with the same columns."""
    columns = MapColumns.of(entries, width)
    return [format_map_line(entry, width, columns) for entry in entries]


def format_map_line(entry: MapEntry, width: int, columns: MapColumns = ALL_COLUMNS) -> Content:
    """Format the entry in `width` cells: mark, number, id, title, bar, and the columns at the right.

    Narrow lines leave out the id, which only command lines need, and the bar.
    """
    if entry.is_heading:
        title = Content.styled(entry.title, "bold $secondary").truncate(max(4, width), ellipsis=True)
        return Content.assemble("\n" if entry.has_blank_row_above else "", title)
    style = STATE_STYLES[entry.state]
    is_coming = entry.state == "coming"
    mark_and_number = Content.assemble(
        (f"{state_mark(entry.state)} ", style), (f"{entry.number:>2}  ", style if is_coming else "bold")
    )
    id_column = f"{entry.id:<17}" if width >= MIN_ID_WIDTH else ""
    right_columns = _right_columns(entry, columns, style)
    cells = max(4, width - mark_and_number.cell_length - len(id_column) - right_columns.cell_length)
    title = Content.styled(entry.title, style if is_coming else "")
    bar = _bar_column(entry) if width >= MIN_BAR_WIDTH else Content("")
    if title.cell_length + bar.cell_length > cells:
        bar = Content("")  # the title stays whole; the share is written in any case
    title = title.truncate(cells, ellipsis=True)
    gap = " " * (cells - title.cell_length - bar.cell_length)
    return Content.assemble(
        mark_and_number, (id_column, style if is_coming else "$secondary"), title, gap, bar, right_columns
    )


def lead_content(word: str) -> Content:
    """The word before a line above the map, such as `Next`; what follows begins in one column."""
    return Content.styled(f"{word:<{LEAD_CELLS}}", "bold $secondary")


def to_do_content(assignments: Sequence[str], width: int, *, is_short: bool) -> list[Content]:
    """What is to do, in lines of `width` cells; on a short screen one for each, so that there are rows for the map."""
    lead, indent = lead_content("To do"), " " * LEAD_CELLS
    lines = []
    for words in assignments:
        if is_short:
            lines.append(Content.assemble(lead, words).truncate(width, ellipsis=True))
        else:
            first, *others = wrap(words, width, indent, indent)
            lines += [Content.assemble(lead, first.removeprefix(indent)), *map(Content, others)]
    return lines


def fit_counts(counts: Sequence[str], max_cells: int) -> list[str]:
    """Shorten a list of counts, such as `12 answers on record`, until it fits into `max_cells` once it is joined.

    The second count loses the words `on record` if it has them, otherwise it is left out, and so is the next one. The
    first always stays.
    """
    fitting = list(counts)
    while len(fitting) > 1 and len(COUNT_SEPARATOR.join(fitting)) > max_cells:
        second = fitting.pop(1)
        if second.endswith(ON_RECORD):
            fitting.insert(1, second.removesuffix(ON_RECORD))
    return fitting


def head_line(width: int, columns: MapColumns = ALL_COLUMNS) -> Content:
    """The headings of the columns above lines of `width` cells."""
    indent = " " * 6  # the columns of mark and number
    words = [("done", DONE_CELLS)] if columns.has_done else []
    if columns.has_levels:
        words.append(("mastery", LEVEL_CELLS))
    words.append(("min", MINUTES_CELLS))
    gap = max(0, width - len(indent) - len("Lesson") - sum(cells for _, cells in words))
    parts = [(" " * (cells - len(word)), (word, "$text-quiet")) for word, cells in words]
    return Content.assemble(indent, ("Lesson", "$text-quiet"), " " * gap, *(piece for part in parts for piece in part))


def legend_line(entries: Sequence[MapEntry], *, is_short: bool = False) -> Content:
    """What the marks on the lines of `entries` mean, for the foot of the map; with `is_short` in fewer words."""
    states = {entry.state for entry in entries}
    meanings: Mapping[LessonState, str] = {
        "new": "new",
        "begun": "begun",
        "done": "done",
        "known": "known already" if is_short else "known by the placement test",
    }
    parts: list[Content] = [
        Content.assemble((state_mark(state), STATE_STYLES[state]), (f" {meaning}", "$text-quiet"))
        for state, meaning in meanings.items()
        if state in states
    ]
    if any(entry.is_weak for entry in entries):
        parts.append(Content.assemble(("!", "$text-warning"), (" to practise", "$text-quiet")))
    return Content("   ").join(parts)


def _right_columns(entry: MapEntry, columns: MapColumns, style: str) -> Content:
    """What a line has at the right of its title: the share that is done, the level, and the minutes."""
    if entry.state == "coming":  # it has none of these
        return Content.styled(f" {entry.note}", style)
    done = Content.styled(f"{entry.note:>{DONE_CELLS}}", style) if columns.has_done else Content("")
    level = _level_column(entry) if columns.has_levels else Content("")
    return Content.assemble(done, level, (f"{entry.minutes:>{MINUTES_CELLS}}", "$text-quiet"))


def _bar_column(entry: MapEntry) -> Content:
    """The bar for the share that is done, with a gap on its left; nothing if that is not known."""
    if entry.share is None:
        return Content("")
    from tutor.widgets.plots.bars import share_bar

    return Content.assemble("  ", share_bar(entry.share))


def _level_column(entry: MapEntry) -> Content:
    """The current level of the lesson's concepts, in `LEVEL_CELLS` cells; "!" before it if a concept is weak."""
    if entry.level is None:
        return Content(" " * LEVEL_CELLS)
    style = "$text-warning" if entry.is_weak else "$text-quiet"
    return Content.styled(f"{mark_level(entry.level, is_weak=entry.is_weak):>{LEVEL_CELLS}}", style)


def mark_level(level: float, *, is_weak: bool) -> str:
    """A level as it is written on the map and beside it: `63%`, and `! 44%` if that, or a part of it, is weak."""
    return f"{'! ' if is_weak else ''}{format_share(level)}"


def find_next_entry(entries: list[MapEntry], store: "Store") -> MapEntry | None:
    """The entry of the lesson to go on with; `None` if no lesson is written."""
    position = store.last_reading_position()  # (lesson, section)
    last_lesson = None if position is None else position[0]
    chosen_id = choose_next_lesson([(entry.id, entry.state) for entry in entries], last_lesson)
    for entry in entries:
        if entry.id == chosen_id:
            return entry
    return None


def find_unfinished_entry(entries: list[MapEntry], store: "Store") -> MapEntry | None:
    """The entry of the lesson to go on with; `None` also if all lessons are done."""
    entry = find_next_entry(entries, store)
    return None if entry is not None and entry.state == "done" else entry
