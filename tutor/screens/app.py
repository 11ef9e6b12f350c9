"""The Textual app: opens screens on request, and applies settings, keys and themes."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import msgspec
from textual import on
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.screen import Screen
from textual.theme import Theme

from tutor.errors import ChainruleError
from tutor.progress.record.store import Store
from tutor.quiz.session import Session
from tutor.screens.base import TooSmall, is_too_small
from tutor.screens.catalogue import ALL_NAMES, key_table, make_startup_names
from tutor.screens.requests import GoHome, OpenLesson, OpenQuiz, OpenQuizSetup, OpenScreen, OpenSimulation
from tutor.screens.table import build_screen
from tutor.screens.terminal.steady import SteadyApp
from tutor.screens.themes import THEMES
from tutor.settings.file import load_settings, settings_folder
from tutor.settings.table import Settings
from tutor.text.ascii_mode import override_ascii, prefers_ascii
from tutor.widgets.deferred import run_in_thread
from tutor.widgets.line_filters import chain_filters, terminal_filters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from textual.command import Provider
    from textual.filter import LineFilter

    from tutor.content.course import Course
    from tutor.quiz.selection import QuizOptions
    from tutor.sims.engine.player import Player
    from tutor.sims.engine.simulation import Simulation
    from tutor.widgets.answers.question_card import QuestionCard


MAX_FAULTS_SHOWN = 3
"""The most faults of the settings file that are shown at once."""
FAULTS_SHOWN_SECONDS = 15.0

OpeningKind = Literal["start", "home", "lesson", "simulation", "quiz", "placement"]
"""What can be opened first."""


class Opening(msgspec.Struct, frozen=True):
    """The screen to open first, with its arguments."""

    kind: OpeningKind = "home"
    lesson: str | None = None
    """The lesson to open."""
    section: int | None = None
    """The page, counted from 0; `None` is where it was left."""
    watch: bool = False
    """Whether the lesson is shown again when its file changes."""
    player: "Player[Any] | None" = None
    """The run to show, at its current step."""
    options: "QuizOptions | None" = None
    """The quiz to open."""
    seed: int | None = None
    """For the placement test."""


def course_provider() -> "type[Provider]":
    """Return the class that fills the command palette; Textual calls this when the palette is first opened."""
    from tutor.screens.command_palette import CourseProvider

    return CourseProvider


def _global_binding(key: str, action: str, description: str, name: str, tooltip: str) -> Binding:
    """Make a binding that works on every screen, and has priority over the screen's own."""
    return Binding(key, action, description, show=False, priority=True, id=f"app.{name}", tooltip=tooltip)


class ChainruleApp(SteadyApp):
    """The course in a terminal."""

    TITLE = "Chainrule"
    CSS_PATH = Path(__file__).with_name("chainrule.tcss")
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar[set[Any]] = {course_provider}
    HELP = "The course. Every screen has its own keys; these work everywhere."

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help", key_display="?", id="app.help", tooltip="What the keys do here"),
        Binding("f1", "help", "Help", id="app.help-typing", tooltip="What the keys do here"),
        _global_binding(
            "ctrl+p", "command_palette", "Commands", "palette", "Anything by name: lessons, themes, settings, keys"
        ),
        _global_binding("ctrl+q", "quit", "Quit", "quit", "Leave; everything is kept"),
        _global_binding(
            "ctrl+z",
            "suspend_process",
            "Suspend",
            "suspend",
            "Back to the shell for a while; fg brings the program back",
        ),
    ]

    def __init__(
        self, course: "Course", store: Store, opening: Opening | None = None, settings: Settings | None = None
    ) -> None:
        super().__init__()
        self.settings = settings = settings or Settings()
        self.settings_faults: list[str] = []
        """What is wrong with the settings file; shown once the first screen is painted."""
        self.must_check_keymap = False
        """Whether to check the keymap against the bindings of all screens, which a start does not import."""
        self.course = course
        self.store = store
        self.opening = opening or Opening()
        self.cell_ratio, self.dots, self.pixels = self.settings.cell_ratio, self.settings.dots, self.settings.pixels
        """For pictures: a cell's height divided by its width; the dots of lines; whether fields are drawn in pixels."""
        self.session = Session(course, store, store.clock, try_again=settings.try_again, quiz_count=settings.quiz_count)
        for theme in THEMES:
            self.register_theme(theme)
        # Set before the style sheet is read, so that nothing is read or drawn twice.
        self.set_reactive(App.theme, self.settings.theme)
        self.stylesheet.set_variables(self.get_css_variables())
        if self.settings.reduced_motion:
            self.animation_level = "none"
        if self.settings.keys:
            self.set_keymap(self.settings.keys)

    def get_line_filters(self) -> "Sequence[LineFilter]":
        """Add filters to Textual's that show control codes as text, and fit all lines to what the terminal can show."""
        has_256_colours = not self.is_headless and self.console.color_system == "256"
        own_filters = terminal_filters(
            ascii=prefers_ascii(), eight_bit=has_256_colours, high_contrast="contrast" in self.theme
        )
        return [chain_filters((*super().get_line_filters(), *own_filters))]

    # -- what is open

    def get_default_screen(self) -> Screen[Any]:
        """Return the screen to open first; as Textual's default screen it is painted before anything else."""
        opening = self.opening
        if opening.kind == "lesson" and opening.lesson is not None:
            return self._make_lesson_screen(opening.lesson, opening.section, watch=opening.watch)
        if opening.kind == "simulation" and opening.player is not None:
            return self._make_simulator_screen(opening.player)
        if opening.kind == "quiz":
            return self._make_quiz_screen(opening.options)
        if opening.kind == "placement":
            return build_screen("placement", self.session, opening.seed)
        if opening.kind == "start" and not self._has_begun:
            return self._make_welcome_screen()
        return self._make_home_screen()

    @property
    def _has_begun(self) -> bool:
        """Whether the learner has used the course before, or there is a notice about the record."""
        return bool(self.store.notice or self.store.count() or self.store.last_reading_position())

    def _make_welcome_screen(self) -> Screen[Any]:
        from tutor.screens.course.welcome import WelcomeScreen

        return WelcomeScreen(self.session, moves=not self.settings.reduced_motion)

    def _make_home_screen(self) -> Screen[Any]:
        from tutor.screens.course.home import HomeScreen

        return HomeScreen(self.session)

    def _make_lesson_screen(self, id: str, section: int | None, **options: Any) -> Screen[Any]:
        """Make the screen of a lesson at `section`, counted from 0; `None` is where the learner left it."""
        from tutor.screens.course.lesson import LessonScreen

        lesson = self.course.lesson(id)
        page = self.store.reading_position(id) if section is None else section
        return LessonScreen(self.session, lesson, page or 0, **options)

    def _make_simulator_screen(self, simulation: "Simulation[Any] | Player[Any]", step: int = 0) -> Screen[Any]:
        from tutor.screens.course.simulator import SimulatorScreen

        return SimulatorScreen(self.session, simulation, step)

    def _make_quiz_screen(self, options: "QuizOptions | None") -> Screen[Any]:
        """Make the screen of a new quiz; if `options` set no length, it has as many questions as the settings say."""
        from tutor.quiz.quiz import describe_quiz, open_quiz
        from tutor.quiz.selection import QuizOptions
        from tutor.screens.quiz.quiz import QuizScreen

        options = options or QuizOptions()
        if options.count is None and options.minutes is None:
            options = replace(options, count=self.session.quiz_count)
        quiz = open_quiz(self.session, options)
        return QuizScreen(quiz, describe_quiz(quiz, options.scope), options.scope.empty_message)

    # -- going from one to another

    def action_leave(self) -> None:
        """Go back to the screen beneath, or to the course map when there is none."""
        if self._is_home:
            return
        if len(self.screen_stack) == 1:
            # Textual cannot exchange the first screen for another, so it stays beneath.
            self.push_screen(self._make_home_screen())
        elif len(self.screen_stack) == 2 and type(self.screen) is type(self.screen_stack[0]):
            # `_open_only_once` put this screen upon the first, which has the same class and cannot be exchanged. The
            # first is out of date, so this one is left for the map.
            self.switch_screen(self._make_home_screen())
        else:
            self.pop_screen()

    @property
    def _is_home(self) -> bool:
        from tutor.screens.course.home import HomeScreen

        return isinstance(self.screen, HomeScreen)

    @on(OpenLesson)
    async def _open_lesson(self, request: OpenLesson) -> None:
        options = {"question": request.question, "is_visit": request.is_visit}
        await self._open_only_once(lambda: self._make_lesson_screen(request.id, request.section, **options))

    @on(OpenSimulation)
    async def _open_simulation(self, request: OpenSimulation) -> None:
        await self._open_only_once(lambda: self._make_simulator_screen(request.simulation, request.step))

    @on(OpenQuiz)
    async def _open_quiz(self, request: OpenQuiz) -> None:
        await self._open_only_once(lambda: self._make_quiz_screen(request.options))

    @on(OpenQuizSetup)
    async def _open_quiz_setup(self, request: OpenQuizSetup) -> None:
        from tutor.quiz.selection import QuizOptions
        from tutor.screens.quiz.setup import QuizSetupScreen

        options = request.options
        if options is None:
            options = QuizOptions(count=self.session.quiz_count, asks_confidence=self.settings.confidence)
        await self._open_only_once(lambda: QuizSetupScreen(self.session, options))

    @on(OpenScreen)
    async def _open_screen(self, request: OpenScreen) -> None:
        await self._open_only_once(lambda: build_screen(request.name, self.session, *request.arguments))

    @on(GoHome)
    async def _go_home(self) -> None:
        while len(self.screen_stack) > 1 and not self._is_home:
            await self.pop_screen()
        self.action_leave()  # if no map was open, it puts one upon the first screen

    async def _open_only_once(self, make_screen: "Callable[[], Screen[Any]]") -> None:
        """Open a screen; if one of its class is open, in place of that one, so that the stack stays short."""
        try:
            screen = make_screen()
        except ChainruleError as error:
            self.notify(str(error), title="This cannot be opened", severity="error")
            return
        positions = [position for position, other in enumerate(self.screen_stack) if type(other) is type(screen)]
        if not positions or positions[-1] == 0:  # Textual cannot exchange the first screen for another
            self.push_screen(screen)
            return
        while len(self.screen_stack) > positions[-1] + 1:
            await self.pop_screen()
        self.switch_screen(screen)

    def on_question_card_simulator_requested(self, request: "QuestionCard.SimulatorRequested") -> None:
        """Open the simulator of a challenge, and bring its answer back to the card."""
        from tutor.screens.quiz.cards import ChallengeScreen

        scene = request.instance.scene
        if scene is None:
            return

        def take_answer(raw: str | None) -> None:
            if raw is not None:  # `None`: the learner left without an answer
                request.card.fill_in(raw)

        self.push_screen(ChallengeScreen(request.instance, scene, request.typed), take_answer)

    def action_help(self) -> None:
        """Explain the keys of the focused widget."""
        from tutor.screens.help import HelpScreen, help_pages

        self.push_screen(HelpScreen(help_pages(self.screen)))

    def action_settings(self) -> None:
        """Show the settings, their file, and the name of every key."""
        from tutor.screens.help import HelpScreen, settings_pages

        self.push_screen(HelpScreen(settings_pages(self.settings), "Settings and keys"))

    # -- a terminal that is too small

    def on_mount(self) -> None:
        """Show the notice if the terminal is too small from the start."""
        self._update_size_notice(is_too_small(self.size))
        self.theme_changed_signal.subscribe(self, self._save_chosen_theme)
        self.app_resume_signal.subscribe(self, self._redraw_after_suspend)

    def on_ready(self) -> None:
        """Do what was deferred until the first screen was painted."""
        if self.must_check_keymap:
            run_in_thread(self, self._list_bindings, self._check_keymap)
        else:
            self._show_settings_faults()

    def _list_bindings(self) -> "Iterator[None]":
        """Import every screen to list all bindings; a generator of one step, as `run_in_thread` needs it."""
        key_table()  # its cache keeps the table for `_check_keymap`
        yield

    def _check_keymap(self) -> None:
        """Apply the keymap, now that all bindings are known, and show the faults of the settings file."""
        settings, self.settings_faults = load_settings(settings_folder(), ALL_NAMES)
        self.must_check_keymap = False
        self.settings = replace(self.settings, keys=settings.keys)
        self.set_keymap(settings.keys)
        self._show_settings_faults()

    def _show_settings_faults(self) -> None:
        if self.settings_faults:
            message = "\n".join(self.settings_faults[:MAX_FAULTS_SHOWN])
            more = "\nchainrule settings lists them all." if len(self.settings_faults) > MAX_FAULTS_SHOWN else ""
            self.notify(message + more, title="Settings", severity="warning", timeout=FAULTS_SHOWN_SECONDS)

    def _redraw_after_suspend(self, _: App[None]) -> None:
        """Redraw everything after Ctrl-Z and fg, which leave the terminal empty."""
        self.refresh(layout=True)

    def _save_chosen_theme(self, theme: Theme) -> None:
        """Save a newly chosen theme in the settings file."""
        if theme.name == self.settings.theme:
            return
        from tutor.settings.writer import save_theme

        self.settings = replace(self.settings, theme=theme.name)
        try:
            save_theme(settings_folder(), theme.name)
        except ChainruleError as error:
            self.notify(str(error), title="Settings", severity="warning")

    def on_resize(self, event: Resize) -> None:
        """Show or remove the notice that the terminal is too small."""
        if self.screen_stack:
            self._update_size_notice(is_too_small(event.size))

    def _update_size_notice(self, is_small: bool) -> None:
        """Show the notice if the terminal `is_small`, and remove it once it is not."""
        is_shown = isinstance(self.screen, TooSmall)
        if is_small and not is_shown:
            self.push_screen(TooSmall())
        elif is_shown and not is_small:
            self.pop_screen()

    # -- the command palette

    def action_command_palette(self) -> None:
        """Open the command palette."""
        from tutor.screens.command_palette import CommandPaletteScreen

        if not isinstance(self.screen, CommandPaletteScreen):
            # Textual's own action gives it an id, which an earlier palette may have until it is removed.
            self.push_screen(CommandPaletteScreen())

    def search_themes(self) -> None:
        """Show the themes in the palette."""
        from tutor.screens.command_palette import CommandPaletteScreen, CourseThemeProvider

        self.push_screen(CommandPaletteScreen(providers=[CourseThemeProvider], placeholder="Search for themes…"))

    def get_system_commands(self, screen: Screen[Any]) -> "Iterable[SystemCommand]":
        """The palette's commands: the screens and what acts on the program, then the lessons and simulations."""
        from tutor.screens.command_palette import course_commands, screen_commands

        yield from screen_commands(self.post_message)
        yield SystemCommand("Theme", "Light, dark, contrast, for every colour vision", self.action_change_theme)
        yield SystemCommand("Help", "What the keys do here", self.action_help)
        yield SystemCommand("Quit", "Leave; everything is kept", self.action_quit)
        yield from course_commands(self.course, self.post_message)

    def all_commands(self, screen: Screen[Any]) -> "Iterable[SystemCommand]":
        """Every command that can be found by typing, including those too many to list; the palette asks for them."""
        from tutor.screens.command_palette import settings_commands, unlisted_commands

        yield from self.get_system_commands(screen)
        yield from unlisted_commands(self.course, self.post_message)
        yield from settings_commands(self, self.action_settings)


def open_app(course: "Course", opening: Opening, store: Store) -> int:
    """Run the app from the screen named by `opening`; return the exit code."""
    settings, faults = load_settings(settings_folder(), make_startup_names(ChainruleApp))
    override_ascii(settings.ascii)
    app = ChainruleApp(course, store, opening, settings)
    app.settings_faults = faults
    app.must_check_keymap = bool(settings.keys or faults)  # only the keys of the app itself are known yet
    app.run()
    if app.crash is not None:
        raise app.crash
    return app.return_code or 0
