"""The screen of an exercise: the statement, the editor, and what came of the code that was saved last."""

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import ClassVar

from textual import on
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll

from tutor.errors import ChainruleError
from tutor.exercises.checker import Checker
from tutor.exercises.files import begin_solution, earlier_solutions, editor_command, solution_path, solutions_folder
from tutor.exercises.report import Report
from tutor.exercises.workfile import Content, FileChangedError, WorkFile
from tutor.files import show_path
from tutor.quiz.coding import record_code
from tutor.quiz.session import Session
from tutor.sandbox.sandbox import shared_launcher
from tutor.screens.base import Banner, CourseScreen
from tutor.widgets.deferred import call_after, call_repeatedly, run_in_thread
from tutor.widgets.exercise.both_changed import BothChangedScreen, Choice
from tutor.widgets.exercise.editor import CodeEditor
from tutor.widgets.exercise.result import PrintedPane, ResultPane
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.markdown.mathdown import MathMarkdown

LOOK_EVERY = 0.12
"""Seconds between two looks at the file; a change is told at the second look that finds it the same."""
PATIENCE = 0.3
"""Seconds after which a check that still runs is said to run."""


def tell(error: ChainruleError) -> str:
    """What went wrong, as a sentence."""
    text = str(error)
    return text if text.endswith((".", "?", "!")) else f"{text}."


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
        & #statement { height: auto; max-height: 5; padding: 0 1; background: $panel; }
        & #statement MathMarkdown > MarkdownBlock:last-child { margin-bottom: 0; }
        & #outcome { height: 7; layout: horizontal; border-top: solid $panel; }
        & #result { width: 1fr; height: 1fr; }
        & PrintedPane { width: 28; height: 1fr; }
        &.-solved #outcome { height: 10; }
        &.-tall #statement { max-height: 12; }
        &.-tall #outcome { height: 14; }
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
        self._file = WorkFile(solution_path(folder, block.id))
        self._checker = Checker(block.id, block.exercise, shared_launcher())
        self._code = CodeEditor(id="code")
        self._pane = ResultPane(block, id="result")
        self._loaded = ""
        """What stood in the editor when it was loaded or saved last."""
        self._number = 0
        """The number of the check that was asked for last; the verdicts of earlier ones come too late."""
        self._outcomes: list[tuple[int, str, Report | ChainruleError]] = []
        self._latest: tuple[str, Report] | None = None
        self._note = ""
        """Why the text that is checked could not be saved."""
        self._hints = 0
        self._since = monotonic()

    def compose(self) -> ComposeResult:
        """Where one is; the statement above the code; the result beside them, or below."""
        exercise = self._block.exercise
        yield Banner(f"Write it yourself: {exercise.title}", self._file.path.name)
        with Container(id="work"):
            with Vertical(id="left"):
                with VerticalScroll(id="statement", can_focus=False):
                    yield MathMarkdown(f"Write `{exercise.function}`. {exercise.ask}")
                yield self._code
            with Container(id="outcome"):
                yield self._pane
                yield PrintedPane()
        yield KeyBar()

    def on_mount(self) -> None:
        """Open the file, and get the reference's answers while it is read."""
        self._code.focus()
        self._open()
        run_in_thread(self, self._prepare)
        call_repeatedly(self, LOOK_EVERY, self._look)

    def on_unmount(self) -> None:
        """Whatever way the screen goes, what was typed is in the file, or beside it."""
        self._checker.close()
        self._rescue()

    def _rescue(self) -> bool:
        """Keep what was typed, in the file, beside it, or in the folder of the record; whether that was possible."""
        text = self._code.text
        beside_record = WorkFile(self.session.store.folder / self._file.path.name)
        for keep in (self._file.save, self._file.set_aside, beside_record.set_aside):
            if not self._is_unsaved:
                break
            with suppress(ChainruleError):
                path = keep(text)
                self._loaded = text
                if path is not None:
                    self.app.notify(f"What you typed is in {show_path(path)}.", title="Not saved", timeout=10)
        return not self._is_unsaved

    @property
    def is_typing(self) -> bool:
        """In the editor, letters are letters."""
        return self.focused is self._code or super().is_typing

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Our solution is offered until it stands there."""
        return not self.has_class("-solved") if action == "reveal" else True

    # -- the file

    def _open(self) -> None:
        """Begin the file where there is none, and load it; one that cannot be read is only told."""
        try:
            _, is_new = begin_solution(self._folder, self._block.id, self._block.exercise)
            content = self._file.look()
        except ChainruleError as error:
            self._refuse(error)
            return
        self._load(content)
        self._code.go_to_gap()
        if not is_new and content.text != self._block.exercise.stub():
            self._check(content.text)

    def _refuse(self, error: ChainruleError) -> None:
        """Say why the file cannot be read. A folder that takes no file leaves an editor with the stub."""
        path = self._file.path
        self._code.read_only = path.exists()
        if not path.exists():
            self._code.load_text(self._block.exercise.stub())
            self._loaded = self._code.text
            self._code.go_to_gap()
        self._pane.say(tell(error))

    def _load(self, content: Content) -> None:
        self._file.accept(content)
        self._code.read_only = False
        place = self._code.cursor_location
        self._code.load_text(content.text)
        self._code.move_cursor(place)
        self._loaded = self._code.text
        self._show_saved()

    @property
    def _is_unsaved(self) -> bool:
        return not self._code.read_only and self._code.text != self._loaded

    @on(CodeEditor.Changed)
    def _show_saved(self) -> None:
        name = self._file.path.name
        self.query_one(Banner).place = f"{name} · not saved" if self._is_unsaved else name

    def _look(self) -> None:
        """See whether another program has written the file."""
        if self._file.has_changed():
            self._take_change()

    def _take_change(self) -> None:
        try:
            content = self._file.look()
        except ChainruleError as error:
            self._pane.say(tell(error))
            return
        if self._is_unsaved and content.text != self._code.text:
            self._ask_which(content)
        elif content.text != self._code.text or self._code.read_only:
            self._load(content)
            self._check(content.text)
        else:
            self._file.accept(content)
            self._loaded = self._code.text
            self._show_saved()

    def _ask_which(self, content: Content) -> None:
        """Both texts changed: the learner says which one stays, and the other is kept beside it."""

        def keep(choice: Choice | None) -> None:
            if choice is None:
                return
            try:
                aside = self._file.set_aside(content.text if choice == "mine" else self._code.text)
            except ChainruleError as error:
                self._pane.say(f"{error}. Nothing was changed.")
                return
            self._file.accept(content)
            if choice == "theirs":
                self._load(content)
            self._save()
            self.notify(f"The other text is in {aside.name}, beside {self._file.path.name}.", timeout=8)

        self.app.push_screen(BothChangedScreen(self._file.path.name), keep)

    def _save(self) -> bool:
        """Save what was typed, and have it checked; whether it is in the file now."""
        if self._code.read_only:
            return True
        text, self._note = self._code.text, ""
        try:
            self._file.save(text)
        except FileChangedError:
            self._take_change()
            return False
        except ChainruleError as error:
            self._note = f"Not saved: {error}."
        else:
            self._loaded = text
        self._show_saved()
        self._check(text)
        return not self._note

    def action_save(self) -> None:
        """Save and check, also what was checked before."""
        self._save()

    def action_editor(self) -> None:
        """Open the file in the learner's own editor, and come back when that is closed."""
        try:
            words = editor_command()
        except ChainruleError as error:
            self._pane.say(tell(error))
            return
        if not words:
            where = show_path(self._file.path)
            self._pane.say(
                f"Neither $VISUAL nor $EDITOR is set. Open {where} in any editor: what you save is seen here."
            )
            return
        if self._is_unsaved and not self._save():
            return
        try:
            with self.app.suspend():
                subprocess.run([*words, str(self._file.path)], check=False)
        except SuspendNotSupported:
            self._pane.say(f"This terminal cannot be handed over. Open {show_path(self._file.path)} in another one.")
        except OSError as error:
            self._pane.say(f"Your editor '{words[0]}' cannot be started: {error.strerror}.")
        else:
            self._take_change()
        self.refresh(layout=True)

    # -- checks

    def _prepare(self) -> Iterator[None]:
        try:
            self._checker.prepare()
        except ChainruleError as error:
            self._outcomes.append((self._number, "", error))
        yield

    def _check(self, source: str) -> None:
        """Check `source` beside the screen; a check that still runs is ended."""
        self._number += 1
        self._checker.cancel()
        call_after(self, PATIENCE, self._say_checking, self._number)
        run_in_thread(self, partial(self._work, source, self._number), self._arrived)

    def _say_checking(self, number: int) -> None:
        if number == self._number and not any(each[0] == number for each in self._outcomes):
            self._pane.border_title = "checking …"

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
        """Put the newest verdict on record, then show it."""
        outcomes, self._outcomes = self._outcomes, []
        for number, source, outcome in outcomes:
            if number == self._number:
                self._number += 1
                await self._show(source, outcome)

    async def _show(self, source: str, outcome: Report | ChainruleError) -> None:
        self._pane.border_title = None
        try:
            if isinstance(outcome, ChainruleError):
                raise outcome
            seconds = monotonic() - self._since
            if record_code(self.session, self._block, source, outcome, hints=self._hints, seconds=seconds):
                self._since = monotonic()
        except ChainruleError as error:
            self._pane.say(tell(error))
            return
        self._latest = (source, outcome)
        await self._pane.show(outcome, self._note)
        self.query_one(PrintedPane).show(outcome.printed)
        if outcome.passed:
            self._end()

    # -- what else there is

    async def action_hint(self) -> None:
        """One more hint, while there are any."""
        hints = self._block.exercise.hints
        if self._hints < len(hints):
            self._hints += 1
            await self._pane.add_hint(self._hints, hints[self._hints - 1])
        else:
            self.notify("There are no more hints; F9 shows our solution.", timeout=4)

    async def action_reveal(self) -> None:
        """Show the reference. What was reached until now counts; what comes after it counts as helped."""
        source, report = self._latest or ("", None)
        if report is not None and not report.passed:
            try:
                seconds = monotonic() - self._since
                record_code(
                    self.session, self._block, source, report, hints=self._hints, seconds=seconds, gives_up=True
                )
            except ChainruleError as error:
                self._pane.say(tell(error))
                return
        self._hints = max(self._hints, 1)
        await self._pane.show_solution(report)
        self._end()

    def _end(self) -> None:
        """Our solution stands there now, and gets more room."""
        self.add_class("-solved")
        self.refresh_bindings()

    def action_drive(self) -> None:
        """Let the code take the steps of the simulation that has a place for it."""
        from tutor.exercises.driven_run import begin_driven_run
        from tutor.screens.exercise.drive import DriveScreen

        if self._is_unsaved:
            self._save()
        function = self._block.exercise.name
        try:
            earlier = earlier_solutions(self._folder, self._block.exercise)
            begun = begin_driven_run(function, self._code.text, earlier, shared_launcher())
        except ChainruleError as error:
            self.notify(tell(error), title="No run", severity="warning", timeout=6)
            return
        if begun is None:
            self.notify(f"No simulation of the course takes its steps by {function}.", timeout=4)
        else:
            self.app.push_screen(DriveScreen(self.session, function, *begun))

    async def action_back(self) -> None:
        """One step back: from the editor to the result, from there to the lesson. What was typed is saved."""
        if self._is_unsaved:
            self._save()
        if self.focused is self._code:
            self._pane.focus()
        elif self._rescue():
            await super().action_back()

    async def go_further(self) -> None:
        """To the code, or back to the lesson once it passes."""
        if self._latest is not None and self._latest[1].passed:
            await super().action_back()
        else:
            self._code.focus()
