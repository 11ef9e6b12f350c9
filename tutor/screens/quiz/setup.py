"""The setup of a quiz: what to ask, how much of it, and how."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll

from tutor.quiz.parts import CoursePart, course_parts, find_part
from tutor.quiz.selection import QuizOptions, Scope, reached_questions, weak_concepts_of
from tutor.quiz.session import Session
from tutor.quiz.unfinished import load_unanswered_ids
from tutor.screens.base import THREE_WIDTHS, Banner, CourseScreen
from tutor.screens.quiz.levels import LevelsPanel
from tutor.screens.requests import OpenQuiz
from tutor.text.concepts import concept_name
from tutor.text.numbers import counted
from tutor.widgets.inputs import RadioList
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import Button, Select, Static
from tutor.widgets.reading_column import rows_above


@dataclass(frozen=True)
class QuizLength:
    """The length of a quiz: so many questions, or so many minutes."""

    words: str
    count: int | None = None
    minutes: float | None = None

    @property
    def limits(self) -> tuple[int | None, float | None]:
        """The values of the fields `count` and `minutes` of `QuizOptions` for this length."""
        return self.count, self.minutes


NAMED_SCOPES = {"lesson": "lesson", "part": "part", "entry": "part", "concept": "concept"}
"""Scope → what must be chosen for it. The field with the choices has the scope as its id."""
SCOPES = ("mixed", "read", "due", "weak", "lesson", "part", "entry", "concept")
"""The scopes that are always offered, in the order of the list."""
LENGTHS = (
    QuizLength("5 questions", count=5),
    QuizLength("10 questions", count=10),
    QuizLength("20 questions", count=20),
    QuizLength("5 minutes", minutes=5),
    QuizLength("15 minutes", minutes=15),
)
MODES = (("practice", "at once (practice)"), ("exam", "at the end (exam)"))
CONFIDENCE = (("ask", "ask me each time"), ("never", "do not ask"))
MIN_ROWS_WITH_LEVELS = 28
"""The fewest rows in which the levels of some concepts are below the lists, where they are not beside them."""
ABOUT = (
    "Consecutive questions are on different concepts, with fresh numbers wherever a question has numbers to vary. What "
    "you answered right today comes last. Say how sure you are before each verdict, and the summary tells "
    "you how well you know what you know."
)


class QuizSetupScreen(CourseScreen):
    """What to ask. Pick with the arrows, go to the next list with Tab, begin with Enter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "begin", "Begin", id="setup.go-on", tooltip="Ask the first question"),
        Binding("tab", "app.focus_next", "Next list", key_display="Tab", id="setup.tab", tooltip="To the next list"),
        Binding("n,ctrl+n", "begin", "Begin", show=False, id="setup.begin", tooltip="Ask the first question"),
        Binding("z", "begin", "Quiz", show=False, id="setup.quiz", tooltip="Begin the quiz that is chosen"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (MIN_ROWS_WITH_LEVELS, "-tall")]  # noqa: RUF012  # declared so by Textual
    DEFAULT_CSS = """
    QuizSetupScreen {
        & #wish { padding: 1 2; height: 1fr; }
        & #wish > Horizontal { height: auto; max-width: 100; }
        & .column { width: 18; height: auto; margin-right: 2; }
        & .wider { width: 1fr; }
        & .title { color: $text-accent; text-style: bold; }
        & #mode { margin-bottom: 1; }
        & Select { display: none; margin-top: 1; max-width: 60; }
        & Select.-wanted { display: block; }
        & #about { margin-top: 1; max-width: 76; color: $text-muted; }
        & #begin { margin-top: 1; min-width: 8; }
        & #desk { height: 1fr; }
        &.-slim #wish > Horizontal { layout: vertical; }
        &.-slim .column { width: 1fr; margin: 0 0 1 0; }
        &.-slim .last, &.-slim #about { margin: 0; }
        &.-tall #desk { layout: vertical; align-horizontal: center; }
        &.-tall #wish { height: auto; max-width: 84; }
        &.-tall #levels { display: block; border-left: none; border-top: solid $panel; max-width: 84; }
        &.-wide #desk { layout: horizontal; }
        &.-wide #wish { width: 74; height: auto; max-height: 100%; }
        &.-wide .scopes { width: 25; }
        &.-wide .last { margin-right: 0; }
        &.-wide #levels { display: block; border-left: solid $panel; border-top: none; max-width: 74; }
        &.-wide #levels { height: auto; max-height: 100%; }
    }
    """

    HORIZONTAL_BREAKPOINTS = THREE_WIDTHS
    only_leads_on = True

    def __init__(self, session: Session, options: QuizOptions) -> None:
        """Offer what can be asked, with the choices in `options` already made."""
        super().__init__(session)
        self._options = options
        self._lengths = list(LENGTHS)
        # The length from the settings or the command line is offered first if it is none of these.
        if (options.count, options.minutes) not in [length.limits for length in LENGTHS]:
            if options.minutes is None:
                words = counted(options.count or 0, "question")
            else:
                words = counted(options.minutes, "minute")
            self._lengths.insert(0, QuizLength(words, count=options.count, minutes=options.minutes))
        self._due_count = len(session.store.due(session.clock()))
        self._weak_concepts = weak_concepts_of(session.store)
        self._unfinished_count = len(load_unanswered_ids(session.course, session.store))
        """How many questions are left in an unfinished quiz."""
        self._flagged_count = sum(session.course.has_question(id) for id in session.store.flagged_questions())

    def compose(self) -> ComposeResult:
        """Yield the lists of what, how much and how to ask, fields for names, and the levels of the concepts."""
        options = self._options
        lengths = [(str(index), length.words) for index, length in enumerate(self._lengths)]
        limits = (options.count, options.minutes)
        picked_length = [length.limits for length in self._lengths].index(limits)  # `__init__` added it if need be
        yield Banner("Self-quiz", "choose a quiz")
        with Horizontal(id="desk"):
            with VerticalScroll(id="wish", can_focus=False):
                with Horizontal():
                    with Vertical(classes="column wider scopes"):
                        yield Static("What", classes="title")
                        yield RadioList(self._scope_options(), self._first_scope(), id="scope")
                    with Vertical(classes="column"):
                        yield Static("How much", classes="title")
                        yield RadioList(lengths, str(picked_length), id="amount")
                    with Vertical(classes="column wider last"):
                        yield Static("Verdicts", classes="title")
                        yield RadioList(MODES, "exam" if options.exam else "practice", id="mode")
                        yield Static("How sure are you?", classes="title")
                        yield RadioList(CONFIDENCE, "ask" if options.asks_confidence else "never", id="confidence")
                yield Select(self._lesson_options(), prompt="which lesson", id="lesson", compact=True)
                yield Select(self._part_options(), prompt="which part", id="part", compact=True)
                yield Select(self._entry_options(), prompt="for which part", id="entry", compact=True)
                yield Select(self._concept_options(), prompt="which concept", id="concept", compact=True)
                yield Static(ABOUT, id="about")
                yield Button("Begin ⏎", id="begin", compact=True, variant="primary")
            yield LevelsPanel(self.session.store.summary()["concepts"])
        yield KeyBar()

    def on_mount(self) -> None:
        """Focus the first list, from which Tab leads to the others."""
        self.query_one("#scope").focus()

    def on_resize(self) -> None:
        """Leave rows above the lists on a tall screen."""
        self.query_one("#desk").styles.padding = (rows_above(self.size.height) - 1, 0, 0, 0)

    async def on_screen_resume(self) -> None:
        """Offer the rest of an unfinished quiz, or stop offering it once the learner has resumed that quiz.

        Do nothing if as many questions are left as before.
        """
        unfinished_count = len(load_unanswered_ids(self.session.course, self.session.store))
        is_composed = bool(self.query("#scope"))  # False when the screen is shown for the first time
        if unfinished_count == self._unfinished_count or not is_composed:
            return
        self._unfinished_count = unfinished_count
        picked_scope = "rest" if unfinished_count else self._picked("scope")  # the rest is most likely wanted next
        store = self.session.store
        self._due_count, self._weak_concepts = len(store.due(self.session.clock())), weak_concepts_of(store)
        column = self.query_one(".column")
        await column.query("#scope").remove()
        await column.mount(RadioList(self._scope_options(), picked_scope, id="scope"))
        self.query_one("#scope").focus()

    # -- what can be chosen

    def _scope_options(self) -> list[tuple[str, str]]:
        """What can be asked, as (name of the scope, words); `rest` and `flagged` only if there is any."""
        words = {
            "mixed": "everything mixed",
            "read": "what I have read",
            "due": f"due for review ({self._due_count})" if self._due_count else "due for review (none)",
            "weak": f"weak points ({len(self._weak_concepts)})" if self._weak_concepts else "weak points (none)",
            "lesson": "one lesson …",
            "part": "one part …",
            "entry": "needed for a part …",
            "concept": "one concept …",
        }
        options = [(scope, words[scope]) for scope in SCOPES]
        if self._unfinished_count:
            options.insert(0, ("rest", f"rest of a quiz ({self._unfinished_count})"))
        if self._flagged_count:
            options.append(("flagged", f"flagged ({self._flagged_count})"))
        return options

    def _first_scope(self) -> str:
        """Choose the scope picked at first: the one that the given options ask for, otherwise the most useful one."""
        scope = self._options.scope
        is_asked_for = {
            "lesson": scope.lessons and not scope.title,  # a scope with a title consists of the lessons of a part
            "concept": scope.concepts,
            "due": scope.due,
            "weak": scope.weak,
            "flagged": scope.flagged and self._flagged_count > 0,
        }
        for scope_name, applies in is_asked_for.items():
            if applies:
                return scope_name
        if self._unfinished_count:
            return "rest"
        if self._due_count:
            return "due"
        return "read" if reached_questions(self.session.course, self.session.store) else "mixed"

    def _lesson_options(self) -> list[tuple[str, str]]:
        """All lessons as (title, id)."""
        return [(heading.front_matter.title, heading.front_matter.id) for heading in self.session.course.headings]

    def _part_options(self) -> list[tuple[str, str]]:
        """All parts of the course as (words, number)."""
        return [_part_option(part) for part in course_parts(self.session.course)]

    def _entry_options(self) -> list[tuple[str, str]]:
        """The parts that build on others, before which there is a quiz, as (words, number)."""
        return [_part_option(part) for part in course_parts(self.session.course) if part.builds_on]

    def _concept_options(self) -> list[tuple[str, str]]:
        """All concepts that the lessons teach, as (words, id)."""
        concepts = {concept for heading in self.session.course.headings for concept in heading.front_matter.concepts}
        return sorted((concept_name(concept), concept) for concept in concepts)

    def _picked(self, list_id: str) -> str:
        """What is picked in the list with this id."""
        return self.query_one(f"#{list_id}", RadioList).picked

    @on(RadioList.OptionHighlighted, "#scope")
    def _ask_for_name(self, event: RadioList.OptionHighlighted) -> None:
        """Show the field for a name that the scope under the cursor needs, and hide the others."""
        for scope in NAMED_SCOPES:
            self.query_one(f"#{scope}", Select).set_class(event.option_id == scope, "-wanted")

    @on(Select.Changed)
    def _focus_begin(self, event: Select.Changed) -> None:
        """Focus the button that starts the quiz once a name is chosen, so that Enter begins."""
        if not event.select.is_blank():
            self.query_one("#begin").focus()

    # -- begin

    async def go_further(self) -> None:
        """Start the quiz."""
        self.action_begin()

    @on(Button.Pressed, "#begin")
    def action_begin(self) -> None:
        """Start the quiz, or say what must be chosen first."""
        scope_name = self._picked("scope")
        chosen_name = ""
        if scope_name in NAMED_SCOPES:
            select = self.query_one(f"#{scope_name}", Select)
            if select.is_blank():
                self.query_one("#about", Static).update(
                    f"! Choose which {NAMED_SCOPES[scope_name]} first: Enter opens the list."
                )
                select.focus()
                return
            chosen_name = str(select.value)
        self.post_message(OpenQuiz(self._chosen_options(scope_name, chosen_name)))

    def _chosen_options(self, scope_name: str, chosen_name: str) -> QuizOptions:
        """The options of the quiz that is picked; `chosen_name` is the lesson, part or concept that the scope needs."""
        length = self._lengths[int(self._picked("amount"))]
        if scope_name == "rest":  # all questions that are left, whatever length is picked
            length = QuizLength("", count=self._unfinished_count)
        if scope_name in ("part", "entry"):
            part = find_part(self.session.course, chosen_name)
            scope = part.entry_scope if scope_name == "entry" else part.outcome_scope
        else:
            scope = Scope(
                lesson=chosen_name if scope_name == "lesson" else None,
                concept=chosen_name if scope_name == "concept" else None,
                due=scope_name == "due",
                weak=scope_name == "weak",
                read=scope_name == "read",
                flagged=scope_name == "flagged",
                unfinished=scope_name == "rest",
            )
        return QuizOptions(
            scope,
            count=length.count,
            minutes=length.minutes,
            exam=self._picked("mode") == "exam",
            asks_confidence=self._picked("confidence") == "ask",
        )


def _part_option(part: CoursePart) -> tuple[str, str]:
    """A part of the course as (words, number)."""
    return f"{part.number} {part.name}", str(part.number)
