"""The course map: where you are, what is next, what is done, what is due."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message
from textual.widgets.option_list import Option

from tutor.progress.tables.paths import assignment_folders
from tutor.quiz.session import Session
from tutor.quiz.unfinished import load_unanswered_ids
from tutor.screens.base import MIN_TALL_ROWS, MIN_WIDE_COLUMNS, Banner, CourseScreen
from tutor.screens.course.map_details import lesson_details, lessons_building_on
from tutor.screens.course.map_lines import (
    COUNT_SEPARATOR,
    ON_RECORD,
    MapEntry,
    find_next_entry,
    find_unfinished_entry,
    fit_counts,
    format_map_lines,
    lead_content,
    legend_line,
    list_map_entries,
    map_head,
    to_do_content,
)
from tutor.screens.requests import OpenLesson, OpenQuiz, OpenQuizSetup, OpenScreen
from tutor.statistics.completion import LessonProgress
from tutor.text.numbers import counted
from tutor.widgets.deferred import call_after, call_after_paint, run_in_thread
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import OptionList, Static, literal

if TYPE_CHECKING:
    from tutor.classroom.assignment import Assignment

MAX_MAP_COLUMNS = 118
"""Columns beyond which the map does not grow."""
CELLS_AROUND_LINE = 4
"""Columns of the map beside its lines: two of padding, a blank one, and the scroll bar."""
MIN_SIDE_COLUMNS, MAX_SIDE_COLUMNS = 46, 70
"""Columns of the panel beside the map, at least and at most."""
ROWS_AROUND_MAP = 9
"""Rows of the screen that are not the map's: the banner, what is next, the columns' names, the marks, the keys."""
ROWS_SPARED_ON_SHORT = 3
"""Rows that a map on a short screen has more: two without blank rows, one since what is next and done share a line."""
EXTRA_ABOUT_ROWS = 2
"""Rows that the map loses where the description of a lesson is below the map instead of beside it."""
MAX_ASSIGNMENTS_SHOWN = 3
"""The most assignments that are shown; of the others only the number is shown."""
LOOK_UP_AFTER = 0.2
"""Seconds to wait before slow look-ups, so that the map is painted first."""


class CourseMap(OptionList):
    """The lessons of the course. Enter opens the one that is marked."""

    HELP_TITLE = "Lessons"
    HELP = (
        "The lessons of the course. Enter opens the one under the cursor. Beside each stand the minutes it takes and, "
        "once you have begun it, how much of it you have done; mastery is how well you know its concepts now, as your "
        "answers tell and as time passes. An exclamation mark says that a lesson is worth practising."
    )

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open", id="map.open", tooltip="Open the lesson under the cursor"),
        Binding("down,j", "cursor_down", "Down", show=False, id="map.down", tooltip="To the next lesson"),
        Binding("up,k", "cursor_up", "Up", show=False, id="map.up", tooltip="To the lesson before"),
    ]
    DEFAULT_CSS = """
    CourseMap {
        background: $background;
        border: none;
        padding: 0 0 0 2;
        &:focus { background-tint: initial; border: none; }
    }
    """


class HomeScreen(CourseScreen):
    """The course map: the first screen, and the one you always come back to."""

    HELP_TITLE = "Course map"
    also_shown = frozenset(("home.playground", "home.glossary", "home.formulas", "screen.jump"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "z",
            "quiz",
            "Quiz",
            id="home.quiz",
            tooltip="Questions on what you choose, to practise or as an exam",
        ),
        Binding("d", "due", "Due", id="home.due", tooltip="Only the questions that are due for review"),
        Binding("i", "progress", "Progress", id="home.progress", tooltip="What is on your record"),
        Binding("q", "app.quit", "Quit", id="home.quit", tooltip="Leave; everything is kept"),
    ]

    class LessonSkipped(Message):
        """A lesson of an added folder turned out to have faults."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._progress: dict[str, LessonProgress] = {}
        """Id of a lesson → the learner's progress in it; empty until it is looked up after the first paint."""
        self._entries: list[MapEntry] = []
        """What the lines of the map show, from the top down."""
        self._written_size = Size(0, 0)
        """The size of the terminal that the lines were written for."""
        self._next_row: int | None = None
        """The row where the cursor was last put because the lesson to go on with was there."""
        self._due_count: int | None = None
        """How many questions are due; `None` until this and what else the map says is looked up."""
        self._unfinished_count = 0
        """How many questions are left in a quiz that was not finished; 0 until that is looked up."""
        self._assignments: list[Assignment | str] = []
        """The assignments that the learner keeps, or what is wrong with a file; read after the first paint."""
        self._last_read = session.store.last_reading_position()
        """The lesson and page that were read last when the map was last shown."""

    def compose(self) -> ComposeResult:
        """Yield what is next and done, the map, and a place for the description of the highlighted lesson."""
        options = self._rebuild_options()
        yield Banner("Chainrule", "a course on neural networks")
        yield Static(self._now_content(), id="now")
        yield Static(map_head(self._entries, self._line_width), id="head")
        yield CourseMap(*options, id="map")
        yield Static(id="legend")
        yield Static(id="about")
        notices = Static(id="notices")
        self._update_notices(notices)
        yield notices
        yield KeyBar()

    # -- what is shown

    def on_mount(self) -> None:
        """Highlight the next lesson; look up the rest once the map is painted."""
        self._highlight_next()
        call_after(self, LOOK_UP_AFTER, self._look_up_progress)
        call_after(self, LOOK_UP_AFTER, run_in_thread, self, self._check_added_lessons)
        if any(folder.is_dir() for folder in assignment_folders(self.session.store.folder)):
            call_after(self, LOOK_UP_AFTER, run_in_thread, self, self._read_assignments, self._show_assignments)

    def on_screen_resume(self) -> None:
        """Refresh the map when the learner comes back to it, since she may have done more."""
        if self._due_count is None:  # first showing of the map: `on_mount` has already scheduled the look-up
            return
        last_read = self.session.store.last_reading_position()
        if last_read != self._last_read:  # the learner has gone on from lesson to lesson
            self._last_read = last_read
            self._rewrite_map()
            self._highlight_next()
        call_after_paint(self, self._look_up_progress)

    def _highlight_next(self) -> None:
        """Put the cursor on the lesson to go on with."""
        next_entry = find_next_entry(self._entries, self.session.store)
        if next_entry is not None:
            self._map.highlighted = self._next_row = self._entries.index(next_entry)

    def on_resize(self, event: Resize) -> None:
        """Rewrite the lines for the new width."""
        self.query_one("#about").styles.width = self._side_columns or None
        self._write_legends()
        if event.size != self._written_size:
            self._rewrite_map()
            self._describe_highlighted()

    @property
    def _side_columns(self) -> int:
        """The width of the panel beside the map; 0 if there is no room for it."""
        width = self.app.size.width
        if width < MIN_WIDE_COLUMNS:
            return 0
        return min(max(width - MAX_MAP_COLUMNS, MIN_SIDE_COLUMNS), MAX_SIDE_COLUMNS)

    @property
    def _is_short(self) -> bool:
        """Whether the screen has so few rows that each counts."""
        return self.app.size.height < MIN_TALL_ROWS

    @property
    def _line_width(self) -> int:
        """The width of a line of the map: what the screen and the panel leave, up to `MAX_MAP_COLUMNS`."""
        return min(MAX_MAP_COLUMNS, self.app.size.width - self._side_columns) - CELLS_AROUND_LINE

    @property
    def _map(self) -> CourseMap:
        return self.query_one(CourseMap)

    def _rebuild_options(self) -> list[Option]:
        """List the lessons again in `_entries`, and return the lines of the map for the current size.

        Where there are too few rows, blank rows are left out first, then the headings of the course's parts. Each line
        is cut to the width of the map.
        """
        map_rows = self.app.size.height - ROWS_AROUND_MAP - len(self._to_do_lines()) - len(self._notice_lines())
        if not self._side_columns:  # the description of a lesson is below the map
            map_rows -= EXTRA_ABOUT_ROWS
        if self._is_short:
            map_rows += ROWS_SPARED_ON_SHORT
        self._entries = list_map_entries(self.session.course, self.session.store, self._progress, map_rows)
        self._written_size = self.app.size
        return [
            Option(line, id=entry.id, disabled=entry.state == "coming")
            for entry, line in zip(self._entries, format_map_lines(self._entries, self._line_width), strict=True)
        ]

    def _rewrite_map(self) -> None:
        """Rewrite the lines. The cursor stays on its row; if it was on the next lesson, it follows that lesson."""
        row = self._map.highlighted
        self._map.set_options(self._rebuild_options())
        self._map.highlighted = row
        if row == self._next_row:
            self._highlight_next()
        self.query_one("#head", Static).update(map_head(self._entries, self._line_width))
        self.query_one("#now", Static).update(self._now_content())
        self._write_legends()

    def _write_legends(self) -> None:
        """Say what the marks on the map mean: at its foot, and on the upper edge of what is below a narrow one."""
        self.query_one("#legend", Static).update(legend_line(self._entries))
        self.query_one("#about").border_title = literal(legend_line(self._entries, is_short=True).pad(1, 1))

    def _now_content(self) -> Content:
        """Describe what is next, how much is done and due, and the assignments.

        On a short screen, what is next and what is done share a line, so that the map has the others.
        """
        next_entry = find_unfinished_entry(self._entries, self.session.store)
        lead = lead_content("Go on" if next_entry is not None and next_entry.state == "begun" else "Next")
        lines = []
        if next_entry is not None and self._is_short:
            short_title, _, _ = next_entry.title.partition(": ")  # the map has the whole title
            begin = Content.assemble(lead, short_title, COUNT_SEPARATOR)
            width = self._line_width + 1  # no scroll bar is beside it
            counts = fit_counts(self._count_words(done=" done"), width - len(begin.plain))
            lines.append(Content.assemble(begin, COUNT_SEPARATOR.join(counts)).truncate(width, ellipsis=True))
        else:
            if next_entry is not None:
                lines.append(Content.assemble(lead, next_entry.title))
            lines.append(Content.assemble(lead_content("Done"), COUNT_SEPARATOR.join(self._count_words())))
        lines += to_do_content(self._to_do_lines(), self._line_width + 1, is_short=self._is_short)
        return Content("\n").join(lines)

    def _count_words(self, done: str = "") -> list[str]:
        """Say how many lessons are done, with the word `done` after them, and how many answers there are and due."""
        done_count = sum(entry.state == "done" for entry in self._entries)
        written_count = sum(entry.state != "coming" for entry in self._entries)
        counts = [
            f"{done_count} of {counted(written_count, 'lesson')}{done}",
            f"{counted(self.session.store.count_answers(), 'answer')}{ON_RECORD}",
        ]
        if self._due_count is not None:
            counts.append(f"{self._due_count} due" if self._due_count else "nothing due")
        if self._unfinished_count:
            counts.append(f"quiz: {self._unfinished_count} to go")
        return counts

    def _to_do_lines(self) -> list[str]:
        """Describe the first `MAX_ASSIGNMENTS_SHOWN` assignments, and count the others."""
        if not self._assignments:
            return []
        from tutor.classroom.shelf import course_map_words

        attempts, now = self.session.store.attempts(), self.session.clock()
        lines = []
        for assignment in self._assignments[:MAX_ASSIGNMENTS_SHOWN]:
            if isinstance(assignment, str):  # the file could not be read as an assignment, and this says why
                lines.append(assignment)
            else:
                lines.append(course_map_words(assignment, attempts, now))
        further_count = len(self._assignments) - MAX_ASSIGNMENTS_SHOWN
        if further_count > 0:
            lines.append(f"and {counted(further_count, 'more assignment')}")
        return lines

    def _notice_lines(self) -> list[str]:
        """What the learner is told about the record and about lessons that are left out."""
        lines = [self.session.store.notice] if self.session.store.notice else []
        faults = self.session.course.faults
        if faults:
            lines.append(f"Left out: {faults[0]}")
        if len(faults) > 1:
            lines.append(f"and {counted(len(faults) - 1, 'more fault')}; chainrule check lists them all")
        return lines

    def _update_notices(self, notices: Static) -> None:
        """Show the current notices in the widget `notices`, which is hidden if there are none."""
        lines = self._notice_lines()
        notices.update(Content("\n".join(f"! {line}" for line in lines)))
        notices.display = bool(lines)

    @on(OptionList.OptionHighlighted)
    def _describe_entry(self, event: OptionList.OptionHighlighted) -> None:
        """Describe the lesson that the cursor has moved to."""
        for entry in self._entries:  # no entry matches if the lesson under the cursor has been left out meanwhile
            if entry.id == event.option_id:
                self.query_one("#about", Static).update(self._entry_details(entry))

    def _describe_highlighted(self) -> None:
        """Update the description of the highlighted lesson."""
        row = self._map.highlighted
        if row is not None and row < len(self._entries):
            self.query_one("#about", Static).update(self._entry_details(self._entries[row]))

    def _entry_details(self, entry: MapEntry) -> Content:
        """Describe a lesson: at length if there is room beside the map, otherwise in the three lines below it."""
        if entry.state == "coming":  # planned, and not written yet
            return Content.assemble(entry.title, "\n", "This lesson is not written yet.")
        course = self.session.course
        front_matter = next(heading.front_matter for heading in course.headings if heading.front_matter.id == entry.id)
        progress = self._progress.get(entry.id)
        needed_lessons = course.name_lessons(front_matter.needs)
        if self._side_columns:
            from tutor.screens.course.map_panel import lesson_panel

            return lesson_panel(front_matter, progress, needed_lessons, lessons_building_on(course, entry.id))
        find, width = partial(lessons_building_on, course, entry.id), self.query_one("#about").content_size.width
        return lesson_details(front_matter, progress, needed_lessons, find, width)

    # -- what is looked up after the first paint

    def _look_up_progress(self) -> None:
        """Look up each lesson's progress and what is due, and show it."""
        from tutor.statistics.completion import course_progress

        store = self.session.store
        self._due_count = len(store.due(self.session.clock()))
        self._unfinished_count = len(load_unanswered_ids(self.session.course, store))
        progress = course_progress(self.session.course, store)
        if progress != self._progress:
            self._progress = progress
            self._rewrite_map()
        else:
            self.query_one("#now", Static).update(self._now_content())
        self._describe_highlighted()

    def _read_assignments(self) -> Iterator[None]:
        """Read the kept assignments; a generator with a step for each, as `run_in_thread` needs it."""
        from tutor.classroom.shelf import list_kept_files, read_kept_assignments

        assignments = []
        for assignment in read_kept_assignments(list_kept_files(self.session.store.folder), self.session.course):
            assignments.append(assignment)
            yield
        self._assignments = assignments

    def _show_assignments(self) -> None:
        """Show the assignments that the thread has read; they take rows from the map."""
        if self._assignments:
            self._rewrite_map()

    def _check_added_lessons(self) -> Iterator[None]:
        """Check the lessons of added folders; a generator with a step for each, as `run_in_thread` needs it."""
        course = self.session.course
        fault_count = len(course.faults)
        for _ in course.prove():  # yields after each lesson
            if len(course.faults) != fault_count:
                fault_count = len(course.faults)
                self.post_message(self.LessonSkipped())
            yield

    def on_home_screen_lesson_skipped(self) -> None:
        """Say which lessons were skipped, and remove them from the map."""
        self._update_notices(self.query_one("#notices", Static))
        self._rewrite_map()

    # -- what can be done

    @on(OptionList.OptionSelected)
    def _open_selected(self, event: OptionList.OptionSelected) -> None:
        if event.option_id is not None:
            self.post_message(OpenLesson(event.option_id))

    def action_quiz(self) -> None:
        """Open the form on which a quiz is set up."""
        self.post_message(OpenQuizSetup())

    def action_due(self) -> None:
        """Start a quiz of what is due."""
        from tutor.quiz.selection import QuizOptions, Scope

        self.post_message(OpenQuiz(QuizOptions(Scope(due=True))))

    def action_progress(self) -> None:
        """Show the record."""
        self.post_message(OpenScreen("progress"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether an action can be run now: all can, except those that would lead to this screen."""
        return action not in {"back", "course_map"}
