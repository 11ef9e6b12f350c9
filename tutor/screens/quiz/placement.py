"""The placement test: a few questions, and which lessons can be taken as known."""

from asyncio import Lock
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from tutor.content.front_matter import FrontMatter
from tutor.errors import ChainruleError
from tutor.placement.results import PlacementOutcome, save_outcome
from tutor.placement.test import MAX_PLACEMENT_QUESTIONS, PlacementTest
from tutor.questions.base import Grade
from tutor.quiz.session import Session
from tutor.screens.base import Banner, CourseScreen
from tutor.screens.quiz.cards import make_question_card
from tutor.screens.requests import GoHome, OpenLesson
from tutor.screens.state_marks import state_mark
from tutor.widgets.answers.question_card import QuestionCard, is_in_open_card
from tutor.widgets.deferred import call_after_paint, is_alive
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import Button, Static
from tutor.widgets.reading_column import ReadingColumn

if TYPE_CHECKING:
    from tutor.content.course import Course


class PlacementScreen(CourseScreen):
    """A few questions on the whole course. Leave out what you do not know: guessing leads past what you need."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n,n", "next", "Next", id="placement.next", tooltip="The next question; this one is left out"),
        Binding("down,j", "scroll(1)", "Down", show=False, id="placement.down", tooltip="Scroll down"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="placement.up", tooltip="Scroll up"),
    ]
    DEFAULT_CSS = """
    PlacementScreen {
        & > #placement > Button { margin-top: 1; min-width: 8; }
        & > #placement > #home { margin-top: 0; }
        & > #placement > .how { margin-bottom: 1; }
        & > #so-far { display: none; dock: right; width: 40%; max-width: 80; height: 1fr; margin: 1 0; padding: 1 2; }
        & > #so-far { border-left: solid $panel; text-wrap: nowrap; text-overflow: ellipsis; }
        &.-wide.-known > #so-far { display: block; }
    }
    """

    def __init__(self, session: Session, seed: int | None = None) -> None:
        """Start the test; with the same `seed`, the same answers lead to the same questions."""
        super().__init__(session)
        self._test = PlacementTest(session.course, session.store.quiz_seed() if seed is None else seed)
        self._grade: Grade | None = None
        """The verdict on the question on the screen; `None` until it is answered."""
        self._is_asking = False
        """Whether a question is on the screen; False until the lessons are read."""
        self.is_over = False
        """Whether the outcome is shown."""
        self._showing_lock = Lock()
        """Held while a question is replaced by the next."""

    def compose(self) -> ComposeResult:
        """Yield the banner, a place for a question or the outcome, a place for the list of lessons, and the keys."""
        yield Banner("Placement test")
        with ReadingColumn(id="placement"):
            yield Static("reading the lessons …")
        yield Static(id="so-far")
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the first question once the screen is painted, since all lessons have to be read."""
        call_after_paint(self, self._show)

    async def _show(self) -> None:
        """Show the next question, once the one before is fully mounted."""
        async with self._showing_lock:
            await self._replace_question()

    async def _replace_question(self) -> None:
        """Replace the question by the next one, or by the outcome."""
        scroll = self.query_one("#placement", ReadingColumn)
        await scroll.remove_children()
        self._grade, self._is_asking = None, False
        outcome = self._test.outcome()
        self.set_class(bool(outcome.known), "-known")
        self.query_one("#so-far", Static).update(list_lessons(outcome, self.session.course))
        question = self._test.next_question()
        if question is None:
            await self._show_outcome(scroll)
            return
        self.query_one(Banner).note = f"question {self._test.asked_count + 1} of up to {MAX_PLACEMENT_QUESTIONS}"
        question_id, question_seed = question
        card = make_question_card(self.session, question_id, question_seed, renew=False, mode="placement")
        self._is_asking = True
        await scroll.mount(Static(HOW_IT_WORKS, classes="how"), card)
        card.focus_answer()

    async def _show_outcome(self, scroll: ReadingColumn) -> None:
        """Save the outcome and show it in `scroll`."""
        self.is_over = True
        outcome = self._test.outcome()
        words = describe_outcome(outcome, self.session.course)
        if self._test.asked_count > 0:
            try:
                save_outcome(self.session.store, outcome)
            except ChainruleError as error:
                words = Content.assemble(words, f"\n\n! {error}")
        self.query_one(Banner).note = "outcome"
        buttons = [Button("Course map", id="home", compact=True)]
        if lesson := self._first_open_lesson(outcome):
            buttons.insert(0, Button(f"Begin: {lesson.title}", id="begin", compact=True, variant="primary"))
        await scroll.mount(Static(words, id="outcome"), *buttons)
        buttons[0].focus()
        self.refresh_bindings()

    def _first_open_lesson(self, outcome: PlacementOutcome) -> FrontMatter | None:
        """The first lesson of the course that is not known yet; `None` if all are."""
        for heading in self.session.course.headings:
            if heading.front_matter.id in outcome.open:
                return heading.front_matter
        return None

    @on(Button.Pressed, "#begin")
    def _begin_lesson(self) -> None:
        """Open the first lesson that is not known yet, or the map if there is none."""
        lesson = self._first_open_lesson(self._test.outcome())
        self.post_message(GoHome() if lesson is None else OpenLesson(lesson.id))

    @on(QuestionCard.Answered)
    async def _offer_next(self, event: QuestionCard.Answered) -> None:
        """Keep the verdict, and show the button for the next question."""
        event.stop()
        async with self._showing_lock:
            if not is_alive(event.card):  # the learner has gone on already
                return
            self._grade = event.grade
            button = Button("Next question", id="next", compact=True, variant="primary")
            await self.query_one("#placement").mount(button)
            button.focus(scroll_visible=False)

    @on(Button.Pressed, "#next")
    async def _next_pressed(self, event: Button.Pressed) -> None:
        """Go on, unless the button was removed meanwhile: a second quick Enter must not skip a question."""
        if is_alive(event.button):
            await self.action_go_on()

    async def action_go_on(self) -> None:
        """Focus the answer of an unanswered question; otherwise scroll down, and at the end go to the next question."""
        if self._is_asking and self._grade is None:
            self.query_one(QuestionCard).focus_answer()
        else:
            await super().action_go_on()

    async def go_further(self) -> None:
        """Go to the next question, or from the outcome to the first lesson that is not known yet."""
        if self.is_over:
            self._begin_lesson()
        else:
            await self.action_next()

    async def action_next(self) -> None:
        """Go to the next question; a question without an answer counts as not known."""
        async with self._showing_lock:
            if not self.is_over and self._is_asking:
                self._test.record_grade(self._grade)  # `None` if it was not answered
                await self._replace_question()

    @on(Button.Pressed, "#home")
    def _go_home(self) -> None:
        self.post_message(GoHome())

    async def action_back(self) -> None:
        """Go back from the answer to the card, or from the card to where the test was opened."""
        if is_in_open_card(self.focused):
            self.query_one("#placement").focus()
        else:
            await super().action_back()

    def action_scroll(self, lines: int) -> None:
        """Scroll the card so many lines down, or up if `lines` is negative."""
        self.query_one("#placement").scroll_relative(y=lines, animate=False, immediate=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether an action can be run now: `next` until the outcome is shown, `course_map` only after that."""
        if action == "next":
            return not self.is_over
        if action == "course_map":
            return self.is_over
        return True


HOW_IT_WORKS = (
    "The first questions are on lessons that need no others; right answers lead further. "
    "^n goes on to the next if you do not know one."
)


def list_lessons(outcome: PlacementOutcome, course: "Course") -> Content:
    """Every lesson with a mark that says whether it is known, and a legend of the marks."""
    shown_mark, needed_mark, open_mark = "✓", state_mark("known"), state_mark("coming")
    lines = [Content.styled("Lessons", "bold $text-accent")]
    for heading in course.headings:
        id = heading.front_matter.id
        mark, mark_style, title_style = open_mark, "$text-quiet", "$text-quiet"
        if id in outcome.known:
            mark = shown_mark if id in outcome.shown else needed_mark
            mark_style, title_style = "$text-success", ""
        lines.append(Content.assemble((mark, mark_style), (f" {heading.front_matter.short_title}", title_style)))
    legend = f"{shown_mark} you showed it   {needed_mark} needed for that   {open_mark} open"
    return Content("\n").join([*lines, Content(""), Content.styled(legend, "$text-quiet")])


def describe_outcome(outcome: PlacementOutcome, course: "Course") -> Content:
    """Say which lessons are known, shown or inferred, and which are still open."""
    lines = [Content.styled("What you can take as known", "bold $text-accent")]
    if outcome.shown:
        lines.append(Content(f"You showed it: {', '.join(course.name_lessons(outcome.shown))}"))
    if outcome.inferred:
        inferred_titles = ", ".join(course.name_lessons(outcome.inferred))
        lines.append(Content(f"They build on these, which were not asked: {inferred_titles}"))
    if not outcome.known:
        lines.append(Content("Nothing yet. Begin with the first lesson."))
    if outcome.known and outcome.open:  # all are open where nothing is known
        open_titles = ", ".join(course.name_lessons(outcome.open))
        lines += [Content(""), Content.styled("Read on from here", "bold $text-accent"), Content(open_titles)]
    note = "The answers are on your record like any others"
    lines += [Content(""), Content(f"{note}; known lessons stay open to you." if outcome.known else f"{note}.")]
    return Content("\n").join(lines)
