"""The learner's file in an editor: loaded, watched for outside changes, and saved without overwriting those."""

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
"""Seconds between two looks at the file. A change is reported once two looks in succession have found the same."""


class FilePane(Container):
    """An editor that loads and saves the learner's file, and follows changes by other programs."""

    DEFAULT_CSS = "FilePane { height: 1fr; }"

    class Said(Message):
        """Something cannot be done; `text` says what and why."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Touched(Message):
        """The text was typed in, loaded or saved."""

    class Ready(Message):
        """There is code to check: saved here or by another program, or unsaved for the reason in `note`."""

        def __init__(self, source: str, note: str = "") -> None:
            super().__init__()
            self.source = source
            self.note = note

    def __init__(self, exercise: str, stub: str, folder: Path, fallback: Path) -> None:
        """Edit the solution of the exercise with this id in `folder`, where its file begins as `stub`.

        A text that cannot be saved in `folder` is rescued to `fallback`, the folder of the record.
        """
        super().__init__()
        self._exercise, self._stub, self._folder = exercise, stub, folder
        self._file = WorkFile(solution_path(folder, exercise))
        self._fallback_file = WorkFile(fallback / self._file.path.name)
        self.editor = CodeEditor(id="code")
        self._saved_text = ""
        """The text of the editor when it was last loaded or saved."""

    def compose(self) -> ComposeResult:
        """Yield the editor."""
        yield self.editor

    def on_mount(self) -> None:
        """Open the file, and watch it."""
        self._open_file()
        call_after_paint(self, self.editor.look_at_cursor)
        call_repeatedly(self, SECONDS_BETWEEN_CHECKS, self._check_for_change)

    def _open_file(self) -> None:
        """Load the file, after creating it if there is none; report a file that cannot be read."""
        try:
            _, is_new = begin_solution(self._folder, self._exercise, self._stub)
            content = self._file.read()
        except ChainruleError as error:
            self._report_unreadable(error)
            return
        self._load_content(content)
        self.editor.go_to_gap()
        if not is_new and content.text != self._stub:
            self.post_message(self.Ready(content.text))

    def _report_unreadable(self, error: ChainruleError) -> None:
        """Explain why the file cannot be read. If it could not be created either, begin with the stub."""
        file_exists = self._file.path.exists()
        self.editor.read_only = file_exists
        if not file_exists:
            self.editor.load_text(self._stub)
            self._saved_text = self.editor.text
            self.editor.go_to_gap()
        self._report(join_sentences(str(error)))

    def _load_content(self, content: Content) -> None:
        """Put the file's content into the editor, and the cursor back to where it was."""
        self._file.accept(content)
        self.editor.read_only = False
        cursor_location = self.editor.cursor_location
        self.editor.load_text(content.text)
        self.editor.move_cursor(cursor_location)
        self._saved_text = self.editor.text
        self._report_touched()

    @property
    def is_unsaved(self) -> bool:
        """Whether there are unsaved changes."""
        return not self.editor.read_only and self.editor.text != self._saved_text

    @property
    def words(self) -> str:
        """The file's name, and whether it is saved."""
        name = self._file.path.name
        return f"{name} · not saved" if self.is_unsaved else name

    @on(CodeEditor.Changed)
    def _report_touched(self) -> None:
        self.post_message(self.Touched())

    def _report(self, text: str) -> None:
        self.post_message(self.Said(text))

    def _check_for_change(self) -> None:
        """Load the file's text if another program has written it."""
        if self._file.has_changed():
            self._take_outside_change()

    def _take_outside_change(self) -> None:
        """Load the text that another program has saved.

        If the learner's text is unsaved, ask which of the two to keep.
        """
        try:
            content = self._file.read()
        except ChainruleError as error:
            self._report(join_sentences(str(error)))
            return
        if self.is_unsaved and content.text != self.editor.text:
            self._ask_which_stays(content)
        elif content.text != self.editor.text or self.editor.read_only:
            self._load_content(content)
            self.post_message(self.Ready(content.text))
        else:  # the other program saved the text that is in the editor
            self._file.accept(content)
            self._saved_text = self.editor.text
            self._report_touched()

    def _ask_which_stays(self, content: Content) -> None:
        """Let the learner choose between her text and the file's. The other text goes into a file beside it."""

        def keep_chosen(choice: Choice | None) -> None:
            if choice is None:
                return
            try:
                aside = self._file.set_aside(content.text if choice == "mine" else self.editor.text)
            except ChainruleError as error:
                self._report(f"{error}. Nothing was changed.")
                return
            self._file.accept(content)
            if choice == "theirs":
                self._load_content(content)
            self.save()
            self.notify(f"The other text is in {aside.name}, beside {self._file.path.name}.", timeout=8)

        self.app.push_screen(BothChangedScreen(self._file.path.name), keep_chosen)

    def save(self) -> None:
        """Save the text, and have it checked even if saving fails.

        If another program has changed the file, that text is taken care of first, and nothing is saved.
        """
        if self.editor.read_only:  # the file could not be read, so nothing could be typed
            return
        text, note = self.editor.text, ""
        try:
            self._file.save(text)
        except FileChangedError:
            self._take_outside_change()
            return
        except ChainruleError as error:
            note = f"Not saved: {error}."
        else:
            self._saved_text = text
        self._report_touched()
        self.post_message(self.Ready(text, note))

    def open_editor(self) -> None:
        """Open the file in the learner's own editor, and load it again when that editor is closed."""
        if self.app.is_web:
            self._report("In a browser you write here: the file lies on the server.")
            return
        try:
            command = editor_command()
        except ChainruleError as error:
            self._report(join_sentences(str(error)))
            return
        if not command:
            where = show_path(self._file.path)
            self._report(f"Neither $VISUAL nor $EDITOR is set. Open {where} in any editor: what you save is seen here.")
            return
        if self.is_unsaved:
            self.save()
        if self.is_unsaved:
            return
        try:
            with self.app.suspend():
                subprocess.run([*command, str(self._file.path)], check=False)
        except SuspendNotSupported:
            self._report(f"This terminal cannot be handed over. Open {show_path(self._file.path)} in another one.")
        except OSError as error:
            self._report(f"Your editor '{command[0]}' cannot be started: {error.strerror}.")
        else:
            self._take_outside_change()
        self.refresh(layout=True)

    def rescue(self) -> bool:
        """Before the editor is left, save the text in the file, otherwise beside it, otherwise beside the record.

        Returns whether one of these worked, or there was nothing to save.
        """
        text = self.editor.text
        for save in (self._file.save, self._file.set_aside, self._fallback_file.set_aside):
            if not self.is_unsaved:  # the previous attempt has worked
                break
            with suppress(ChainruleError):
                path = save(text)
                self._saved_text = text
                if path is not None:  # the text is not in the learner's own file
                    self.app.notify(f"What you typed is in {show_path(path)}.", title="Not saved", timeout=10)
        return not self.is_unsaved
