"""The pages of a lesson: their buttons, what was read and done on them, and the moment it is complete."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from tutor.content.front_matter import FrontMatter
from tutor.content.model import Lesson, SimulationBlock
from tutor.errors import ChainruleError
from tutor.quiz.session import Session
from tutor.screens.course.finish_panel import MAX_LINKS, FinishPanel
from tutor.screens.requests import OpenScreen
from tutor.statistics.completion import LessonProgress, lesson_progress, stored_name_of
from tutor.statistics.words import describe_open
from tutor.widgets.deferred import call_after_paint, call_soon
from tutor.widgets.lesson.exercise_box import ExerciseBox
from tutor.widgets.lesson.page import LessonPage
from tutor.widgets.signals import follow

if TYPE_CHECKING:
    from tutor.widgets.answers.question_card import QuestionCard

WORKED_THROUGH = 0.5
"""The share of a lesson's pages read above which its end leads to what is open, before the next lesson."""


class LessonPages(Container):
    """The pages of a lesson, with an account of what has been read and answered."""

    HELP = "The pages of a lesson. What you have read and answered is kept; the last page lists what is still open."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("E", "exercise", "Write it", id="lesson.exercise", tooltip="To the exercise in code on this page"),
        *(
            Binding(
                str(number),
                f"missing({number})",
                "What is missing",
                show=False,
                id=f"lesson.missing-{number}",
                tooltip=f"To the place with the number {number} in what the lesson still needs",
            )
            for number in range(1, MAX_LINKS + 1)
        ),
    ]

    class Finished(Message):
        """The lesson has just been completed."""

    def __init__(self, session: Session, lesson: Lesson) -> None:
        """Hold pages of `lesson`."""
        super().__init__(id="pages")
        self._session = session
        self._turned_to: int | None = None
        """The page that was turned to last; `None` while the first one is open."""
        self.begin(lesson)

    def on_mount(self) -> None:
        """Watch for other screens closing, on which an exercise may have passed."""
        follow(self, self.app.screen_change_signal, self._screen_changed)
        self.watch(self.screen, "page", self._note_turned, init=False)

    def _note_turned(self, page: int) -> None:
        self._turned_to = page

    def on_unmount(self) -> None:
        """Save the page even if the learner leaves as soon as it is turned to."""
        if self._turned_to is not None:
            self.keep_position(self._turned_to)

    def _screen_changed(self, screen: "Screen[Any]") -> None:
        if screen is self.screen:
            call_soon(self, self._mark_exercises)

    def begin(self, lesson: Lesson) -> None:
        """Start again with the lesson as it is written now."""
        self._lesson = lesson
        self.visited: int | None = None
        """The page that was opened to look something up: it is not the learner's place until she reads on there."""
        self._unsaved_read: set[int] = set()
        """Pages that were read and are not on record yet."""
        self._was_warned = False
        """Whether the learner was told that these cannot be saved."""
        self._round_pages: set[int] = set()
        """The pages that this round, from one open thing to the next, has led to."""
        self._is_on_round = self._had_round = False
        """Whether the learner is going from one open thing to the next, and whether she has been through them."""
        self.progress = self._count_progress()
        """How much of the lesson is done."""

    def _count_progress(self) -> LessonProgress:
        """Count what is done; the levels of the concepts, which take a while, only once everything is."""
        without_levels = lesson_progress(self._lesson, self._session.store, {})
        if not without_levels.is_done:
            return without_levels
        return lesson_progress(self._lesson, self._session.store)

    def make_panel(self) -> FinishPanel:
        """Make the panel above the buttons of the last page."""
        return FinishPanel(self._lesson, self.progress)

    @property
    def following(self) -> FrontMatter | None:
        """The lesson after this one."""
        return self._session.course.front_matter_after(self._lesson.id)

    @property
    def ways_on(self) -> list[tuple[str, str]]:
        """What comes after the last page: the next lesson first, or the quiz after the last lesson."""
        from tutor.quiz.parts import part_that_begins, part_that_ends

        following, course = self.following, self._session.course
        ways = [("quiz", "Quiz on this lesson"), ("home", "Course map")]
        coming = None if following is None else part_that_begins(course, following.id)
        if coming is not None:
            ways.insert(1, ("entry-quiz", f"Ready for “{coming.name}”? Quiz on what it builds on"))
        if (ended := part_that_ends(course, self._lesson.id)) is not None:
            ways.insert(1, ("part-quiz", f"Quiz on the part “{ended.name}”"))
        return ways if following is None else [("continue", f"Continue: {following.title} →"), *ways]

    @property
    def _ways_in(self) -> list[tuple[str, str]]:
        """On the first page of a part that builds on others: the quiz on what it builds on."""
        from tutor.quiz.parts import part_that_begins

        begun = part_that_begins(self._session.course, self._lesson.id)
        return [("before-quiz", "Ready? Quiz before this part")] if begun else []

    def turns_of(self, page: int) -> list[tuple[str, str]]:
        """The buttons at the foot of a page as (action, words); the first is what Enter does."""
        sections = self._lesson.sections
        is_last = page + 1 == len(sections)
        turns = self.ways_on if is_last else [("next", f"Next: {sections[page + 1].title} →")]
        if not page:
            turns += self._ways_in
        progress = self._progress_once_read(page)
        if is_last and self._had_round and progress.missing:
            turns.insert(1, ("open", f"To what is still open: {describe_open(progress)}"))
        elif progress.missing and (progress.pages.share > WORKED_THROUGH if is_last else self._is_on_round):
            is_ahead = is_last or self._next_open(page) is not None
            words = f"To what is open: {describe_open(progress)}" if is_ahead else "To the list of what is open"
            turns.insert(0, ("open", words))
        return [*turns, ("previous", "← Previous page")] if page else turns

    def _progress_once_read(self, page: int) -> LessonProgress:
        """How much of the lesson is done once a page is read."""
        pages = self.progress.pages
        unread = tuple(other for other in pages.open_pages if other != page)
        return replace(self.progress, pages=replace(pages, open_pages=unread))

    def continue_round(self, after: int, *, is_new: bool = False) -> int:
        """Return the next page of the round with something open, or the last page, whose list ends the round.

        A round that `is_new` may lead to every page again.
        """
        if is_new:
            self._round_pages.clear()
        page = self._next_open(after)
        self._is_on_round = page is not None
        if page is not None:
            self._round_pages.add(page)
        self._had_round = self._had_round or page is None or self._next_open(page) is None
        return len(self._lesson.sections) - 1 if page is None else page

    def _next_open(self, after: int) -> int | None:
        """The next page after `after` that has something open and was not on this round; otherwise the first before."""
        pages = {page for part in self.progress.missing for page in part.open_pages} - self._round_pages - {after}
        return min((page for page in pages if page > after), default=min(pages, default=None))

    def is_open_within(self, page: int) -> bool:
        """Whether a page that was read has a question or a task that is open."""
        return (
            any(page in part.open_pages for part in self.progress.missing)
            and page not in self.progress.pages.open_pages
        )

    async def renew_turns(self, shown: LessonPage, page: int) -> None:
        """Let the buttons at the foot of a page say what is open now."""
        if page + 1 == len(self._lesson.sections) or not self.progress.is_done:
            await shown.turn_with(self.turns_of(page))

    def keep_task(self, block: SimulationBlock, index: int) -> None:
        """Record that a task was done."""
        store, stored_name = self._session.store, stored_name_of(self._lesson.id, block, block.tries[index])
        try:
            store.save_stored(stored_name, store.clock().isoformat(), "the task you have done")
        except ChainruleError as error:
            self.notify(str(error), title="The task was not kept", severity="warning")

    def say_what_is_left(self) -> None:
        """On the way to the next lesson, say what this one still needs."""
        if words := self.progress.words:
            name = self._lesson.heading.front_matter.short_title
            self.notify(f"“{name}” still needs: {words}. The map leads back to it.", timeout=4)

    def keep_position(self, page: int) -> None:
        """Record the reading position, except for a mere visit, or a first page opened before any other."""
        self._mark_exercises()
        if page == self.visited:
            return
        self.visited = None
        store, id = self._session.store, self._lesson.id
        kept = store.reading_position(id)
        if kept == page or (kept is None and page == 0):
            return
        try:
            store.save_reading_position(id, page)
        except ChainruleError as error:
            self.notify(str(error), title="Your place was not kept", severity="warning")
        else:
            self.save_pages_read()

    async def on_lesson_page_read_to_end(self, event: LessonPage.ReadToEnd) -> None:
        """Record that a page was read."""
        event.stop()
        page = self._lesson.sections.index(event.section) if event.section in self._lesson.sections else None
        if page is None or page not in self.progress.pages.open_pages:
            return
        self._unsaved_read.add(page)
        if page or event.was_scrolled or self.progress.is_begun or len(self._lesson.sections) == 1:
            self.save_pages_read()
            await self.look(at_end=True)

    def save_pages_read(self) -> None:
        """Record which pages were read; a mere glance at a lesson's first page is not recorded."""
        try:
            while self._unsaved_read:
                self._session.store.save_page_read(self._lesson.id, min(self._unsaved_read))
                self._unsaved_read.remove(min(self._unsaved_read))
        except ChainruleError as error:
            if not self._was_warned and self.progress.page is not None:  # otherwise it is told of the reading position
                self.notify(str(error), title="The page was not kept as read", severity="warning")
                self._was_warned = True

    async def on_question_card_answered(self, event: "QuestionCard.Answered") -> None:
        """Check whether the answer completed the lesson."""
        self.save_pages_read()
        await self.look()

    async def look(self, at_end: bool = False) -> None:
        """Update the counts, and announce once that the lesson is complete; `at_end` if the reader is at its end."""
        before, self.progress = self.progress, self._count_progress()
        for panel in self.query(FinishPanel):
            await panel.update(self.progress)
        for page in self.query(LessonPage):
            if page.display and page.section in self._lesson.sections:
                await self.renew_turns(page, self._lesson.sections.index(page.section))
        if self.progress.is_done and not before.is_done:
            await self._announce_completion(at_end)
            self.post_message(self.Finished())

    async def _announce_completion(self, at_end: bool) -> None:
        """Put the announcement at the bottom of the page, where it covers nothing."""
        for page in self.query(LessonPage):
            if page.display:
                panel = None if page.query(FinishPanel) else self.make_panel()
                await page.end_with(panel, self.ways_on)
                if at_end:
                    call_after_paint(page, page.focus_continue)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Bind a digit only to a visible missing item, and E only where there is an exercise."""
        if action == "exercise":
            return any(isinstance(part, ExerciseBox) for part in self._visible_parts)
        return action != "missing" or int(str(parameters[0])) <= len(self._linked_pages)

    @property
    def _linked_pages(self) -> list[int]:
        """The pages in the visible panel, without a costly query since every key asks for them."""
        return [page for panel in self._visible_parts if isinstance(panel, FinishPanel) for page in panel.pages]

    @property
    def _visible_parts(self) -> list[Widget]:
        """The parts of the visible page."""
        return [part for page in self.children if page.display for part in page.children]

    # -- exercises in code

    def action_exercise(self) -> None:
        """Open the first visible exercise, preferring one not passed yet; otherwise the nearest."""
        boxes = [part for part in self._visible_parts if isinstance(part, ExerciseBox)]
        seen = [box for box in boxes if box.region.overlaps(self.region)]
        waiting = [box for box in seen if not box.has_passed]
        below = [box for box in boxes if box.region.y >= self.region.bottom]
        if in_order := (*waiting, *seen, *below, *boxes[-1:]):
            self.post_message(OpenScreen("exercise", in_order[0].block.id))

    def on_exercise_box_opened(self, event: ExerciseBox.Opened) -> None:
        """Open an exercise."""
        event.stop()
        self.post_message(OpenScreen("exercise", event.block.id))

    def _mark_exercises(self) -> None:
        """Mark the exercises that have passed."""
        boxes = list(self.query(ExerciseBox))
        passed = self._session.store.coded_exercises(passed=True) if boxes else ()
        for box in boxes:
            box.has_passed = box.block.id in passed

    def action_missing(self, number: int) -> None:
        """Go to the missing item with this number."""
        self.post_message(FinishPanel.GoToPage(self._linked_pages[number - 1]))
