"""Opens for a command what it works on: the course, the record, and the terminal for a screen."""

import gc
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tutor.errors import UsageError
from tutor.text.output import is_terminal, warn

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.progress.record.owner import Owner
    from tutor.progress.record.store import Store

ScreenName = Literal["start", "home", "lesson", "simulation", "quiz", "placement"]
"""The screens that can be opened."""
SCREEN_LOCK_TIMEOUT = 3.0
"""Seconds that a screen waits for another program that holds the record."""
MAX_TERMINAL_CELLS = 2000
"""The most columns or rows that a terminal can plausibly have."""


def open_screen(kind: ScreenName, folders: "Sequence[Path] | Course", **opening: Any) -> int:
    """Open the course in the terminal at a screen, and return the exit code when it is left.

    `folders` are the folders given by `--lessons`, or the course itself if the command has opened it already. `opening`
    has further fields of `Opening`, such as the lesson.

    Raises:
        UsageError: there is no terminal to draw on.
    """
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise UsageError(
            "this needs a terminal to draw on; for plain text use --plain: "
            "chainrule learn ID --plain, quiz --plain, sim NAME --plain"
        )
    drop_impossible_sizes()
    claim_all_colours()
    route_screen_to_terminal()
    return show_screen(kind, folders, **opening)


def show_screen(kind: ScreenName, folders: "Sequence[Path] | Course", **opening: Any) -> int:
    """Like `open_screen`, but does not need a terminal: Textual may also draw in a browser."""
    gc.disable()  # for a fast start, since building a screen creates little garbage; the app enables it again
    from tutor.screens.app import Opening, open_app

    store = open_record()
    store.notify = None  # a warning on standard error would be written over the screen
    store.lock_timeout = SCREEN_LOCK_TIMEOUT  # short, since the screen freezes while it waits
    try:
        course = open_course_with_packs(folders) if isinstance(folders, Sequence) else folders
        return open_app(course, Opening(kind, **opening), store)
    finally:
        store.close()  # without arguments, no command runs that would close it at its end


def wants_plain(is_asked_for: bool = False) -> bool:
    """Whether to run line by line: because of `--plain`, of the variable `ACCESSIBLE`, or of the settings."""
    from tutor.settings.file import current_settings

    if is_asked_for:
        return True
    variable = os.environ.get("ACCESSIBLE", "")
    if variable:
        return variable != "0"
    return current_settings().accessible


def open_plain_home(folders: Sequence[Path]) -> int:
    """Run the course line by line, and return the exit code."""
    from tutor.plain.home import run_home
    from tutor.plain.lines import Lines
    from tutor.settings.file import current_settings

    store = open_record()
    try:
        run_home(open_course_with_packs(folders), store, Lines(), current_settings())
    finally:
        store.close()
    return 0


def route_screen_to_terminal() -> None:
    """Make Textual draw on the terminal even if standard error is a file or encoded in UTF-16.

    Textual draws on `sys.__stderr__`, which it looks up when its app starts, so call this before.
    """
    if not is_terminal(sys.__stderr__):
        setattr(sys, "__stderr__", sys.__stdout__)  # noqa: B010  # typeshed has it as a constant
    for stream in (sys.__stderr__, sys.__stdout__):
        if isinstance(stream, io.TextIOWrapper) and not _is_ascii_compatible(stream.encoding):
            stream.reconfigure(encoding="ascii", errors="replace")  # UTF-16 would spoil the escape sequences


def claim_all_colours() -> None:
    """Make Textual draw in 256 colours in an xterm whose TERM promises only 16, in which a field would be all grey.

    Textual reads the variable when it is imported, so call this before.
    """
    from tutor.text.terminals import understates_its_colours

    if understates_its_colours(os.environ):
        os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", "256")


def _is_ascii_compatible(encoding: str) -> bool:
    """Whether escape sequences reach the terminal unchanged in `encoding`."""
    try:
        return "\x1b[0m".encode(encoding) == b"\x1b[0m"
    except (UnicodeError, LookupError):
        return False


def drop_impossible_sizes() -> None:
    """Remove impossible values of COLUMNS and LINES, so that the terminal itself is asked for its size."""
    for name in ("COLUMNS", "LINES"):
        size = os.environ.get(name, "")
        is_short_number = size.isdecimal() and len(size) < 6  # `int` refuses numbers of thousands of digits
        if not (is_short_number and 0 < int(size) <= MAX_TERMINAL_CELLS):
            os.environ.pop(name, None)


def check_folders(folders: Sequence[Path]) -> None:
    """Check that the folders of `--lessons` are there.

    Raises:
        UsageError: one is not.
    """
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"--lessons {folder}: there is no such folder")


def open_course_with_packs(folders: Sequence[Path]) -> "Course":
    """Open the course: its own lessons, those of `folders`, and those of the installed packs.

    Raises:
        UsageError: a folder is not there.
    """
    check_folders(folders)
    from tutor.content.course import open_course
    from tutor.packs.installed import is_proved
    from tutor.settings.file import current_settings
    from tutor.text.ascii_mode import override_ascii

    override_ascii(current_settings().ascii)
    return open_course((*folders, *packs_beside(folders)), is_proved)


def packs_beside(folders: Sequence[Path]) -> Sequence[Path]:
    """The folders of the installed packs that go with `folders`: all but those with the name of a pack among these.

    A pack in `folders` is one that its author is working on: it replaces the installed version.
    """
    from tutor.packs.installed import pack_folders

    packs = pack_folders()
    if not folders or not packs:
        return packs
    from tutor.content.pack import is_pack, read_manifest

    names_in_folders = set()
    for folder in folders:
        if is_pack(folder):
            manifest, _ = read_manifest(folder)
            if manifest is not None:
                names_in_folders.add(manifest.name)
    return [pack for pack in packs if pack.name not in names_in_folders]


def open_record() -> "Store":
    """Open the learner's record, with the goal and the hour at which days begin from the settings.

    The record is closed when the running command ends, even by an error.
    """
    from tutor.progress.record.store import Store
    from tutor.progress.review.goal import read_goal
    from tutor.settings.file import load_settings, settings_folder

    store = Store.open()
    store.notify = lambda text: warn(f"chainrule: {text}")
    settings, _ = load_settings(settings_folder())
    store.day_starts, store.goal = settings.day_starts, read_goal(settings.goal)
    _close_with_command(store)
    return store


def _close_with_command(store: "Store") -> None:
    """Close the record when the running click command ends, if there is one.

    If click is not imported, `__main__` has opened a screen without parsing arguments, and `show_screen` closes the
    record.
    """
    if "click" in sys.modules:
        from click import get_current_context

        context = get_current_context(silent=True)
        if context is not None:
            context.call_on_close(store.close)


def current_owner(typed_name: str | None = None) -> "Owner":
    """Return the owner of the record: the name that was typed, or the one in the settings; the student id is theirs.

    If the settings file has faults, one line warns of them.

    Raises:
        UsageError: the name that was typed cannot be used.
    """
    from tutor.progress.record.owner import Owner, check_label
    from tutor.progress.tables.paths import NoHomeError
    from tutor.settings.file import load_settings, settings_faults_message, settings_folder
    from tutor.settings.table import Settings

    settings = Settings()
    with suppress(NoHomeError):
        folder = settings_folder()
        settings, faults = load_settings(folder)
        if faults:
            warn(f"chainrule: {settings_faults_message(folder, faults)}")
    name = settings.name if typed_name is None else check_label(typed_name, "--name")
    return Owner(name, settings.student_id)
