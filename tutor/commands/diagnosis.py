"""Inspects what `doctor` reports, each part by itself, so that one broken part hides no other. Changes nothing."""

import contextlib
import locale
import os
import platform
import re
import shutil
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tutor import __version__
from tutor.errors import ChainruleError
from tutor.sandbox.guards import active_guards
from tutor.sims.playground.library import describe_loop
from tutor.text.encodings import can_encode
from tutor.text.output import MIN_TERMINAL_SIZE, encoding_of, is_terminal
from tutor.text.terminals import understates_its_colours

if TYPE_CHECKING:
    from tutor.settings.table import Settings

LIBRARIES = (
    *("textual", "rich", "numpy", "plotext", "msgspec", "PyYAML", "markdown-it-py", "mdit-py-plugins"),
    *("latex2mathml", "mpmath", "fsrs", "click", "platformdirs"),
)
MIN_PYTHON_VERSION = (3, 11)
MAX_REPORTED_CELLS = 9999
"""The most columns or rows that are reported: the environment may claim any number."""
MIN_FREE_BYTES = 50 * 2**20
"""Bytes of free disk space below which there is a warning."""
CONSOLE_CHARACTERS = re.compile(r"[\u00a0-\u00ff\u2500-\u256c\u2580-\u2593]")
"""The characters beyond ASCII that the Linux console's own fonts have: Latin-1, single and double lines, blocks."""
REPORTED_VARIABLES = (
    *("TERM", "COLORTERM", "TERM_PROGRAM", "NO_COLOR", "CHAINRULE_ASCII"),
    *("TMUX", "SSH_TTY", "LANG", "LC_ALL"),
)
"""The environment variables that decide how the program looks in a terminal."""
ASCII_TERMINALS = frozenset(("dumb", "vt100", "vt220"))
EAST_ASIAN = re.compile(r"(zh|ja|ko)([_.-]|$)", re.IGNORECASE)
BRAILLE_SAMPLES = "".join(chr(code) for code in (0x2801, 0x28FF))
"""Two of the 256 characters in whose dots curves are drawn; they are computed, so no source file has them."""


def diagnose(ask_terminal: Callable[[], str] = lambda: "") -> dict[str, Any]:
    """Inspect everything and return it as plain data; `problems` lists what keeps the program from working.

    `ask_terminal` returns what the terminal answers about itself, "" for no answer; it is called last, since it waits.
    """
    report: dict[str, Any] = {
        "chainrule": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "libraries": library_versions(),
        "terminal": inspect_terminal(os.environ),
        "glyphs": inspect_glyphs(os.environ, encoding_of(sys.stdout)),
        "record": inspect_record(),
        "settings": inspect_settings(),
        "lessons": inspect_lessons(),
        "guards": list(active_guards()),
        "training": describe_loop(),
    }
    report["problems"] = find_problems(report)
    answer = ask_terminal()  # name and version, such as "XTerm(379)"
    report["terminal"]["dots"] = inspect_dots(os.environ, answer)
    report["terminal"]["fields"] = inspect_fields(os.environ, answer)
    return report


def library_versions() -> dict[str, str | None]:
    """Look up the version of each library; `None` for one that is missing."""
    versions: dict[str, str | None] = {}
    for name in LIBRARIES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = None
    return versions


def inspect_terminal(environment: Mapping[str, str]) -> dict[str, Any]:
    """Report the terminal's size, encodings, colours and environment variables."""
    columns, rows = (min(cells, MAX_REPORTED_CELLS) for cells in shutil.get_terminal_size())
    return {
        "is_terminal": is_terminal(sys.stdin) and is_terminal(sys.stdout),
        "columns": columns,
        "rows": rows,
        "colours": describe_colours(environment),
        "output_encoding": getattr(sys.stdout, "encoding", None) or "unknown",
        "locale_encoding": locale.getpreferredencoding(False),
        "formulas": "plain letters" if uses_ascii_formulas(environment) else "Unicode",
        "environment": {name: environment[name] for name in REPORTED_VARIABLES if name in environment},
    }


def describe_colours(environment: Mapping[str, str]) -> str:
    """Say how many colours the screens will use in this terminal."""
    if environment.get("NO_COLOR"):
        return "none, because NO_COLOR is set"
    term = environment.get("TERM", "").lower()
    if term in {"dumb", "unknown"}:
        return "none"
    if environment.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return "true colour"
    if understates_its_colours(environment):
        return "256"
    _, _, colour_suffix = term.rpartition("-")  # of `xterm-256color`, for example
    return {"direct": "true colour", "256color": "256", "kitty": "256"}.get(colour_suffix, "16")


def uses_ascii_formulas(environment: Mapping[str, str]) -> bool:
    """Whether formulas are written in ASCII: as `CHAINRULE_ASCII` says, or else the settings, or else the terminal."""
    variable = environment.get("CHAINRULE_ASCII", "")
    if not variable:
        ascii = _load_settings().ascii
        if ascii is not None:
            return ascii
    from tutor.text.ascii_mode import needs_ascii

    return needs_ascii(environment, locale.getpreferredencoding(False))


def _load_settings() -> "Settings":
    """The settings in effect; defaults if there is no folder for them, which is reported with the record."""
    from tutor.settings.file import current_settings
    from tutor.settings.table import Settings

    try:
        return current_settings()
    except ChainruleError:
        return Settings()


def inspect_dots(environment: Mapping[str, str], answer: str) -> dict[str, Any]:
    """Report whether curves are drawn in braille or in octants, and whether this terminal is known to draw octants.

    `answer` is the name and version by which the terminal called itself, "" if it did not.
    """
    from tutor.text.terminals import choose_octants, read_terminal_answer, terminal_of

    setting = _load_settings().dots
    terminal = read_terminal_answer(answer)
    if not terminal.name:
        terminal = terminal_of(environment)
    if uses_ascii_formulas(environment):
        drawn_in = "plain letters"
    elif choose_octants(setting, environment) is not None:
        drawn_in = "octants"
    else:
        drawn_in = "braille"
    return {
        "setting": setting,
        "drawn_in": drawn_in,
        "terminal": f"{terminal.name} {terminal.version}".strip() or None,
        "draws_octants": terminal.octants is not None,
    }


def inspect_fields(environment: Mapping[str, str], answer: str = "") -> dict[str, Any]:
    """Report whether heat maps and images are drawn in pixels or in cells, and why not in pixels.

    `answer` is the name and version by which the terminal called itself, "" if it did not.
    """
    from tutor.screens.terminal.pixels import is_too_old, why_no_pixels
    from tutor.text.terminals import read_terminal_answer

    setting, terminal = _load_settings().pixels, read_terminal_answer(answer)
    why_not = why_no_pixels(setting, environment)
    if not why_not and is_too_old(terminal):
        why_not = f"{terminal.name} {terminal.version} does not say how large its cells are"
    return {"setting": setting, "drawn_in": "cells" if why_not else "pixels", "why": why_not or None}


def list_special_characters() -> str:
    """Return every printable character beyond ASCII that the lessons and the program use, in order."""
    from tutor.content.find import lesson_files, lessons_folder

    package_folder = Path(__file__).parent.parent
    used = set(BRAILLE_SAMPLES)
    for path in (*package_folder.rglob("*.py"), *lesson_files(lessons_folder())):
        with contextlib.suppress(OSError, UnicodeDecodeError):
            used.update(path.read_text("utf-8"))
    beyond_ascii = [character for character in used if not character.isascii() and character.isprintable()]
    return "".join(sorted(filter(_is_narrow, beyond_ascii)))


def _is_narrow(character: str) -> bool:
    """Whether it takes one cell; wider characters are only read (full-width digits in an answer), never written."""
    return not unicodedata.combining(character) and unicodedata.east_asian_width(character) not in "FW"


def inspect_glyphs(environment: Mapping[str, str], encoding: str) -> dict[str, Any]:
    """Report the characters that the course uses (`used`), and those that this terminal may lack (`doubtful`).

    `doubtful` maps a reason to the characters that it concerns.
    """
    used = list_special_characters()
    term = environment.get("TERM", "")
    not_in_encoding = "".join(character for character in used if not can_encode(character, encoding))
    doubtful = {f"{encoding} has no such signs": not_in_encoding}
    if term == "linux":
        not_in_fonts = "".join(character for character in used if not CONSOLE_CHARACTERS.match(character))
        doubtful["the Linux console's fonts lack them"] = not_in_fonts
    elif term in ASCII_TERMINALS:
        doubtful[f"a terminal of type {term} shows ASCII only"] = used
    if any(EAST_ASIAN.match(environment.get(name, "")) for name in ("LC_ALL", "LC_CTYPE", "LANG")):
        ambiguous = "".join(character for character in used if unicodedata.east_asian_width(character) == "A")
        doubtful["they may be two cells wide here; set the terminal's ambiguous width to narrow"] = ambiguous
    return {"used": used, "doubtful": {reason: characters for reason, characters in doubtful.items() if characters}}


def inspect_record() -> dict[str, Any]:
    """Report the state of the learner's record, without changing it; repairs happen when the course is opened."""
    from tutor.progress.tables.paths import backups_folder, home, record_path

    try:
        folder = home()
    except ChainruleError as error:
        return {"folder": None, "state": str(error)}
    path = record_path(folder)
    report: dict[str, Any] = {"folder": str(folder), "state": "not there yet", "attempts": 0}
    nearest_existing = _nearest_existing(folder)  # if the folder is missing, it would be made in this one
    report["can_be_written"] = nearest_existing.is_dir() and _can_hold_files(nearest_existing)
    if nearest_existing.is_dir():
        report["free_bytes"] = shutil.disk_usage(nearest_existing).free
    else:
        report["state"] = f"not there, and {nearest_existing} is not a folder"
    with contextlib.suppress(OSError):
        report["copies"] = len(list(backups_folder(folder).glob("*.sqlite3")))
        if path.exists():
            report["bytes"] = path.stat().st_size
            report.update(_inspect_database(path))
    return report


def _nearest_existing(path: Path) -> Path:
    """`path` itself if it exists, otherwise the nearest of its parents that does."""
    for candidate in (path, *path.parents):
        if os.path.lexists(candidate):
            return candidate
    return Path("/")


def _can_hold_files(folder: Path) -> bool:
    """Whether a file can be written in a folder. Permissions alone do not tell: /proc has them and takes no file."""
    if not os.access(folder, os.W_OK):
        return False
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _inspect_database(path: Path) -> dict[str, Any]:
    """Report the state of a record's file; of one that can be read also its version and its number of attempts."""
    from tutor.progress.review.fitted import fitted_in
    from tutor.progress.safety.soundness import find_fault
    from tutor.progress.tables.connections import FILE_ERRORS
    from tutor.progress.tables.schema import SCHEMA_VERSION, count_attempts, version_of

    try:
        database, is_locked = _open_database(path)
        with contextlib.closing(database):
            if not is_locked and (fault := find_fault(path)):  # a locked file cannot be examined
                return {"state": _damaged_state_words(fault)}
            version = version_of(database)
            attempts = count_attempts(database)
            fitted = fitted_in(database)
    except FILE_ERRORS as error:
        fault = find_fault(path) if path.is_file() else ""
        return {"state": _damaged_state_words(fault) if fault else f"cannot be read ({error})"}
    state = "sound"
    if version > SCHEMA_VERSION:
        state += "; made by a newer Chainrule, and only read"
    if is_locked:
        state += "; locked by another program, so nothing can be kept now"
    return {
        "state": state,
        "version": version,
        "attempts": attempts,
        "schedule_fitted": fitted.at.isoformat() if fitted else None,
    }


def _open_database(path: Path) -> tuple[Any, bool]:
    """Open a record's file to read it: return the connection, and whether another program has locked the file.

    The connection of a locked file is to a copy.
    """
    from tutor.progress.tables.connections import FILE_ERRORS, connect_to_read, is_locked, size_if_readable, snapshot

    try:
        size_if_readable(path)  # raises if the file is no database
        return connect_to_read(path), False
    except FILE_ERRORS as error:
        if not is_locked(error):
            raise
        return snapshot(path), True


def _damaged_state_words(fault: str) -> str:
    return f"{fault}; it is set aside and restored from a copy when the course is opened"


def inspect_settings() -> dict[str, Any]:
    """Report the settings file and its faults."""
    from tutor.screens.catalogue import ALL_NAMES
    from tutor.settings.file import load_settings, settings_folder
    from tutor.settings.table import SETTINGS_FILE

    try:
        folder = settings_folder()
    except ChainruleError as error:
        return {"file": None, "there": False, "faults": [str(error)]}
    path = folder / SETTINGS_FILE
    _, faults = load_settings(folder, ALL_NAMES)
    return {"file": str(path), "there": path.exists(), "faults": faults}


def inspect_lessons() -> dict[str, Any]:
    """Report the folder of the lessons, their number, and the packs that are installed."""
    from tutor.content.find import lesson_files, lessons_folder
    from tutor.packs.installed import pack_folders

    folder, packs = lessons_folder(), [pack.name for pack in pack_folders()]
    try:
        return {"folder": str(folder), "count": len(lesson_files(folder)), "packs": packs}
    except (OSError, ChainruleError) as error:
        return {"folder": str(folder), "count": 0, "packs": packs, "fault": str(error)}


def find_problems(report: Mapping[str, Any]) -> list[str]:
    """List what keeps the program from working."""
    problems = []
    if sys.version_info < MIN_PYTHON_VERSION:
        problems.append(f"Python {report['python']} is too old: Chainrule needs 3.11 or newer")
    problems += [
        f"the library {name} is missing: install Chainrule again"
        for name, version in report["libraries"].items()
        if not version
    ]
    if not report["lessons"]["count"]:
        problems.append(f"there are no lessons in {report['lessons']['folder']}: install Chainrule again")
    if report["record"]["folder"] is None:
        problems.append(report["record"]["state"])
    return problems


def make_remarks(report: Mapping[str, Any]) -> list[str]:
    """List what could work better, each with advice."""
    remarks = [fault for fault in report["settings"]["faults"] if fault not in report["problems"]]
    columns, rows = report["terminal"]["columns"], report["terminal"]["rows"]
    min_columns, min_rows = MIN_TERMINAL_SIZE
    if columns < min_columns or rows < min_rows:
        remarks.append(
            f"the terminal has {columns}×{rows} cells; screens need {min_columns}×{min_rows}, --plain needs none"
        )
    remarks += dots_remarks(report["terminal"]["dots"])
    record = report["record"]
    if not record.get("can_be_written", True):
        remarks.append(
            f"{record['folder']} cannot be written: answers are not kept; set CHAINRULE_HOME to another folder"
        )
    if record.get("free_bytes", MIN_FREE_BYTES) < MIN_FREE_BYTES:
        remarks.append(f"only {record['free_bytes'] // 2**20} MB of disk are free: answers may soon not be kept")
    if record["folder"] and not record["state"].startswith(("sound", "not there")):
        remarks.append(f"the record {record['state']}")
    return remarks


def dots_remarks(dots: Mapping[str, Any]) -> list[str]:
    """Advise octants for curves if the terminal draws them but braille is used, and braille in the opposite case."""
    if dots["setting"] != "auto":
        return []
    if dots["drawn_in"] == "braille" and dots["draws_octants"]:
        return [f'{dots["terminal"]} draws octants, so lines can be solid: write dots = "octants" into settings.toml']
    if dots["drawn_in"] == "octants" and not dots["draws_octants"]:
        return [f'{dots["terminal"]} may lack octants: if lines are boxes, write dots = "braille" into settings.toml']
    return []
