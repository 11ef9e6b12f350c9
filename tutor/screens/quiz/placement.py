"""The placement test: a few questions, and which lessons can be taken as known."""

from asyncio import Lock
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
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
        & > #placement { padding: 1 2; height: 1fr; }
        & > #placement > * { max-width: 80; }
        & > #placement > Button { margin-top: 1; }
        & > #placement > .how { margin-bottom: 1; }
        & > #so-far { display: none; dock: right; width: 40%; max-width: 80; height: 1fr; margin: 1 0; padding: 1 2; }
        & > #so-far { border-left: solid $panel; text-wrap: nowrap; text-overflow: ellipsis; }
        &.-wide > #so-far { display: block; }
    }
    """

    def __init__(self, session: Session, seed: int | None = None) -> None:
        """Start the test; with the same `seed`, the same answers lead to the same questions."""
        super().__init__(session)
        self._test = PlacementTest(session.course, session.store.quiz_seed() if seed is None else seed)
        self._grade: Grade | None = None
        """The verdict on the question that is on the screen, once it was answered."""
        self._is_asking = False
        """Whether a question is on the screen: none is before the lessons are read."""
        self.is_over = False
        """Whether the outcome is shown."""
        self._showing_lock = Lock()
        """Held while a question is exchanged for the next."""

    def compose(self) -> ComposeResult:
        """One question, or the outcome."""
        yield Banner("Placement test")
        yield VerticalScroll(id="placement")
        yield Static(id="so-far")
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the first question once the screen is painted, since all lessons have to be read."""
        call_after_paint(self, self._show)

    async def _show(self) -> None:
        """Show the next question once the last one is fully mounted."""
        async with self._showing_lock:
            await self._replace_question()

    async def _replace_question(self) -> None:
        """Exchange the question for the next one, or for the outcome."""
        scroll = self.query_one("#placement", VerticalScroll)
        await scroll.remove_children()
        self._grade, self._is_asking = None, False
        self.query_one("#so-far", Static).update(list_lessons(self._test.outcome(), self.session.course))
        following = self._test.next_question()
        if following is None:
            await self._show_outcome(scroll)
            return
        self.query_one(Banner).note = f"question {self._test.asked + 1} of at most {MAX_PLACEMENT_QUESTIONS}"
        card = make_question_card(self.session, *following, renew=False, mode="placement")
        self._is_asking = True
        await scroll.mount(Static(HOW_IT_WORKS, classes="how"), card)
        card.focus_answer()

    async def _show_outcome(self, scroll: VerticalScroll) -> None:
        """Save the outcome and show it in `scroll`."""
        self.is_over = True
        outcome = self._test.outcome()
        words = describe_outcome(outcome, self.session.course)
        if self._test.asked:
            try:
                save_outcome(self.session.store, outcome)
            except ChainruleError as error:
                words = Content.assemble(words, f"\n\n! {error}")
        self.query_one(Banner).note = "outcome"
        buttons = [Button("Course map", id="home", compact=True)]
        if front := self._first_open(outcome):
            buttons.insert(0, Button(f"Begin: {front.title}", id="begin", compact=True))
        await scroll.mount(Static(words, id="outcome"), *buttons)
        buttons[0].focus()
        self.refresh_bindings()

    def _first_open(self, outcome: PlacementOutcome) -> FrontMatter | None:
        """The first lesson not known yet."""
        fronts = (heading.front_matter for heading in self.session.course.headings)
        return next((front for front in fronts if front.id in outcome.open), None)

    @on(Button.Pressed, "#begin")
    def _begin_lesson(self) -> None:
        """Open the first lesson not known yet, or the map if there is none."""
        front = self._first_open(self._test.outcome())
        self.post_message(GoHome() if front is None else OpenLesson(front.id))

    @on(QuestionCard.Answered)
    async def _offer_next(self, event: QuestionCard.Answered) -> None:
        """Keep the verdict, and show the button for the next question."""
        event.stop()
        async with self._showing_lock:
            if not is_alive(event.card):  # the learner has gone on already
                return
            self._grade = event.grade
            button = Button("Next question", id="next", compact=True)
            await self.query_one("#placement").mount(button)
            button.focus(scroll_visible=False)

    @on(Button.Pressed, "#next")
    async def _next_pressed(self, event: Button.Pressed) -> None:
        """Go on, once; the button is gone for a second Enter."""
        if is_alive(event.button):
            await self.action_go_on()

    async def action_go_on(self) -> None:
        """Focus the open answer; otherwise scroll on; then go to the next question."""
        if self._is_asking and self._grade is None:
            self.query_one(QuestionCard).focus_answer()
        else:
            await super().action_go_on()

    async def go_further(self) -> None:
        """Go to the next question; after the last, to the suggested lesson."""
        if self.is_over:
            self._begin_lesson()
        else:
            await self.action_next()

    async def action_next(self) -> None:
        """Go on; a question without an answer counts as not known."""
        async with self._showing_lock:
            if not self.is_over and self._is_asking:
                self._test.record_grade(self._grade)
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

    def action_scroll(self, by: int) -> None:
        """Scroll the card."""
        self.query_one("#placement").scroll_relative(y=by, animate=False, immediate=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable the next question once the outcome is shown, so that an extra key does not close it."""
        return {"next": not self.is_over, "course_map": self.is_over}.get(action, True)


HOW_IT_WORKS = "The questions begin easy and get harder as you answer. ^n leaves out what you do not know."


def list_lessons(outcome: PlacementOutcome, course: "Course") -> Content:
    """Every lesson with the mark of what is known of it, and a legend; beside the questions on a wide screen."""
    shown, needed, unknown = "✓", state_mark("known"), state_mark("coming")
    rows = [Content.styled("Lessons", "bold $text-accent")]
    for heading in course.headings:
        id = heading.front_matter.id
        mark = shown if id in outcome.shown else needed if id in outcome.known else unknown
        style = "$text-quiet" if mark == unknown else "$text-success"
        name_style = style if mark == unknown else ""
        rows.append(Content.assemble((mark, style), (f" {heading.front_matter.short_title}", name_style)))
    legend = f"{shown} you showed it   {needed} needed for that   {unknown} open"
    return Content("\n").join([*rows, Content(""), Content.styled(legend, "$text-quiet")])


def describe_outcome(outcome: PlacementOutcome, course: "Course") -> Content:
    """Describe the outcome."""
    shown, inferred, open_ = (
        ", ".join(course.name_lessons(ids)) for ids in (outcome.shown, outcome.inferred, outcome.open)
    )
    rows = [Content.styled("What you can take as known", "bold $text-accent")]
    if shown:
        rows.append(Content(f"You showed it: {shown}"))
    if inferred:
        rows.append(Content(f"They build on these, which were not asked: {inferred}"))
    if not outcome.known:
        rows.append(Content("Nothing yet. Begin with the first lesson."))
    if open_:
        rows += [Content(""), Content.styled("Read on from here", "bold $text-accent"), Content(open_)]
    rows += [Content(""), Content("The answers are on your record like any others; known lessons stay open to you.")]
    return Content("\n").join(rows)
