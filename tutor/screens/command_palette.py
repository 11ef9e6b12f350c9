"""The command palette: finds screens, lessons, simulations, concepts, terms, questions and settings."""

from collections.abc import Callable, Iterable, Iterator, Sequence
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
from textual.theme import ThemeProvider
from textual.widgets import LoadingIndicator

from tutor.content.collected import collect_terms
from tutor.content.findable import prompt_line
from tutor.content.model import QuestionBlock
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.palette_entry import make_entries
from tutor.screens.requests import GoHome, OpenLesson, OpenQuiz, OpenQuizSetup, OpenScreen, OpenSimulation
from tutor.screens.table import SCREENS
from tutor.screens.themes import THEME_WORDS
from tutor.text.concepts import concept_name
from tutor.text.numbers import counted
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import literal
from tutor.widgets.modal import ResizeSafeScreen

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.content.model import Lesson

Post = Callable[[Message], object]
"""The app's `post_message`, by which an entry asks it to open something."""

KINDS = {"Lesson", "Simulation:", "Word", "Question", "Concept", "Quiz", "Theme"}
"""First words of the names of entries that there are many of."""
KIND_WEIGHTS = {"Word": 0.9, "Quiz": 0.8, "Question": 0.7, "Theme": 0.9}
"""First word of an entry's name → weight of its matches. Below 1 they come after equally good matches of others."""


def screen_commands(post: Post) -> Iterator[SystemCommand]:
    """The palette's entries for screens and quizzes."""
    yield SystemCommand("Course map", "All lessons, and where you are", partial(post, GoHome()))
    yield SystemCommand("Self-quiz", "Questions from all lessons, mixed", partial(post, OpenQuiz(QuizOptions())))
    yield SystemCommand("Choose a quiz", "A lesson, a concept, weak points; or an exam", partial(post, OpenQuizSetup()))
    yield SystemCommand(
        "Review what is due", "Only questions that are due", partial(post, OpenQuiz(QuizOptions(Scope(due=True))))
    )
    for name, entry in SCREENS.items():
        yield SystemCommand(entry.title, entry.help, partial(post, OpenScreen(name)))


def course_commands(course: "Course", post: Post) -> Iterator[SystemCommand]:
    """The palette's entries for the lessons and the simulations."""
    for heading in course.headings:
        front_matter = heading.front_matter
        name = f"{heading.words[0].upper()}{heading.words[1:]}, {front_matter.title}"
        yield SystemCommand(name, counted(front_matter.minutes, "minute"), partial(post, OpenLesson(front_matter.id)))
    yield from _simulation_commands(post)


def unlisted_commands(course: "Course", post: Post) -> Iterator[SystemCommand]:
    """The palette's entries that only typing finds, since they are too many to list: terms, questions and concepts."""
    for term in collect_terms(course):
        request = OpenLesson(term.source.lesson, term.source.section, is_visit=True)
        yield SystemCommand(f"Word {term.name}", term.meaning, partial(post, request))
    lessons = []
    for lesson in course.lessons():
        lessons.append(lesson)
        yield from _question_commands(lesson, post)
    yield from _concept_commands(course, lessons, post)


def _question_commands(lesson: "Lesson", post: Post) -> Iterator[SystemCommand]:
    """Entries that open the questions of a lesson, each on its page."""
    for page, section in enumerate(lesson.sections):
        for block in section.blocks:
            if isinstance(block, QuestionBlock):
                question = block.question
                topic = concept_name(question.concepts[0]) if question.concepts else section.title
                # A prediction has no text of its own: the simulation asks it.
                prompt = getattr(question, "ask", None) or "What comes next in the simulation?"
                open_question = partial(post, OpenLesson(lesson.id, page, question.id, is_visit=True))
                yield SystemCommand(f"Question on {topic}", prompt_line(prompt), open_question)


def _concept_commands(course: "Course", lessons: "Sequence[Lesson]", post: Post) -> Iterator[SystemCommand]:
    """Two entries for each concept of `lessons`: the first lesson that teaches it, and a quiz on it."""
    lesson_ids: dict[str, str] = {}
    for lesson in lessons:
        for concept in lesson.heading.front_matter.concepts:
            lesson_ids.setdefault(concept, lesson.id)
    for concept, lesson_id in lesson_ids.items():
        (title,) = course.name_lessons([lesson_id])
        name = concept_name(concept)
        open_lesson = partial(post, OpenLesson(lesson_id))
        yield SystemCommand(f"Concept {name}", f"The lesson “{title}” teaches it", open_lesson)
        open_quiz = partial(post, OpenQuiz(QuizOptions(Scope(concept=concept))))
        yield SystemCommand(f"Quiz on {name}", "Questions on this concept only", open_quiz)


def settings_commands(app: App[Any], show_settings: Callable[[], None]) -> Iterator[SystemCommand]:
    """The palette's entries for the themes, and one that shows the settings."""
    for name in app.available_themes:
        help = "The theme in use" if name == app.theme else "Use this theme from now on"
        yield SystemCommand(f"Theme {name}", help, partial(setattr, app, "theme", name))
    yield SystemCommand("Settings and keys", "What is set, where, and the name of every key", show_settings)


MAX_SHARE_OF_ROWS = 0.78
"""Share of the screen's rows that the list takes at most."""
ROWS_AROUND_LIST = 6
"""Rows above the list, with the line to type on, and below it."""


class CommandPaletteScreen(CommandPalette, ResizeSafeScreen[None]):
    """The command palette, made safe against keys that arrive faster than it can react."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", priority=True, id="palette.open", tooltip="Open what is under the cursor"),
        Binding(
            "down", "cursor_down", "Pick", key_display="↑↓", priority=True, id="palette.down", tooltip="The next entry"
        ),
        Binding(
            "up",
            "command_list('cursor_up')",
            "Up",
            show=False,
            priority=True,
            id="palette.up",
            tooltip="The entry before",
        ),
        Binding("escape", "escape", "Close", id="palette.close", tooltip="Back to where you were"),
    ]

    def compose(self) -> ComposeResult:
        """Yield Textual's line to type on and list, then the keys."""
        yield from super().compose()
        yield KeyBar()

    def on_mount(self) -> None:
        """Name the frame, and show the sign that all inputs of the course begin with, in place of Textual's icon."""
        self.query_one(SearchIcon).icon = "›"
        self.query_one("#--input").border_title = literal("Commands")

    def on_resize(self) -> None:
        """Leave rows around the list, and below it one for the keys."""
        self.query_one(CommandList).styles.max_height = min(
            round(MAX_SHARE_OF_ROWS * self.size.height), self.size.height - ROWS_AROUND_LIST
        )

    def action_open(self) -> None:
        """Open the entry under the cursor, as Enter on Textual's line does, whose key has no name for the key bar."""
        self._select_or_command()

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close the palette, but only once: a second Enter must not close the screen beneath."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def _watch__show_busy(self) -> None:  # type: ignore[override]
        """Show at once that it is searching; Textual's own watcher is a coroutine that might never be awaited."""
        self.query_one(LoadingIndicator).set_class(self._show_busy, "--visible")
        self.query_one(CommandList).set_class(self._show_busy, "--populating")

    def _refresh_command_list(self, command_list: CommandList, commands: list[Command], clear_current: bool) -> None:
        """List the commands with their descriptions beside them; Textual's own entries have two lines each.

        Before anything is typed, a line divides the kinds.
        """
        named = [_name_and_help(command.hit) for command in commands]
        entries = make_entries(named)
        shown = [Command(entry, command.hit, command.id) for entry, command in zip(entries, commands, strict=True)]
        for (kind, _, _), (next_kind, _, _), command in zip(named, named[1:], shown, strict=False):
            # Textual's own list has this line below an option that was added before a `None`, which cannot be sorted.
            command._divider = kind != next_kind and isinstance(command.hit, DiscoveryHit)
        super()._refresh_command_list(command_list, shown, clear_current)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether an action can be run now. The actions of the list can, once the list is laid out.

        Before that the list has no size, so it cannot tell how far a page scrolls.
        """
        if action != "command_list":
            return super().check_action(action, parameters)
        return bool(self.query_one(CommandList).scrollable_content_region)


class CourseThemeProvider(ThemeProvider):
    """Finds themes by name: first those of the course, then Textual's."""

    @property
    def commands(self) -> list[tuple[str, Callable[[], None]]]:
        """The name of each theme, and what puts it to use."""
        own_names = list(THEME_WORDS)

        def rank(command: tuple[str, Callable[[], None]]) -> int:
            name, _ = command
            return own_names.index(name) if name in own_names else len(own_names)

        return sorted(super().commands, key=rank)  # Textual's themes, all of one rank, keep their order

    async def discover(self) -> Hits:
        """Before anything is typed, list all themes, those of the course with what they are."""
        for name, callback in self.commands:
            words = [THEME_WORDS.get(name, ""), "in use" if name == self.app.theme else ""]
            yield DiscoveryHit(literal(name), callback, help=_as_help(", ".join(filter(None, words))))


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
        """Yield the commands that match `query` by name or by description, the best with the highest score.

        A match by description counts half as much as one by name. There, capitals and hyphens make no difference.
        """
        matcher, help_matcher = self.matcher(query), self.matcher(_with_spaces(query))
        for name, help_text, callback, _ in cast("CourseApp", self.app).all_commands(self.screen):
            name_score = matcher.match(name)
            help_score = 0.0
            help_words = _with_spaces(help_text)
            if help_matcher.query in help_words:
                # The matcher is called only if the text contains the query: it tries every way to match single letters,
                # and a long text has so many that this costs time and memory.
                help_score = help_matcher.match(help_words) / 2
            if name_score or help_score:
                kind, _, _ = name.partition(" ")
                score = max(name_score, help_score) * KIND_WEIGHTS.get(kind, 1.0)
                yield Hit(score, _highlight_matches(name, matcher), callback, text=name, help=_as_help(help_text))


def _with_spaces(text: str) -> str:
    """`text` for a comparison that ignores capitals and hyphens: in lower case, with spaces for hyphens."""
    return text.casefold().replace("-", " ")


def _name_and_help(hit: DiscoveryHit | Hit) -> tuple[str, Content, Content]:
    """What the list shows of a command: its kind (the first word of its name, if many have it), name and help."""
    name = literal(cast("Content", hit.prompt))
    first_word, _, others = name.plain.partition(" ")
    return first_word if others and first_word in KINDS else "", name, literal(hit.help or "")


def _as_help(help_text: str) -> str:
    """Make a help text that the palette shows as it is, since it would read a plain string as markup.

    It is a `Content`, which the palette takes although its type says `str`.
    """
    return cast("str", literal(help_text))


def _highlight_matches(name: str, matcher: Matcher) -> Content:
    """Highlight the letters of `name` that match; the matcher's own method would read the name as markup."""
    content = literal(name)
    _, offsets = matcher.fuzzy_search.match(matcher.query, name)
    for offset in offsets:
        if not name[offset].isspace():
            content = content.stylize(matcher.match_style, offset, offset + 1)
    return content


def _simulation_commands(post: Post) -> Iterator[SystemCommand]:
    """Entries that open the simulations, each made only when it is opened."""
    from tutor.sims.table import SIMULATION_TITLES

    for name, title in SIMULATION_TITLES.items():
        # The description has the name that commands take, so that it is found by that name too.
        yield SystemCommand(f"Simulation: {title}", f"simulation {name}", partial(_open_simulation, post, name))


def _open_simulation(post: Post, name: str) -> None:
    """Make the simulation with this name, and ask the app to open it."""
    from tutor.sims.table import find_simulation

    post(OpenSimulation(find_simulation(name).build()))
