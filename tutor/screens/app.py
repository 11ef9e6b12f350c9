"""The app: what is open, and how one gets from one screen to another."""

import gc
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from textual import on
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.screen import Screen

from tutor.errors import ChainruleError
from tutor.progress.store import Store
from tutor.screens.requests import GoHome, OpenLesson, OpenProgress, OpenQuiz, OpenSheet, OpenSimulation, Sheet
from tutor.screens.small import TooSmall, is_too_small
from tutor.screens.themes import THEMES
from tutor.session import Sitting, choose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tutor.content.course import Course
    from tutor.sims.base import Simulation
    from tutor.sims.player import Player
    from tutor.widgets.card import QuestionCard


Kind = Literal["home", "lesson", "simulation", "quiz", "placement"]
"""What can be opened first."""


@dataclass(frozen=True)
class Opening:
    """What to open first."""

    kind: Kind = "home"
    lesson: str | None = None
    """The lesson to open, or for a quiz the one lesson to ask about."""
    section: int | None = None
    """The page, counted from 0; `None` is where it was left."""
    watch: bool = False
    """Whether the lesson is shown anew when its file changes."""
    player: "Player[Any] | None" = None
    """The run to show, where it stands."""
    due: bool = False
    count: int = 10
    seed: int | None = None


class ChainruleApp(App[None]):
    """The course in a terminal."""

    TITLE = "Chainrule"
    CSS_PATH = Path(__file__).with_name("chainrule.tcss")
    ENABLE_COMMAND_PALETTE = True
    HELP = "The course. Every screen has its own keys; these work everywhere."

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help", key_display="?", id="app.help", tooltip="What the keys do here"),
        Binding("f1", "help", "Help", id="app.help-typing", tooltip="What the keys do here"),
        Binding(
            "ctrl+q",
            "quit",
            "Quit",
            show=False,
            priority=True,
            id="app.quit",
            tooltip="Leave; everything is kept",
        ),
    ]

    def __init__(self, course: "Course", store: Store, opening: Opening | None = None) -> None:
        super().__init__()
        self.course = course
        self.store = store
        self.opening = opening or Opening()
        self.sitting = Sitting(course, store, store.clock)
        for theme in THEMES:
            self.register_theme(theme)
        # Set before the style sheet is read, so that nothing is read or drawn twice.
        self.set_reactive(App.theme, THEMES[0].name)
        self.stylesheet.set_variables(self.get_css_variables())

    # -- what is open

    def get_default_screen(self) -> Screen[Any]:
        """The first screen: opened at once, with nothing beneath it, so that it is painted once."""
        opening = self.opening
        if opening.kind == "lesson" and opening.lesson is not None:
            return self._lesson(opening.lesson, opening.section, opening.watch)
        if opening.kind == "simulation" and opening.player is not None:
            return self._simulator(opening.player)
        if opening.kind == "quiz":
            return self._quiz(opening.lesson, opening.due, opening.count, opening.seed)
        if opening.kind == "placement":
            return self._sheet("placement", opening.seed)
        return self._home()

    def _home(self) -> Screen[Any]:
        from tutor.screens.home import HomeScreen

        return HomeScreen(self.sitting)

    def _lesson(self, id: str, section: int | None, watch: bool = False) -> Screen[Any]:
        from tutor.screens.lesson import LessonScreen

        lesson = self.course.lesson(id)
        place = self.store.place(id) if section is None else section
        return LessonScreen(self.sitting, lesson, place or 0, watch=watch)

    def _simulator(self, simulation: "Simulation[Any] | Player[Any]", step: int = 0) -> Screen[Any]:
        from tutor.screens.simulator import SimulatorScreen

        return SimulatorScreen(self.sitting, simulation, step)

    def _quiz(self, lesson: str | None, due: bool, count: int, seed: int | None) -> Screen[Any]:
        from tutor.screens.quiz import QuizScreen

        chosen = choose(
            self.course,
            self.store,
            lesson=lesson,
            due=due,
            count=count,
            seed=seed,
            clock=self.sitting.clock,
        )
        return QuizScreen(self.sitting, chosen)

    def _sheet(self, sheet: Sheet, seed: int | None = None) -> Screen[Any]:
        from tutor.screens.sheets import sheet_screen

        return sheet_screen(sheet, self.sitting, seed)

    # -- going from one to another

    def action_leave(self) -> None:
        """Back to the screen beneath, or to the course map when there is none."""
        if self._is_home:
            return
        if len(self.screen_stack) > 1:
            self.pop_screen()
        else:
            # Textual cannot exchange the first screen for another, so it stays beneath.
            self.push_screen(self._home())

    @property
    def _is_home(self) -> bool:
        from tutor.screens.home import HomeScreen

        return isinstance(self.screen, HomeScreen)

    @on(OpenLesson)
    def _open_lesson(self, request: OpenLesson) -> None:
        self._open(lambda: self._lesson(request.id, request.section))

    @on(OpenSimulation)
    def _open_simulation(self, request: OpenSimulation) -> None:
        self._open(lambda: self._simulator(request.simulation, request.step))

    @on(OpenQuiz)
    def _open_quiz(self, request: OpenQuiz) -> None:
        self._open(lambda: self._quiz(request.lesson, request.due, request.count, request.seed))

    @on(OpenProgress)
    def _open_progress(self) -> None:
        from tutor.screens.progress import ProgressScreen

        self._open(lambda: ProgressScreen(self.sitting))

    @on(OpenSheet)
    def _open_sheet(self, request: OpenSheet) -> None:
        self._open(lambda: self._sheet(request.sheet))

    @on(GoHome)
    async def _go_home(self) -> None:
        while len(self.screen_stack) > 1 and not self._is_home:
            await self.pop_screen()
        self.action_leave()

    def _open(self, make: "Callable[[], Screen[Any]]") -> None:
        """Show a screen; one of the same kind is replaced, so that the way back stays short."""
        try:
            screen = make()
        except ChainruleError as error:
            self.notify(str(error), title="This cannot be opened", severity="error", markup=False)
            return
        if type(screen) is type(self.screen) and len(self.screen_stack) > 1:
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def on_question_card_simulator_asked(self, asked: "QuestionCard.SimulatorAsked") -> None:
        """Open the simulator of a challenge, and bring its answer back to the card."""
        from tutor.screens.asking import ChallengeScreen

        scene = asked.instance.scene
        if scene is not None:
            self.push_screen(
                ChallengeScreen(asked.instance, scene),
                lambda raw: None if raw is None else asked.card.take(raw),
            )

    def action_help(self) -> None:
        """Say what the keys do for what has the focus."""
        from tutor.screens.help import HelpScreen, help_pages

        self.push_screen(HelpScreen(help_pages(self.screen)))

    # -- a terminal that is too small

    def on_mount(self) -> None:
        """A terminal may be too small from the start."""
        self._watch_size(is_too_small(self.size))

    def on_ready(self) -> None:
        """The first screen is painted: whoever starts the program may have put off collecting garbage."""
        if not gc.isenabled():
            gc.freeze()
            gc.enable()

    def on_resize(self, event: Resize) -> None:
        """A terminal may become too small, or large enough again."""
        if self.screen_stack:
            self._watch_size(is_too_small(event.size))

    def _watch_size(self, small: bool) -> None:
        if small and not isinstance(self.screen, TooSmall):
            self.push_screen(TooSmall())
        elif not small and isinstance(self.screen, TooSmall):
            self.pop_screen()

    # -- the command palette

    def get_system_commands(self, screen: Screen[Any]) -> "Iterable[SystemCommand]":
        """The course's screens, simulations and lessons, and what Textual offers that a learner needs."""
        from tutor.screens.palette import course_commands

        yield from course_commands(self)
        yield SystemCommand("Theme", "Light, dark or high contrast", self.action_change_theme)
        yield SystemCommand("Help", "What the keys do here", self.action_help)
        yield SystemCommand("Quit", "Leave; everything is kept", self.action_quit)


def open_app(course: "Course", opening: Opening, store: Store | None = None) -> int:
    """Open the course in the terminal at `opening`, with the learner's record; the exit code."""
    app = ChainruleApp(course, store or Store.open(), opening)
    app.run()
    return app.return_code or 0
