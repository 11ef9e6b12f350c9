"""A lesson: one section to a page, with its simulation beside or behind the text."""

from asyncio import Lock
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from tutor.content.find import WatchedFile
from tutor.content.model import Lesson
from tutor.errors import ChainruleError
from tutor.quiz.session import Session
from tutor.screens.base import Banner
from tutor.screens.course.finish_panel import FinishPanel
from tutor.screens.course.lesson_blocks import mentions_key, page_show_links, tasks_on_record
from tutor.screens.course.lesson_desk import LessonDesk
from tutor.screens.course.lesson_keys import LESSON_KEYS
from tutor.screens.course.lesson_pages import LessonPages
from tutor.screens.course.side_panel import SimulationPanel
from tutor.screens.requests import GoHome, OpenLesson, OpenQuiz
from tutor.statistics.completion import lesson_progress
from tutor.widgets.deferred import PausableTimer, call_after, call_after_paint, call_repeatedly, call_soon, is_alive
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.lesson.page import LessonPage
from tutor.widgets.lesson.simulation_note import SimulationNote

if TYPE_CHECKING:
    from tutor.widgets.answers.question_card import QuestionCard

PREPARE_AFTER = 0.25
"""Seconds of reading after which the next page is made ready."""
MAX_KEPT_DISTANCE = 2
"""Pages at most this far from the current page are kept. The others are removed, and made again when they are shown."""
WATCH_SECONDS = 0.5
"""Seconds between two checks of whether the lesson's file has changed."""


class LessonScreen(LessonDesk):
    """A lesson, a page at a time. Your place is kept when you leave."""

    BINDINGS: ClassVar[list[BindingType]] = LESSON_KEYS

    def __init__(
        self,
        session: Session,
        lesson: Lesson,
        page: int = 0,
        *,
        watch: bool = False,
        question: str = "",
        is_visit: bool = False,
    ) -> None:
        """Open `lesson` at `page`, counted from 0, and there at `question`; `watch` its file for changes.

        If `is_visit`, the learner only looks something up: the page does not become her place in the course until she
        reads on from it.
        """
        super().__init__(session, lesson)
        self._watched_file = WatchedFile(lesson.heading.path) if watch else None
        self._made_pages: dict[int, LessonPage] = {}
        """Page number → page. These pages were made, but not all of them are mounted yet."""
        self._turning_lock = Lock()
        """Held while pages are mounted or removed, since a key may ask for another page before this is finished."""
        self._has_settled = False
        """Whether the first page is painted. The simulation is shown only after that."""
        self._preparing_timer: PausableTimer | None = None
        """The timer after which the neighbouring pages are made."""
        last_page = len(lesson.sections) - 1
        self.set_reactive(LessonScreen.page, min(max(page, 0), last_page))
        self.pages = LessonPages(session, lesson)
        self.pages.visited = self.page if is_visit else None
        self._shown_page = self._page_at(self.page)
        """The page that is shown; `page` may be ahead of it."""
        self._shown_page.target_question = question
        has_simulation = bool(self._blocks)
        self.set_class(not has_simulation, "-alone")

    def compose(self) -> ComposeResult:
        """Yield the banner, the page to open, space beside it for a simulation, and the keys."""
        yield Banner(self.lesson.heading.front_matter.title, self._page_words)
        with Horizontal(id="desk"):
            with self.pages:
                yield self._shown_page
            yield self._side_panel
        yield KeyBar()

    def on_mount(self) -> None:
        """Paint the text first, then add the simulation, then prepare the next page."""
        self._shown_page.focus()
        call_after_paint(self, self._settle_on_page)
        if self._watched_file is not None:
            call_repeatedly(self, WATCH_SECONDS, self._reload_if_changed)

    async def on_resize(self) -> None:
        """Show the simulation once the terminal is large enough."""
        if self._side_panel.shown_block is None and self.has_class("-wide") and self._has_settled:
            await self._side_panel.show_block(self._nearest_block())

    async def _reload_if_changed(self) -> None:
        """Reload the lesson after its file was written. If it has faults, keep the page and show the first fault."""
        if self._watched_file is None or not self._watched_file.has_changed():
            return
        self.session.course.forget(self.lesson.id)
        try:
            self.lesson = self.session.course.lesson(self.lesson.id)
        except ChainruleError as error:
            self.notify(str(error), title="The lesson has faults", severity="error", timeout=10)
            return
        async with self._turning_lock:
            self._made_pages.clear()
            # Set without calling `watch_page`, since `_go_to_page` is called below.
            self.set_reactive(LessonScreen.page, min(self.page, len(self.lesson.sections) - 1))
            await self.pages.remove_children()
        self.pages.begin(self.lesson)
        self._side_panel.begin([block for _, block in self._blocks], tasks_on_record(self.lesson, self.session.store))
        await self._go_to_page()
        self.query_one(Banner).title = self.lesson.heading.front_matter.title

    # -- pages

    @property
    def _page_words(self) -> str:
        """What the banner says: the page's number, whether the lesson is done, and on its last page what is next."""
        count = len(self.lesson.sections)
        place = f"{self.page + 1} of {count}" if count > 1 else "one page"
        done = "done" if self.pages.progress.is_done else ""
        return " · ".join(filter(None, (place, done, self.pages.words_ahead(self.page))))

    @property
    def not_shown(self) -> frozenset[str]:
        """Ids of bindings that the key bar leaves out: on the last page there is no next one."""
        return frozenset(("lesson.next",) if self.page + 1 == len(self.lesson.sections) else ())

    def _page_at(self, index: int) -> LessonPage:
        """Return the page with this number, counted from 0; make it if it does not exist yet."""
        if index not in self._made_pages:
            sections = self.lesson.sections
            buttons = self.pages.foot_buttons(index)
            is_last = index + 1 == len(sections)
            finish_panel = self.pages.make_panel() if is_last else None
            self._made_pages[index] = LessonPage(
                sections[index], self._make_question_card, buttons, self._make_note, finish_panel
            )
        return self._made_pages[index]

    def _make_question_card(self, question_id: str) -> "QuestionCard":
        """Make the card of a question. The import is here so that text before the first question is painted sooner."""
        from tutor.screens.quiz.cards import make_question_card

        card = make_question_card(self.session, question_id)
        card.was_right = question_id in self.session.store.solved_questions(self.lesson.id)
        return card

    def action_turn(self, pages: int) -> None:
        """Turn so many pages forward, or back if negative; past the last, focus the button that goes on."""
        target_page = self.page + pages
        if 0 <= target_page < len(self.lesson.sections):
            self.remove_class("-simulation")
            self.page = target_page
        elif pages > 0:
            self._return_to_text()
            self._shown_page.focus_continue()

    async def action_go_on(self) -> None:
        """Return from the simulation to the text; if the text was already visible, scroll or go on in it as well."""
        was_text_visible = self.has_class("-wide") or not self._is_in_simulation
        self._return_to_text()
        if was_text_visible:
            await self._page_at(self.page).go_on()

    def watch_page(self) -> None:
        """Show the current page; Textual calls this whenever `page` has changed."""
        call_soon(self, self._go_to_page)

    async def _go_to_page(self) -> None:
        """Show the current page. If `page` changes meanwhile, this is called again, and then waits for the lock."""
        async with self._turning_lock:
            page = self._shown_page = self._page_at(self.page)
            if not is_alive(page):
                await self.pages.mount(page)
            for made_page in self._made_pages.values():
                made_page.display = made_page is page
        page.scroll_home(animate=False)
        page.take_focus()
        await self.pages.update_buttons(page, self.page)
        await page.go_to_target()
        self.query_one(Banner).note = self._page_words
        call_after_paint(self, self._settle_on_page)

    async def _settle_on_page(self) -> None:
        """After the page is painted, record the reading position, show the simulation, and prepare the next page."""
        self.pages.record_position(self.page)
        self.refresh_bindings()
        self._shown_page.make_lazy_parts()
        call_after_paint(self._shown_page, self._shown_page.note_visible)
        self._has_settled = True
        if self.has_class("-wide"):
            await self._side_panel.show_block(self._nearest_block())
        if self._preparing_timer is not None:
            self._preparing_timer.stop()
        self._preparing_timer = call_after(self, PREPARE_AFTER, self._prepare_neighbours)

    async def _prepare_neighbours(self) -> None:
        """Make the pages before and after this one while it is read, and remove those far away."""
        async with self._turning_lock:
            for index in (self.page + 1, self.page - 1):
                if 0 <= index < len(self.lesson.sections) and index not in self._made_pages:
                    page = self._page_at(index)
                    page.display = False
                    await self.pages.mount(page)
            for index, page in list(self._made_pages.items()):
                is_far = abs(index - self.page) > MAX_KEPT_DISTANCE
                # A page on which the learner has typed or answered something is kept, so that nothing of this is lost.
                if is_far and page is not self._shown_page and not page.is_touched:
                    await self._made_pages.pop(index).remove()

    @on(LessonPage.PageTurnRequested)
    def _follow_button(self, event: LessonPage.PageTurnRequested) -> None:
        """Run the action of a button at the foot of a page."""
        current_page = self._page_at(self.page)
        if event.page is not current_page:  # a turn to another page was requested before, and is not finished yet
            current_page.go_on_once_complete()
        elif event.action == "quiz":
            self.action_quiz()
        elif event.action == "continue" and self.pages.next_lesson is not None:
            self.pages.say_what_is_left()
            self.post_message(OpenLesson(self.pages.next_lesson.id))
        elif event.action in ("part-quiz", "entry-quiz", "before-quiz"):
            self._quiz_on_part(event.action)
        elif event.action == "home":
            self.post_message(GoHome())
        elif event.action == "open":
            is_last = self.page + 1 == len(self.lesson.sections)
            if is_last:  # begin a new round, and search page 0 too: it is the first after -1
                self._seek_open(self.pages.continue_round(-1, is_new=True))
            else:
                self._seek_open(self.pages.continue_round(self.page))
        else:
            self.action_turn(1 if event.action == "next" else -1)

    def action_pages(self) -> None:
        """Open the list of all pages, and turn to the one that is chosen."""
        from tutor.screens.course.pages import PagesScreen

        def turn_to(page: int | None) -> None:
            if page is not None:  # `None`: the list was closed without a choice
                self._return_to_text()
                self.page = page

        progress = lesson_progress(self.lesson, self.session.store)
        self.app.push_screen(PagesScreen(self.lesson, progress, self.page), turn_to)

    @on(OpenLesson)
    def _turn_to_requested(self, request: OpenLesson) -> None:
        """Turn to the requested page if it is one of this lesson; the app opens other lessons."""
        if request.id == self.lesson.id and request.section is not None:
            request.stop()
            self._return_to_text()
            self._page_at(request.section).target_question = request.question
            if request.section == self.page:  # `page` keeps its value, so Textual does not call `watch_page`
                call_soon(self, self._go_to_page)
            elif request.is_visit:  # until she reads on, her place stays at the page she came from
                self.pages.visited = request.section
            self.page = request.section

    def action_quiz(self) -> None:
        """Start a quiz on this lesson, or resume one that was left since the program was opened."""
        from tutor.quiz.quiz import choose_options
        from tutor.quiz.selection import QuizOptions, Scope

        self.post_message(OpenQuiz(choose_options(self.session, QuizOptions(Scope(lesson=self.lesson.id)))))

    def _quiz_on_part(self, action: str) -> None:
        """Start the quiz on a part of the course for a button's action: `part-quiz`, `entry-quiz` or `before-quiz`."""
        from tutor.quiz.parts import scope_between
        from tutor.quiz.selection import QuizOptions

        if scope := scope_between(self.session.course, self.lesson.id, action):
            self.post_message(OpenQuiz(QuizOptions(scope)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether an action can be run now; an action that would do nothing cannot.

        If the simulation is out of sight, its keys work only where the text of the page names them.
        """
        section = self.lesson.sections[self.page]
        if action == "turn" and parameters == (-1,):
            return self.page > 0
        if action == "press_in_simulation":
            (simulation_action,) = parameters
            return self.has_class("-wide") or mentions_key(section, str(simulation_action))
        if action == "show":
            return bool(page_show_links(section))
        return True

    # -- the simulation

    @on(SimulationPanel.TaskDone)
    async def _mark_task_done(self, event: SimulationPanel.TaskDone) -> None:
        """Record that a task was done, and tick it in the text."""
        self.pages.record_done_task(event.block, event.index)
        for note in self.query(SimulationNote):
            if note.block is event.block:
                note.tick(event.index)
        await self.pages.update_progress()

    @on(LessonPages.Counted)
    def _show_progress(self) -> None:
        """Say in the banner whether the lesson is done, and on its last page what is still open."""
        self.query_one(Banner).note = self._page_words

    @on(FinishPanel.GoToPage)
    def _go_to_missing(self, event: FinishPanel.GoToPage) -> None:
        """Begin a round at the page of the button; from there the round leads to the other open pages."""
        self._seek_open(self.pages.continue_round(event.page - 1, is_new=True))

    def _seek_open(self, page: int) -> None:
        """Go to the first open question or task of a page that was read, or to the top of an unread page."""
        self._return_to_text()
        self._page_at(page).goes_to_open = self.pages.has_open_item(page)
        if page == self.page:  # `page` keeps its value, so Textual does not call `watch_page`
            call_soon(self, self._go_to_page)
        self.page = page
