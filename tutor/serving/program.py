"""The program that is started for a learner: its command, its clean environment, its walls and limits."""

import json
import os
import site
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.errors import ChainruleError
from tutor.files import TargetExistsError, create_private_folder, show_path, system_reason, write_file
from tutor.packs.installed import PACKS, packs_in
from tutor.progress.tables.paths import ASSIGNMENTS
from tutor.settings.table import SETTINGS_FILE
from tutor.settings.writer import save_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DRIVER = "tutor.screens.terminal.browser:BrowserDriver"
INHERITED = ("LANG", "LC_ALL", "LC_CTYPE", "PATH", "SYSTEMROOT", "TZ")
"""The variables that every program gets from the server's own environment; none of them is secret."""
INHERITED_BY_OWNER = (
    "APPDATA",
    "CHAINRULE_HOME",
    "CHAINRULE_SHARED",
    "HOME",
    "LOCALAPPDATA",
    "USERPROFILE",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
)
"""Further variables for a learner who is the user who serves; they say where the record and the settings are."""
SYSTEM_FOLDERS = (
    *("/usr", "/lib", "/lib64", "/bin", "/etc", "/dev/urandom", "/sys/devices/system/cpu"),
    *("/proc/cpuinfo", "/proc/meminfo", "/proc/stat"),
)
"""The system's files and folders that a program may read."""
FIRST_SETTINGS = "reduced_motion = true  # forty first screens that move would take three processors\n"
"""The first contents of the settings file of a learner in a class, in addition to the name."""
THREADS_PER_SESSION = 16
"""How many processes and threads one learner's program may have, including those of an exercise."""
THREADS_OF_OTHERS = 512
"""How many more the user's other programs may start meanwhile."""


@dataclass(frozen=True)
class Program:
    """How the course is started for learners."""

    lessons: tuple[Path, ...] = ()
    shared: Path | None = None
    """A folder with packs and assignments for all learners, laid out like the folder of a record."""
    megabytes: int = 1500
    """Address space of one program."""
    processes: int | None = None
    """How many processes and threads the user may have in all."""
    command: tuple[str, ...] = field(default=(sys.executable, "-P", "-m", "tutor.commands.served"))

    def arguments(self, home: Path | None, temporary: Path, *, resumes: bool = False) -> list[str]:
        """The command line for the learner whose record is in `home`; `None` is the user who serves.

        It ends with the program's task in JSON, which `tutor.commands.served` reads. A learner's program can read and
        write only what its task names; the program of the user who serves is not restricted. With `resumes` the program
        opens at the page that was read last.
        """
        task: dict[str, object] = {
            "resumes": resumes,
            "lessons": [str(folder.resolve()) for folder in self.lessons],
            "limits": {"megabytes": self.megabytes, "processes": self.processes},
        }
        if home is not None:
            readable = [*self.lessons, *self._shared_folders(), *program_folders()]
            task["walls"] = {"read": [str(path) for path in readable], "write": [str(home), str(temporary)]}
        return [*self.command, json.dumps(task)]

    def _shared_folders(self) -> "Sequence[Path]":
        """The parts of the shared folder that a learner's program reads: packs, even linked ones, and assignments."""
        if self.shared is None:
            return ()
        packs, assignments = self.shared / PACKS, self.shared / ASSIGNMENTS
        return [folder.resolve() for folder in (packs, assignments, *packs_in(packs)) if folder.is_dir()]


def make_environment(
    home: Path | None,
    temporary: Path,
    size: tuple[int, int],
    *,
    server_environment: "Mapping[str, str]" = os.environ,
    shared: Path | None = None,
    zone: str = "",
) -> dict[str, str]:
    """The whole environment of a program. It inherits only listed variables of the server, so that no secret leaks.

    Args:
        home: the folder of the learner's record; `None` is the user who serves, whose program inherits more.
        temporary: the folder for temporary files.
        size: the columns and rows of the window.
        server_environment: what the program may inherit from.
        shared: the folder with packs and assignments for all learners.
        zone: the learner's own time zone; "" if the browser does not tell it.
    """
    inherited_names = INHERITED if home is not None else (*INHERITED, *INHERITED_BY_OWNER)
    environment = {name: server_environment[name] for name in inherited_names if name in server_environment}
    if home is not None:
        environment |= {"HOME": str(home), "CHAINRULE_HOME": str(home)}
    if shared is not None:
        environment["CHAINRULE_SHARED"] = str(shared.resolve())
    if zone:
        environment["TZ"] = zone
    columns, rows = size
    return environment | {
        "TMPDIR": str(temporary),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "TEXTUAL_DRIVER": DRIVER,
        "COLUMNS": str(columns),
        "ROWS": str(rows),  # Textual's driver for browsers reads ROWS, not LINES
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHONUTF8": "1",
        "PYTHONUSERBASE": site.getuserbase(),  # so that packages of the user who serves are found with another HOME
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


def prepare_home(home: Path, name: str, student_id: str = "") -> None:
    """Make a private folder for a learner's record, with her name in its settings file.

    In a settings file that is there a student_id is set; all else stays as it is.

    Raises:
        ChainruleError: it cannot be made.
    """
    try:
        create_private_folder(home)
    except OSError as error:
        raise ChainruleError(f"{show_path(home)} cannot be made ({system_reason(error)})") from None
    path = home / SETTINGS_FILE
    values = {"name": name, "student_id": student_id}
    # A text in JSON is one in TOML too.
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items() if value]
    try:
        write_file(path, "".join([*lines, FIRST_SETTINGS]), is_own=True)
    except TargetExistsError:
        if student_id:
            save_text(home, "student_id", student_id)


def program_folders() -> "Sequence[Path]":
    """The folders that a program needs to run: Python, its libraries, the course, and parts of the system."""
    from tutor.content.find import lessons_folder

    package = Path(__file__).parents[1]
    course = (package, lessons_folder(), package.parent / "assets")
    python = {Path(name) for name in (sys.prefix, sys.base_prefix, sys.exec_prefix, site.getusersitepackages())}
    system = [Path(name) for name in SYSTEM_FOLDERS]
    return [*course, *sorted(python), *system]


def readable_folder(path: Path) -> Path | None:
    """The folder that contains `path` and that every learner's program can read; `None` if there is none."""
    for folder in program_folders():
        if path.is_relative_to(folder.resolve()):
            return folder
    return None


def count_allowed_threads(max_sessions: int) -> int | None:
    """How many processes and threads this user may have with up to `max_sessions` learners; `None` if unknown.

    The system counts all of a user's processes together, so the number includes those that run already, and
    `THREADS_OF_OTHERS` for other programs.
    """
    running = _count_running()
    return None if running is None else running + THREADS_OF_OTHERS + max_sessions * THREADS_PER_SESSION


def _count_running() -> int | None:
    """The number of threads that this user runs now; `None` if the system has no /proc."""
    own_user_id = os.getuid() if hasattr(os, "getuid") else -1
    count = 0
    try:
        for entry in os.scandir("/proc"):
            is_process = entry.name.isdecimal()
            if is_process and entry.stat().st_uid == own_user_id:
                count += sum(1 for _ in os.scandir(f"{entry.path}/task"))
    except OSError:  # there is no /proc, or a process ended meanwhile
        return count or None
    return count
