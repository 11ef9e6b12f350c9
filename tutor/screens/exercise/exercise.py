"""The screen of an exercise: the statement, the editor, and the result of the last check."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import ClassVar, NamedTuple

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

MENTION_CHECK_AFTER = 0.3
"""Seconds after which the screen says that a check is running."""


@dataclass(frozen=True)
class CheckOutcome:
    """The result of a check in a thread."""

    number: int
    """The number of the check."""
    source: str
    """The code that was checked."""
    result: Report | ChainruleError
    """The report, or why there is none."""


class CheckedCode(NamedTuple):
    """Code that was checked, and the report on it."""

    source: str
    report: Report


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
        self._editor = self._file.editor
        self._result_pane = ResultPane(block, id="result")
        self._check_number = 0
        """The number of the check that was begun last; the results of earlier ones are not shown."""
        self._outcomes: list[CheckOutcome] = []
        """The results of checks that wait to be shown; threads add to them."""
        self._latest: CheckedCode | None = None
        """The code that was checked last; `None` before there is a report."""
        self._save_problem = ""
        """Why the text that is checked could not be saved."""
        self._is_slow = False
        """Whether a check has been running long enough to be mentioned."""
        self._hint_count = 0
        """How many hints were shown; the solution counts as one, too."""
        self._working_since = monotonic()

    def compose(self) -> ComposeResult:
        """Yield the banner, the statement above the code, the result beside or below them, and the keys."""
        exercise = self._block.exercise
        yield Banner(f"Write it yourself: {exercise.title}", self._file.words)
        with Container(id="work"):
            with Vertical(id="left"):
                with VerticalScroll(id="statement", can_focus=False):
                    yield MathMarkdown(f"Write `{exercise.function}`. {exercise.ask}")
                yield self._file
            with Container(id="outcome"):
                yield self._result_pane
                yield PrintedPane()
        yield KeyBar()

    def on_mount(self) -> None:
        """Run the reference while the statement is read."""
        self._editor.focus()
        run_in_thread(self, self._prepare_checker)

    def on_unmount(self) -> None:
        """Save what was typed, in the file or beside it, however the screen closes."""
        self._checker.close()
        self._file.rescue()

    @property
    def is_typing(self) -> bool:
        """Whether letters are text: in the editor, too."""
        return self.focused is self._editor or super().is_typing

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether an action can be run now: all can, but the solution is offered only until it is shown."""
        return action != "reveal" or not self.has_class("-solved")

    # -- the file

    @on(FilePane.Touched)
    def _update_banner(self) -> None:
        """Say in the banner whether the text is saved, and that a check is running if it takes long."""
        self.query_one(Banner).note = f"{self._file.words} · checking …" if self._is_slow else self._file.words

    @on(FilePane.Said)
    def _show_message(self, message: FilePane.Said) -> None:
        self._result_pane.say(message.text)

    @on(FilePane.Ready)
    def _check_saved_text(self, message: FilePane.Ready) -> None:
        """Check the text that was just saved.

        If it could not be saved, it is checked all the same, and `message.note` says why.
        """
        self._save_problem = message.note
        self._check(message.source)

    def action_save(self) -> None:
        """Save and check the code, even if it is unchanged."""
        self._file.save()

    def action_editor(self) -> None:
        """Open the file in the learner's own editor, and come back when that is closed."""
        self._file.open_editor()

    # -- checks

    def _prepare_checker(self) -> Iterator[None]:
        """Run the reference solution; a generator of one step, as `run_in_thread` needs it."""
        try:
            self._checker.prepare()
        except ChainruleError as error:
            self._outcomes.append(CheckOutcome(self._check_number, "", error))
        yield

    def _check(self, source: str) -> None:
        """Check `source` in a thread, ending any check still running."""
        self._check_number += 1
        self._checker.cancel()
        call_after(self, MENTION_CHECK_AFTER, self._mention_if_running, self._check_number)
        run_in_thread(self, partial(self._run_check, source, self._check_number), self._show_newest_outcome)

    def _mention_if_running(self, check_number: int) -> None:
        """Say in the banner that a check is running, if the check with this number still is."""
        has_ended = any(outcome.number == check_number for outcome in self._outcomes)
        if check_number == self._check_number and not has_ended:
            self._is_slow = True
            self._update_banner()

    def _run_check(self, source: str, check_number: int) -> Iterator[None]:
        """Check `source`, and add the result to `_outcomes` unless a newer check has begun meanwhile.

        A generator of one step, as `run_in_thread` needs it.
        """
        result: Report | ChainruleError | None
        try:
            # The code may call the learner's solutions of earlier exercises.
            earlier = earlier_solutions(self._folder, self._block.exercise)
            result = self._checker.check(source, earlier, lambda: check_number == self._check_number)
        except ChainruleError as error:
            result = error
        if result is not None:
            self._outcomes.append(CheckOutcome(check_number, source, result))
        yield

    async def _show_newest_outcome(self) -> None:
        """Record and show the result of the latest check; drop the results of earlier ones."""
        outcomes, self._outcomes = self._outcomes, []
        for outcome in outcomes:
            if outcome.number == self._check_number:
                # This check is finished, so `_mention_if_running` must not find its number any more.
                self._check_number += 1
                await self._show_outcome(outcome.source, outcome.result)

    async def _show_outcome(self, source: str, result: Report | ChainruleError) -> None:
        """Record the code with its report, and show the report. If there is none, or recording fails, say why."""
        self._is_slow = False
        self._update_banner()
        try:
            if isinstance(result, ChainruleError):
                raise result  # handled below, like an error of recording
            seconds = monotonic() - self._working_since
            if record_code(self.session, self._block, source, result, hints=self._hint_count, seconds=seconds):
                self._working_since = monotonic()
        except ChainruleError as error:
            self._result_pane.say(join_sentences(str(error)))
            return
        self._latest = CheckedCode(source, result)
        await self._result_pane.show(result, self._save_problem)
        self.query_one(PrintedPane).show(result.printed)
        if result.passed:
            self._make_room_for_solution()

    # -- what else there is

    async def action_hint(self) -> None:
        """Show one more hint, if any."""
        hints = self._block.exercise.hints
        if self._hint_count < len(hints):
            self._hint_count += 1
            await self._result_pane.add_hint(self._hint_count, hints[self._hint_count - 1])
        else:
            self.notify("There are no more hints; F9 shows our solution.", timeout=4)

    async def action_reveal(self) -> None:
        """Show the solution: the score so far is recorded, and later work counts as done with a hint."""
        latest = self._latest
        if latest is not None and not latest.report.passed:
            try:
                record_code(
                    self.session,
                    self._block,
                    latest.source,
                    latest.report,
                    hints=self._hint_count,
                    seconds=monotonic() - self._working_since,
                    gives_up=True,
                )
            except ChainruleError as error:
                self._result_pane.say(join_sentences(str(error)))
                return
        self._hint_count = max(self._hint_count, 1)  # the solution counts as a hint
        await self._result_pane.show_solution(None if latest is None else latest.report)
        self._make_room_for_solution()

    def _make_room_for_solution(self) -> None:
        """Give the displayed solution more room."""
        self.add_class("-solved")
        self.refresh_bindings()

    def action_drive(self) -> None:
        """Open a simulation whose steps the learner's code takes, or say why there is none."""
        from tutor.exercises.driven_run import begin_driven_run
        from tutor.screens.exercise.drive import DriveScreen

        if self._file.is_unsaved:
            self._file.save()
        function = self._block.exercise.name
        try:
            earlier = earlier_solutions(self._folder, self._block.exercise)
            run_and_process = begin_driven_run(function, self._editor.text, earlier, shared_launcher())
        except ChainruleError as error:
            self.notify(join_sentences(str(error)), title="No run", severity="warning", timeout=6)
            return
        if run_and_process is None:
            self.notify(f"No simulation of the course takes its steps by {function}.", timeout=4)
        else:
            run, process = run_and_process
            self.app.push_screen(DriveScreen(self.session, function, run, process))

    async def action_back(self) -> None:
        """Save what was typed, and leave the editor for the result; from there, leave the screen."""
        if self._file.is_unsaved:
            self._file.save()
        if self.focused is self._editor:
            self._result_pane.focus()
        elif self._file.rescue():  # what was typed is kept in the file or beside it
            await super().action_back()

    async def go_further(self) -> None:
        """Focus the editor, or return to the lesson if the code passed its last check."""
        if self._latest is not None and self._latest.report.passed:
            await super().action_back()
        else:
            self._editor.focus()
