"""The learner's file in an editor: loaded, watched, saved, and never written over unseen."""

import subprocess
from contextlib import suppress
from pathlib import Path

from textual import on
from textual.app import ComposeResult, SuspendNotSupported
from textual.containers import Container
from textual.message import Message

from tutor.errors import ChainruleError
from tutor.exercises.files import begin_solution, editor_command, solution_path
from tutor.exercises.workfile import Content, FileChangedError, WorkFile
from tutor.files import show_path
from tutor.text.sentences import join_sentences
from tutor.widgets.deferred import call_after_paint, call_repeatedly
from tutor.widgets.exercise.both_changed import BothChangedScreen, Choice
from tutor.widgets.exercise.editor import CodeEditor

SECONDS_BETWEEN_CHECKS = 0.06
"""A change of the file is reported once two checks have found the same."""


class FilePane(Container):
    """The editor, kept in step with the learner's file."""

    DEFAULT_CSS = "FilePane { height: 1fr; }"

    class Said(Message):
        """A message about something that cannot be done."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Touched(Message):
        """The text was typed in, loaded or saved."""

    class Ready(Message):
        """There is code to check: it was saved here or elsewhere, or could not be saved, as `note` explains."""

        def __init__(self, source: str, note: str = "") -> None:
            super().__init__()
            self.source = source
            self.note = note

    def __init__(self, exercise: str, stub: str, folder: Path, fallback: Path) -> None:
        """Edit the solution of `exercise`, begun with `stub`, in `folder`; what cannot be kept there in `fallback`."""
        super().__init__()
        self._exercise, self._stub, self._folder = exercise, stub, folder
        self._file = WorkFile(solution_path(folder, exercise))
        self._beside_record = WorkFile(fallback / self._file.path.name)
        self.code = CodeEditor(id="code")
        self._loaded = ""
        """What stood in the editor when it was loaded or saved last."""

    def compose(self) -> ComposeResult:
        """The editor."""
        yield self.code

    def on_mount(self) -> None:
        """Open the file, and watch it."""
        self._open()
        call_after_paint(self, self.code.look_at_cursor)
        call_repeatedly(self, SECONDS_BETWEEN_CHECKS, self._check_for_change)

    def _open(self) -> None:
        """Create the file if there is none, and load it; report one that cannot be read."""
        try:
            _, is_new = begin_solution(self._folder, self._exercise, self._stub)
            content = self._file.read()
        except ChainruleError as error:
            self._report_unreadable(error)
            return
        self._load(content)
        self.code.go_to_gap()
        if not is_new and content.text != self._stub:
            self.post_message(self.Ready(content.text))

    def _report_unreadable(self, error: ChainruleError) -> None:
        """Explain why the file cannot be read. If the folder is not writable, the editor holds the stub."""
        path = self._file.path
        self.code.read_only = path.exists()
        if not path.exists():
            self.code.load_text(self._stub)
            self._loaded = self.code.text
            self.code.go_to_gap()
        self._say(join_sentences(str(error)))

    def _load(self, content: Content) -> None:
        self._file.accept(content)
        self.code.read_only = False
        place = self.code.cursor_location
        self.code.load_text(content.text)
        self.code.move_cursor(place)
        self._loaded = self.code.text
        self._show_saved()

    @property
    def is_unsaved(self) -> bool:
        """Whether there are unsaved changes."""
        return not self.code.read_only and self.code.text != self._loaded

    @property
    def words(self) -> str:
        """The file's name, and whether it is saved."""
        name = self._file.path.name
        return f"{name} · not saved" if self.is_unsaved else name

    @on(CodeEditor.Changed)
    def _show_saved(self) -> None:
        self.post_message(self.Touched())

    def _say(self, text: str) -> None:
        self.post_message(self.Said(text))

    def _check_for_change(self) -> None:
        """Check whether another program has written the file."""
        if self._file.has_changed():
            self._take_change()

    def _take_change(self) -> None:
        try:
            content = self._file.read()
        except ChainruleError as error:
            self._say(join_sentences(str(error)))
            return
        if self.is_unsaved and content.text != self.code.text:
            self._ask_which(content)
        elif content.text != self.code.text or self.code.read_only:
            self._load(content)
            self.post_message(self.Ready(content.text))
        else:
            self._file.accept(content)
            self._loaded = self.code.text
            self._show_saved()

    def _ask_which(self, content: Content) -> None:
        """Let the learner choose between both changed texts; the other is kept beside it."""

        def keep(choice: Choice | None) -> None:
            if choice is None:
                return
            try:
                aside = self._file.set_aside(content.text if choice == "mine" else self.code.text)
            except ChainruleError as error:
                self._say(f"{error}. Nothing was changed.")
                return
            self._file.accept(content)
            if choice == "theirs":
                self._load(content)
            self.save()
            self.notify(f"The other text is in {aside.name}, beside {self._file.path.name}.", timeout=8)

        self.app.push_screen(BothChangedScreen(self._file.path.name), keep)

    def save(self) -> bool:
        """Save the text and have it checked; return whether it is in the file now."""
        if self.code.read_only:
            return True
        text, note = self.code.text, ""
        try:
            self._file.save(text)
        except FileChangedError:
            self._take_change()
            return False
        except ChainruleError as error:
            note = f"Not saved: {error}."
        else:
            self._loaded = text
        self._show_saved()
        self.post_message(self.Ready(text, note))
        return not note

    def open_editor(self) -> None:
        """Open the file in the learner's own editor, and come back when that is closed."""
        if self.app.is_web:
            self._say("In a browser you write here: the file lies on the server.")
            return
        try:
            words = editor_command()
        except ChainruleError as error:
            self._say(join_sentences(str(error)))
            return
        if not words:
            where = show_path(self._file.path)
            self._say(f"Neither $VISUAL nor $EDITOR is set. Open {where} in any editor: what you save is seen here.")
            return
        if self.is_unsaved and not self.save():
            return
        try:
            with self.app.suspend():
                subprocess.run([*words, str(self._file.path)], check=False)
        except SuspendNotSupported:
            self._say(f"This terminal cannot be handed over. Open {show_path(self._file.path)} in another one.")
        except OSError as error:
            self._say(f"Your editor '{words[0]}' cannot be started: {error.strerror}.")
        else:
            self._take_change()
        self.refresh(layout=True)

    def rescue(self) -> bool:
        """Save the text in the file, beside it, or beside the record; return whether that worked."""
        text = self.code.text
        for keep in (self._file.save, self._file.set_aside, self._beside_record.set_aside):
            if not self.is_unsaved:
                break
            with suppress(ChainruleError):
                path = keep(text)
                self._loaded = text
                if path is not None:
                    self.app.notify(f"What you typed is in {show_path(path)}.", title="Not saved", timeout=10)
        return not self.is_unsaved
