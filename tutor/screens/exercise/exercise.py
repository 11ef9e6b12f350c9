"""The screen of an exercise: the statement, the editor, and the result of the last check."""

from collections.abc import Iterator
from functools import partial
from time import monotonic
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll

from tutor.content.stubs import write_stub
from tutor.errors import ChainruleError
from tutor.exercises.checker import Checker
from tutor.exercises.files import earlier_solutions, solutions_folder
from tutor.exercises.report import Report
from tutor.quiz.coding import record_code
from tutor.quiz.session import Session
from tutor.sandbox.sandbox import shared_launcher
from tutor.screens.base import Banner, CourseScreen
from tutor.text.sentences import join_sentences
from tutor.widgets.deferred import call_after, run_in_thread
from tutor.widgets.exercise.file_pane import FilePane
from tutor.widgets.exercise.result import PrintedPane, ResultPane
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.markdown.mathdown import MathMarkdown

PATIENCE = 0.3
"""Seconds after which a running check is mentioned."""


class ExerciseScreen(CourseScreen):
    """Write a function here or in your own editor. What you save is checked at once, and kept."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", id="exercise.save", tooltip="Save your code, and have it checked"),
        Binding("f2", "hint", "Hint", id="exercise.hint", tooltip="One of three hints, each saying more"),
        Binding(
            "f3",
            "drive",
            "Simulation",
            id="exercise.simulation",
            tooltip="Let your code take the steps of the simulation",
        ),
        Binding("d", "drive", "Drive", show=False, id="exercise.drive", tooltip="The same, from the result"),
        Binding("ctrl+e", "editor", "Editor", id="exercise.editor", tooltip="Open the file in $VISUAL or $EDITOR"),
        Binding(
            "f9", "reveal", "Show the answer", id="exercise.reveal", tooltip="Show our solution; what you have counts"
        ),
    ]
    DEFAULT_CSS = """
    ExerciseScreen {
        & > #work { height: 1fr; layout: vertical; }
        & #left { height: 1fr; }
        & #statement { height: auto; max-height: 33%; padding: 0 1; background: $panel; }
        & #statement MathMarkdown > MarkdownBlock:last-child { margin-bottom: 0; }
        & #outcome { height: 33%; min-height: 4; layout: horizontal; border-top: solid $panel; }
        & #result { width: 1fr; height: 1fr; }
        & PrintedPane { width: 28; height: 1fr; }
        &.-solved #outcome { height: 46%; }
        &.-wide > #work { layout: horizontal; }
        &.-wide #left { width: 3fr; }
        &.-wide #outcome { width: 2fr; height: 1fr; layout: vertical; border-top: none; border-left: solid $panel; }
        &.-wide PrintedPane { width: 1fr; height: auto; max-height: 40%; }
    }
    """

    def __init__(self, session: Session, exercise: str) -> None:
        """Open the exercise with this id.

        Raises:
            ChainruleError: there is none.
        """
        super().__init__(session)
        self._block = block = session.course.exercise(exercise)
        folder = solutions_folder(session.store.folder)
        self._folder = folder
        stub = write_stub(session.course, block)
        self._file = FilePane(block.id, stub, folder, session.store.folder)
        self._checker = Checker(block.id, block.exercise, shared_launcher())
        self._code = self._file.code
        self._pane = ResultPane(block, id="result")
        self._number = 0
        """The number of the check that was asked for last; the verdicts of earlier ones come too late."""
        self._outcomes: list[tuple[int, str, Report | ChainruleError]] = []
        self._latest: tuple[str, Report] | None = None
        self._note = ""
        """Why the text that is checked could not be saved."""
        self._is_slow = False
        """Whether a check has been running long enough to be mentioned."""
        self._hints = 0
        self._since = monotonic()

    def compose(self) -> ComposeResult:
        """The banner, the statement above the code, and the result beside or below them."""
        exercise = self._block.exercise
        yield Banner(f"Write it yourself: {exercise.title}", self._file.words)
        with Container(id="work"):
            with Vertical(id="left"):
                with VerticalScroll(id="statement", can_focus=False):
                    yield MathMarkdown(f"Write `{exercise.function}`. {exercise.ask}")
                yield self._file
            with Container(id="outcome"):
                yield self._pane
                yield PrintedPane()
        yield KeyBar()

    def on_mount(self) -> None:
        """Run the reference while the statement is read."""
        self._code.focus()
        run_in_thread(self, self._prepare)

    def on_unmount(self) -> None:
        """Save what was typed, in the file or beside it, however the screen closes."""
        self._checker.close()
        self._file.rescue()

    @property
    def is_typing(self) -> bool:
        """Letters are text while the editor is focused."""
        return self.focused is self._code or super().is_typing

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the solution until it is shown."""
        return not self.has_class("-solved") if action == "reveal" else True

    # -- the file

    @on(FilePane.Touched)
    def _show_saved(self) -> None:
        self.query_one(Banner).note = f"{self._file.words} · checking …" if self._is_slow else self._file.words

    @on(FilePane.Said)
    def _say(self, message: FilePane.Said) -> None:
        self._pane.say(message.text)

    @on(FilePane.Ready)
    def _check_saved(self, message: FilePane.Ready) -> None:
        self._note = message.note
        self._check(message.source)

    def action_save(self) -> None:
        """Save and check the code, even if it is unchanged."""
        self._file.save()

    def action_editor(self) -> None:
        """Open the file in the learner's own editor, and come back when that is closed."""
        self._file.open_editor()

    # -- checks

    def _prepare(self) -> Iterator[None]:
        try:
            self._checker.prepare()
        except ChainruleError as error:
            self._outcomes.append((self._number, "", error))
        yield

    def _check(self, source: str) -> None:
        """Check `source` in a thread, ending any check still running."""
        self._number += 1
        self._checker.cancel()
        call_after(self, PATIENCE, self._say_checking, self._number)
        run_in_thread(self, partial(self._work, source, self._number), self._arrived)

    def _say_checking(self, number: int) -> None:
        if number == self._number and not any(each[0] == number for each in self._outcomes):
            self._is_slow = True
            self._show_saved()

    def _work(self, source: str, number: int) -> Iterator[None]:
        outcome: Report | ChainruleError | None
        try:
            earlier = earlier_solutions(self._folder, self._block.exercise)
            outcome = self._checker.check(source, earlier, lambda: number == self._number)
        except ChainruleError as error:
            outcome = error
        if outcome is not None:
            self._outcomes.append((number, source, outcome))
        yield

    async def _arrived(self) -> None:
        """Record the newest verdict, then show it."""
        outcomes, self._outcomes = self._outcomes, []
        for number, source, outcome in outcomes:
            if number == self._number:
                self._number += 1
                await self._show(source, outcome)

    async def _show(self, source: str, outcome: Report | ChainruleError) -> None:
        self._is_slow = False
        self._show_saved()
        try:
            if isinstance(outcome, ChainruleError):
                raise outcome
            seconds = monotonic() - self._since
            if record_code(self.session, self._block, source, outcome, hints=self._hints, seconds=seconds):
                self._since = monotonic()
        except ChainruleError as error:
            self._pane.say(join_sentences(str(error)))
            return
        self._latest = (source, outcome)
        await self._pane.show(outcome, self._note)
        self.query_one(PrintedPane).show(outcome.printed)
        if outcome.passed:
            self._end()

    # -- what else there is

    async def action_hint(self) -> None:
        """Show one more hint, if any."""
        hints = self._block.exercise.hints
        if self._hints < len(hints):
            self._hints += 1
            await self._pane.add_hint(self._hints, hints[self._hints - 1])
        else:
            self.notify("There are no more hints; F9 shows our solution.", timeout=4)

    async def action_reveal(self) -> None:
        """Show the solution; the score so far counts, and later work counts as helped."""
        source, report = self._latest or ("", None)
        if report is not None and not report.passed:
            try:
                seconds = monotonic() - self._since
                record_code(
                    self.session, self._block, source, report, hints=self._hints, seconds=seconds, gives_up=True
                )
            except ChainruleError as error:
                self._pane.say(join_sentences(str(error)))
                return
        self._hints = max(self._hints, 1)
        await self._pane.show_solution(report)
        self._end()

    def _end(self) -> None:
        """Give the displayed solution more room."""
        self.add_class("-solved")
        self.refresh_bindings()

    def action_drive(self) -> None:
        """Run a simulation whose steps the code can take."""
        from tutor.exercises.driven_run import begin_driven_run
        from tutor.screens.exercise.drive import DriveScreen

        if self._file.is_unsaved:
            self._file.save()
        function = self._block.exercise.name
        try:
            earlier = earlier_solutions(self._folder, self._block.exercise)
            begun = begin_driven_run(function, self._code.text, earlier, shared_launcher())
        except ChainruleError as error:
            self.notify(join_sentences(str(error)), title="No run", severity="warning", timeout=6)
            return
        if begun is None:
            self.notify(f"No simulation of the course takes its steps by {function}.", timeout=4)
        else:
            self.app.push_screen(DriveScreen(self.session, function, *begun))

    async def action_back(self) -> None:
        """Go back one step, saving what was typed: to the result, then to the lesson."""
        if self._file.is_unsaved:
            self._file.save()
        if self.focused is self._code:
            self._pane.focus()
        elif self._file.rescue():
            await super().action_back()

    async def go_further(self) -> None:
        """Focus the code, or return to the lesson once it passes."""
        if self._latest is not None and self._latest[1].passed:
            await super().action_back()
        else:
            self._code.focus()
