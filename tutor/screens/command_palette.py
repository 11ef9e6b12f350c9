"""The command palette: finds screens, lessons, simulations, concepts, terms, questions and settings."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from textual.app import App, ComposeResult, SystemCommand
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.command import Command, CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider, SearchIcon
from textual.content import Content
from textual.fuzzy import Matcher
from textual.message import Message
from textual.screen import Screen
from textual.widgets import LoadingIndicator

from tutor.content.collected import collect_terms
from tutor.content.findable import prompt_line
from tutor.content.model import QuestionBlock
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.palette_entry import PaletteEntry
from tutor.screens.requests import (
    GoHome,
    OpenLesson,
    OpenQuiz,
    OpenQuizSetup,
    OpenScreen,
    OpenSimulation,
)
from tutor.screens.table import SCREENS
from tutor.text.numbers import counted
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import literal
from tutor.widgets.modal import ResizeSafeScreen

if TYPE_CHECKING:
    from tutor.content.course import Course

Post = Callable[[Message], object]
"""Sends the app a request to open something."""

KIND_WEIGHTS = {"Word": 0.9, "Quiz": 0.8, "Question": 0.7, "Theme": 0.9}
"""Weights below 1: matches of these kinds come after equally good matches of others."""


def screen_commands(post: Post) -> Iterator[SystemCommand]:
    """The palette's entries for screens and quizzes; `post` sends the app a request to open something."""
    yield SystemCommand("Course map", "All lessons, and where you are", partial(post, GoHome()))
    yield SystemCommand("Self-quiz", "Ten questions from all lessons, mixed", partial(post, OpenQuiz(QuizOptions())))
    yield SystemCommand(
        "Choose a quiz", "A lesson, a concept, weak points; practice or exam", partial(post, OpenQuizSetup())
    )
    yield SystemCommand(
        "Review what is due", "Only questions that are due", partial(post, OpenQuiz(QuizOptions(Scope(due=True))))
    )
    for name, entry in SCREENS.items():
        yield SystemCommand(entry.title, entry.help, partial(post, OpenScreen(name)))


def course_commands(course: "Course", post: Post) -> Iterator[SystemCommand]:
    """The palette's entries for the lessons and the simulations."""
    for heading in course.headings:
        front = heading.front_matter
        name = f"{heading.words[0].upper()}{heading.words[1:]}, {front.title}"
        yield SystemCommand(name, counted(front.minutes, "minute"), partial(post, OpenLesson(front.id)))
    yield from _simulation_commands(post)


def unlisted_commands(course: "Course", post: Post) -> Iterator[SystemCommand]:
    """The palette's entries that only typing finds, since they are too many to list; they come from every lesson."""
    for term in collect_terms(course):
        request = OpenLesson(term.source.lesson, term.source.section, visits=True)
        yield SystemCommand(f"Word {term.name}", term.meaning, partial(post, request))
    concepts: dict[str, str] = {}
    for lesson in course.lessons():
        for concept in lesson.heading.front_matter.concepts:
            concepts.setdefault(concept, lesson.id)
        for index, section in enumerate(lesson.sections):
            for block in section.blocks:
                if isinstance(block, QuestionBlock):
                    prompt = prompt_line(getattr(block.question, "ask", None) or "What comes next in the simulation?")
                    about = block.question.concepts[0].replace("-", " ") if block.question.concepts else section.title
                    open_question = partial(post, OpenLesson(lesson.id, index, block.question.id, visits=True))
                    yield SystemCommand(f"Question on {about}", prompt, open_question)
    for concept, id in concepts.items():
        (title,) = course.name_lessons([id])
        name = concept.replace("-", " ")
        yield SystemCommand(f"Concept {name}", f"The lesson “{title}” teaches it", partial(post, OpenLesson(id)))
        open_quiz = partial(post, OpenQuiz(QuizOptions(Scope(concept=concept))))
        yield SystemCommand(f"Quiz on {name}", "Questions on this concept only", open_quiz)


def settings_commands(app: App[Any], show_settings: Callable[[], None]) -> Iterator[SystemCommand]:
    """The themes by name, and where to change everything else."""
    for name in app.available_themes:
        help = "The theme in use" if name == app.theme else "Use this theme from now on"
        yield SystemCommand(f"Theme {name}", help, partial(setattr, app, "theme", name))
    yield SystemCommand("Settings and keys", "What is set, where, and the name of every key", show_settings)


class CommandPaletteScreen(CommandPalette, ResizeSafeScreen[None]):
    """The command palette, made safe against keys that arrive faster than it can react."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "escape", "Close", id="palette.close", tooltip="Back to where you were"),
    ]

    def compose(self) -> ComposeResult:
        """The line to type on and the list, with their keys below."""
        yield from super().compose()
        yield KeyBar()

    def on_mount(self) -> None:
        """Put the sign of every line to type on before this one."""
        self.query_one(SearchIcon).icon = "›"

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close the palette once, so that a second Enter closes nothing beneath."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def _watch__show_busy(self) -> None:  # type: ignore[override]
        """Show at once that it is searching; Textual's own watcher is a coroutine that might never be awaited."""
        self.query_one(LoadingIndicator).set_class(self._show_busy, "--visible")
        self.query_one(CommandList).set_class(self._show_busy, "--populating")

    def _refresh_command_list(self, command_list: CommandList, commands: list[Command], clear_current: bool) -> None:
        """List the commands with their descriptions beside them; Textual's own entries have two lines each."""
        entries = [Command(_make_entry(command.hit), command.hit, command.id) for command in commands]
        super()._refresh_command_list(command_list, entries, clear_current)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Bind the list's keys once it is laid out and knows the size of a page."""
        if action != "command_list":
            return super().check_action(action, parameters)
        return bool(self.query_one(CommandList).scrollable_content_region)


class CourseApp(Protocol):
    """What the palette needs of the app beyond Textual's own."""

    def all_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Everything that can be found by typing."""


class CourseProvider(Provider):
    """Finds commands by name and by description."""

    async def discover(self) -> Hits:
        """Before anything is typed, list the screens and the lessons in course order."""
        for name, help_text, callback, _ in self.app.get_system_commands(self.screen):
            yield DiscoveryHit(literal(name), callback, help=_as_help(help_text))

    async def search(self, query: str) -> Hits:
        """List what matches `query`, first by name; matches in a description count half."""
        matcher = self.matcher(query)
        for name, help_text, callback, _ in cast("CourseApp", self.app).all_commands(self.screen):
            by_name = matcher.match(name)
            # A long text has very many ways to match letter by letter, which costs time and memory.
            by_text = matcher.match(help_text) / 2 if query.casefold() in help_text.casefold() else 0.0
            if by_name or by_text:
                kind = name.partition(" ")[0]
                score = max(by_name, by_text) * KIND_WEIGHTS.get(kind, 1.0)
                yield Hit(score, _highlight_matches(name, matcher), callback, text=name, help=_as_help(help_text))


def _make_entry(hit: DiscoveryHit | Hit) -> PaletteEntry:
    """What the list shows of a command."""
    return PaletteEntry(literal(cast("Content", hit.prompt)), literal(hit.help or ""))


def _as_help(help_text: str) -> str:
    """Wrap the help text of a command, since the palette would read a plain string as markup."""
    return cast("str", literal(help_text))


def _highlight_matches(name: str, matcher: Matcher) -> Content:
    """Highlight the matching letters of `name`, which the matcher itself would read as markup."""
    content = literal(name)
    _, offsets = matcher.fuzzy_search.match(matcher.query, name)
    for offset in offsets:
        if not name[offset].isspace():
            content = content.stylize(matcher.match_style, offset, offset + 1)
    return content


def _simulation_commands(post: Post) -> Iterator[SystemCommand]:
    from tutor.sims.table import SIMULATIONS

    for name in SIMULATIONS:
        yield SystemCommand(
            f"Simulation {name.replace('-', ' ')}",
            "Open it on a screen of its own",
            partial(_open_simulation, post, name),
        )


def _open_simulation(post: Post, name: str) -> None:
    from tutor.sims.table import find_simulation

    post(OpenSimulation(find_simulation(name).build()))
