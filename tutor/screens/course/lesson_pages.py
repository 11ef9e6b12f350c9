"""The pages of a lesson: their buttons, what was read and done on them, and the moment it is complete."""

from typing import TYPE_CHECKING, Any, ClassVar

from msgspec.structs import replace
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
from tutor.statistics.words import describe_open, describe_open_pages
from tutor.widgets.deferred import call_after_paint, call_soon
from tutor.widgets.lesson.exercise_box import ExerciseBox
from tutor.widgets.lesson.page import LessonPage
from tutor.widgets.signals import follow

if TYPE_CHECKING:
    from tutor.widgets.answers.question_card import QuestionCard

WORKED_THROUGH = 0.5
"""If more than this share of the pages is read, Enter on the last page leads to what is open, not to the next lesson.
"""


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

    class Counted(Message):
        """What is done of the lesson has been counted again."""

    def __init__(self, session: Session, lesson: Lesson) -> None:
        """Hold pages of `lesson`."""
        super().__init__(id="pages")
        self._session = session
        self._turned_to: int | None = None
        """The page that was turned to last; `None` while the first one is open."""
        self.begin(lesson)

    def on_mount(self) -> None:
        """Watch for page turns, and for the return to this screen: an exercise may have been passed meanwhile."""
        follow(self, self.app.screen_change_signal, self._screen_changed)
        self.watch(self.screen, "page", self._note_turned, init=False)

    def _note_turned(self, page: int) -> None:
        """Note the page that the screen has turned to, even before it is shown."""
        self._turned_to = page

    def on_unmount(self) -> None:
        """Save the reading position, even if the learner leaves right after turning a page."""
        if self._turned_to is not None:
            self.record_position(self._turned_to)

    def _screen_changed(self, screen: "Screen[Any]") -> None:
        """Mark the exercises that have passed when this screen is on top again."""
        if screen is self.screen:
            call_soon(self, self._mark_exercises)

    def begin(self, lesson: Lesson) -> None:
        """Begin with `lesson`; called again with its new text when its file has changed."""
        self._lesson = lesson
        self.visited: int | None = None
        """The page that was opened to look something up; it becomes the learner's place once she reads on there."""
        self._unsaved_pages: set[int] = set()
        """Pages that were read and are not on record yet."""
        self._was_warned = False
        """Whether the learner was told that pages cannot be saved."""
        # A round leads from one open page to the next by buttons at the foot of the pages, and to each page only once.
        # A page is open while it is unread, or has a task or a question that is not done.
        self._round_pages: set[int] = set()
        """The pages to which this round has led so far."""
        self._is_on_round = False
        """Whether the learner is on a round."""
        self._had_round = False
        """Whether a round was completed, that is, has led to its last open page."""
        self.progress = self._count_progress()
        """How much of the lesson is done."""

    def _count_progress(self) -> LessonProgress:
        """Count what is done. The levels of the concepts take a while, so they are added only once all is done."""
        without_levels = lesson_progress(self._lesson, self._session.store, {})
        if not without_levels.is_done:
            return without_levels
        return lesson_progress(self._lesson, self._session.store)

    def make_panel(self) -> FinishPanel:
        """Make the panel above the buttons of the last page."""
        return FinishPanel(self._lesson, self.progress)

    @property
    def next_lesson(self) -> FrontMatter | None:
        """The lesson after this one; `None` if this is the last."""
        return self._session.course.front_matter_after(self._lesson.id)

    @property
    def _end_buttons(self) -> list[tuple[str, str]]:
        """The buttons after the last page: the next lesson, if there is one, quizzes, and the map."""
        from tutor.quiz.parts import part_that_begins, part_that_ends

        next_lesson, course = self.next_lesson, self._session.course
        buttons = []
        if next_lesson is not None:
            buttons.append(("continue", f"Continue: {next_lesson.title} →"))
        buttons.append(("quiz", "Quiz on this lesson"))
        ending_part = part_that_ends(course, self._lesson.id)
        if ending_part is not None:
            buttons.append(("part-quiz", f"Quiz on the part “{ending_part.name}”"))
        next_part = None if next_lesson is None else part_that_begins(course, next_lesson.id)
        if next_part is not None:
            buttons.append(("entry-quiz", f"Ready for “{next_part.name}”? Quiz on what it builds on"))
        buttons.append(("home", "Course map"))
        return buttons

    def foot_buttons(self, page: int) -> list[tuple[str, str]]:
        """The buttons at the foot of a page as (action, words); Enter presses the first."""
        from tutor.quiz.parts import part_that_begins

        sections = self._lesson.sections
        is_last = page + 1 == len(sections)
        buttons = self._end_buttons if is_last else [("next", f"Next: {sections[page + 1].title} →")]
        if page == 0 and part_that_begins(self._session.course, self._lesson.id):
            buttons.append(("before-quiz", "Ready? Quiz before this part"))
        self._insert_button_to_open(buttons, page, is_last)
        if page > 0:
            buttons.append(("previous", "← Previous page"))
        return buttons

    def words_ahead(self, page: int) -> str:
        """Say on the last page of several where Enter leads from its foot, which may be far below; "" elsewhere."""
        if page == 0 or page + 1 < len(self._lesson.sections):
            return ""
        action, _ = self.foot_buttons(page)[0]
        if action == "open":
            progress = self._progress_once_read(page)
            return f"{describe_open(progress)} open{describe_open_pages(progress)}"
        return f"next: {self.next_lesson.short_title}" if self.next_lesson is not None else ""

    def _insert_button_to_open(self, buttons: list[tuple[str, str]], page: int, is_last: bool) -> None:
        """Insert a button that leads to what is open in the lesson, if there is reason to go there from this page.

        Enter presses the first button. On the last page, the new button is first if more than half of the pages are
        read; after a round it is second, since the learner has seen what is open. On other pages it is inserted only
        during a round, and is first.
        """
        progress = self._progress_once_read(page)
        if not progress.missing:
            return
        if is_last and self._had_round:
            buttons.insert(1, ("open", f"To what is still open: {describe_open(progress)}"))
        elif is_last and progress.pages.share > WORKED_THROUGH:
            buttons.insert(0, ("open", f"To what is open: {describe_open(progress)}"))
        elif not is_last and self._is_on_round:
            is_more_ahead = self._next_open_page(page) is not None
            words = f"To what is open: {describe_open(progress)}" if is_more_ahead else "To the list of what is open"
            buttons.insert(0, ("open", words))

    def _progress_once_read(self, page: int) -> LessonProgress:
        """How much of the lesson is done if `page` counts as read."""
        pages = self.progress.pages
        unread = tuple(other for other in pages.open_pages if other != page)
        return replace(self.progress, pages=replace(pages, open_pages=unread))

    def continue_round(self, after: int, *, is_new: bool = False) -> int:
        """Return the page to which the round leads from the page `after`: the next open page.

        If there is none, the round ends and leads to the last page, which lists what is open. A new round may lead to
        every page again.
        """
        if is_new:
            self._round_pages.clear()
        page = self._next_open_page(after)
        self._is_on_round = page is not None
        if page is None:
            self._had_round = True
            return len(self._lesson.sections) - 1
        self._round_pages.add(page)
        if self._next_open_page(page) is None:  # `page` is the last of this round
            self._had_round = True
        return page

    def _next_open_page(self, after: int) -> int | None:
        """Return the page to which a round leads from the page `after`; `None` at the end of the round.

        It is the next open page to which this round has not led yet. If all of those are before `after`, it is the
        first of them.
        """
        open_pages = {page for part in self.progress.missing for page in part.open_pages}
        candidates = sorted(open_pages - self._round_pages - {after})
        pages_ahead = [page for page in candidates if page > after]
        ahead_first = [*pages_ahead, *candidates]  # if none is ahead, the first of all comes first
        return ahead_first[0] if ahead_first else None

    def has_open_item(self, page: int) -> bool:
        """Whether a page was read and still has an open question or task."""
        was_read = page not in self.progress.pages.open_pages
        return was_read and any(page in part.open_pages for part in self.progress.missing)

    async def update_buttons(self, page_widget: LessonPage, page: int) -> None:
        """Update the buttons at the foot of a page to what is open now.

        Once the lesson is done, the pages before the last keep their buttons, since `_end_page_with_panel` may have put
        the buttons of the last page there.
        """
        is_last = page + 1 == len(self._lesson.sections)
        if is_last or not self.progress.is_done:
            await page_widget.set_foot_buttons(self.foot_buttons(page))

    def record_done_task(self, block: SimulationBlock, index: int) -> None:
        """Record that a task of `block` was done."""
        store = self._session.store
        stored_name = stored_name_of(self._lesson.id, block, block.tasks[index])
        try:
            store.save_stored(stored_name, store.clock().isoformat(), what="the task you have done")
        except ChainruleError as error:
            self.notify(str(error), title="The task was not kept", severity="warning")

    def say_what_is_left(self) -> None:
        """On the way to the next lesson, say what this one still needs."""
        if words := self.progress.words:
            name = self._lesson.heading.front_matter.short_title
            self.notify(f"“{name}” still needs: {words}. The map leads back to it.", timeout=4)

    def record_position(self, page: int) -> None:
        """Record the reading position, unless the page is only visited, or the lesson was just opened at page 0."""
        self._mark_exercises()
        if page == self.visited:
            return
        self.visited = None
        store, id = self._session.store, self._lesson.id
        recorded_page = store.reading_position(id)
        is_only_opened = recorded_page is None and page == 0
        if recorded_page == page or is_only_opened:
            return
        try:
            store.save_reading_position(id, page)
        except ChainruleError as error:
            self.notify(str(error), title="Your place was not kept", severity="warning")
        else:
            self.save_pages_read()  # the first page may have waited for this: going on from it shows that it was read

    async def on_lesson_page_read_to_end(self, event: LessonPage.ReadToEnd) -> None:
        """Record that a page was read."""
        event.stop()
        if event.section not in self._lesson.sections:  # the page was made before the lesson's file changed
            return
        page = self._lesson.sections.index(event.section)
        if page not in self.progress.pages.open_pages:
            return
        self._unsaved_pages.add(page)
        # Opening a lesson shows its first page, so seeing it is no sign of reading. It counts as read once it was
        # scrolled, or once the learner has done something else in the lesson.
        was_only_opened = page == 0 and not event.was_scrolled and not self.progress.is_begun
        if not was_only_opened or len(self._lesson.sections) == 1:
            self.save_pages_read()
            await self.update_progress(is_at_end=True)

    def save_pages_read(self) -> None:
        """Record which pages were read. If that fails, say so once, and try again after the next page."""
        try:
            for page in sorted(self._unsaved_pages):  # a sorted copy, since the set changes
                self._session.store.save_page_read(self._lesson.id, page)
                self._unsaved_pages.remove(page)
        except ChainruleError as error:
            # Without a recorded reading position, saving that has failed too, and the learner was already told.
            if not self._was_warned and self.progress.page is not None:
                self.notify(str(error), title="The page was not kept as read", severity="warning")
                self._was_warned = True

    async def on_question_card_answered(self, event: "QuestionCard.Answered") -> None:
        """Check whether the answer completed the lesson."""
        self.save_pages_read()
        await self.update_progress()

    async def update_progress(self, *, is_at_end: bool = False) -> None:
        """Count again what is done, show it, and announce once that the lesson is complete.

        With `is_at_end` the learner is at the end of a page, so the button that goes on can take the focus.
        """
        was_done = self.progress.is_done
        self.progress = self._count_progress()
        for panel in self.query(FinishPanel):
            await panel.update(self.progress)
        for page in self.query(LessonPage):
            if page.display and page.section in self._lesson.sections:
                await self.update_buttons(page, self._lesson.sections.index(page.section))
        if self.progress.is_done and not was_done:
            await self._end_page_with_panel(is_at_end=is_at_end)
        self.post_message(self.Counted())

    async def _end_page_with_panel(self, *, is_at_end: bool) -> None:
        """Put the panel and the buttons of the last page at the foot of the visible page too.

        A dialog would cover the verdict that completed the lesson.
        """
        for page in self.query(LessonPage):
            if page.display:
                panel = None if page.query(FinishPanel) else self.make_panel()  # the last page has its panel already
                await page.set_end_buttons(panel, self._end_buttons)
                if is_at_end:
                    call_after_paint(page, page.focus_continue)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether an action can be run now: `missing` if the panel shows its number, `exercise` if there is one."""
        if action == "exercise":
            return any(isinstance(widget, ExerciseBox) for widget in self._visible_widgets)
        if action == "missing":
            (number,) = parameters
            return int(str(number)) <= len(self._linked_pages)
        return True

    @property
    def _linked_pages(self) -> list[int]:
        """The pages to which the visible panel has buttons; found without a query, which is slow, at every key."""
        panels = [widget for widget in self._visible_widgets if isinstance(widget, FinishPanel)]  # at most one
        return [page for panel in panels for page in panel.pages]

    @property
    def _visible_widgets(self) -> list[Widget]:
        """The widgets that the visible page consists of."""
        return [widget for page in self.children if page.display for widget in page.children]

    # -- exercises in code

    def action_exercise(self) -> None:
        """Open the first exercise in view, preferably one not passed yet; if there is none, the nearest."""
        boxes = [widget for widget in self._visible_widgets if isinstance(widget, ExerciseBox)]
        in_view = [box for box in boxes if box.region.overlaps(self.region)]
        not_passed = [box for box in in_view if not box.has_passed]
        below = [box for box in boxes if box.region.y >= self.region.bottom]
        best_first = [*not_passed, *in_view, *below, *boxes[-1:]]  # if all are above, the last is nearest
        if best_first:
            self.post_message(OpenScreen("exercise", best_first[0].block.id))

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
        """Go to the missing item with this number, as its button in the visible panel would."""
        self.post_message(FinishPanel.GoToPage(self._linked_pages[number - 1]))
