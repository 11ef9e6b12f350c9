"""The program that is started for a learner: its command, its clean environment, its walls and limits."""

import json
import os
import site
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.errors import ChainruleError
from tutor.files import TargetExistsError, private_folder, show_path, system_reason, write_file
from tutor.packs.installed import PACKS, packs_in
from tutor.progress.tables.paths import ASSIGNMENTS
from tutor.settings.table import SETTINGS_FILE
from tutor.settings.writer import save_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DRIVER = "tutor.screens.terminal.browser:BrowserDriver"
INHERITED = ("LANG", "LC_ALL", "LC_CTYPE", "PATH", "SYSTEMROOT", "TZ")
"""What every program gets of the server's own environment; nothing secret stands in these."""
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
"""What it gets besides when the learner is the user who serves: where the record and the settings lie."""
SYSTEM_FOLDERS = (
    *("/usr", "/lib", "/lib64", "/bin", "/etc", "/dev/urandom", "/sys/devices/system/cpu"),
    *("/proc/cpuinfo", "/proc/meminfo", "/proc/stat"),
)
"""What of the system a program may read."""
FIRST_SETTINGS = "reduced_motion = true  # forty first screens that move would take three processors\n"
"""What the settings of a learner of a class begin with, besides the name."""
THREADS_PER_SESSION = 16
"""Processes and threads that one learner's program may have, those of an exercise among them."""
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

    def arguments(self, home: Path | None, temporary: Path, resumes: bool = False) -> list[str]:
        """The command line for the learner whose record is in `home`; `None` is the user who serves.

        It ends with the program's task in JSON, which `tutor.commands.served` reads. A learner's program reads and
        writes only what its task names; the user's own has no such walls. One that `resumes` opens at the page that
        was read last.
        """
        task: dict[str, object] = {
            "resumes": resumes,
            "lessons": [str(folder.resolve()) for folder in self.lessons],
            "limits": {"megabytes": self.megabytes, "processes": self.processes},
        }
        if home is not None:
            read = [*self.lessons, *self._shared_folders(), *program_folders()]
            task["walls"] = {"read": [str(path) for path in read], "write": [str(home), str(temporary)]}
        return [*self.command, json.dumps(task)]

    def _shared_folders(self) -> "Sequence[Path]":
        """What of the shared folder a learner's program reads: its packs, wherever they lie, and its assignments."""
        if self.shared is None:
            return ()
        folders = [self.shared / PACKS, self.shared / ASSIGNMENTS]
        return [folder.resolve() for folder in (*folders, *packs_in(folders[0])) if folder.is_dir()]


def make_environment(
    home: Path | None,
    temporary: Path,
    size: tuple[int, int],
    own: "Mapping[str, str]" = os.environ,
    shared: Path | None = None,
    zone: str = "",
) -> dict[str, str]:
    """The whole environment of a program. Of the server's own only what is listed is inherited, so no secret leaks.

    Args:
        home: the folder of the learner's record; `None` is the user who serves, who inherits more.
        temporary: the folder for temporary files.
        size: the columns and rows of the window.
        own: the server's own environment.
        shared: the folder with packs and assignments for all learners.
        zone: the learner's own time zone, where the browser tells it.
    """
    inherited_names = INHERITED if home is not None else (*INHERITED, *INHERITED_BY_OWNER)
    environment = {name: own[name] for name in inherited_names if name in own}
    if home is not None:
        environment |= {"HOME": str(home), "CHAINRULE_HOME": str(home)}
    if shared is not None:
        environment["CHAINRULE_SHARED"] = str(shared.resolve())
    if zone:
        environment["TZ"] = zone
    return environment | {
        "TMPDIR": str(temporary),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "TEXTUAL_DRIVER": DRIVER,
        "COLUMNS": str(size[0]),
        "ROWS": str(size[1]),  # where Textual's driver for browsers looks, not in LINES
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHONUTF8": "1",
        "PYTHONUSERBASE": site.getuserbase(),  # packages of the user who serves, found in another HOME too
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
        private_folder(home)
    except OSError as error:
        raise ChainruleError(f"{show_path(home)} cannot be made ({system_reason(error)})") from None
    path = home / SETTINGS_FILE
    values = {"name": name, "student_id": student_id}
    # A text in JSON is one in TOML too.
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items() if value]
    try:
        write_file(path, "".join([*lines, FIRST_SETTINGS]), own=True)
    except TargetExistsError:
        if student_id:
            save_text(home, "student_id", student_id)


def program_folders() -> "Sequence[Path]":
    """What a program reads to run at all: Python, its libraries, the course, and what the system says of itself."""
    from tutor.content.find import lessons_folder

    package = Path(__file__).parents[1]
    course = (package, lessons_folder(), package.parent / "assets")
    python = {Path(name) for name in (sys.prefix, sys.base_prefix, sys.exec_prefix, site.getusersitepackages())}
    system = [Path(name) for name in SYSTEM_FOLDERS]
    return [*course, *sorted(python), *system]


def readable_folder(path: Path) -> Path | None:
    """The folder that every learner's program reads and in which `path` would lie, if there is one."""
    for folder in program_folders():
        if path.is_relative_to(folder.resolve()):
            return folder
    return None


def count_allowed_threads(max_sessions: int) -> int | None:
    """How many processes and threads this user may have while so many learners are served; `None` where unknown.

    The system counts all of a user together, so what runs already and what else may start is allowed for.
    """
    running = _count_running()
    return None if running is None else running + THREADS_OF_OTHERS + max_sessions * THREADS_PER_SESSION


def _count_running() -> int | None:
    """Threads that this user runs now, as Linux tells; `None` elsewhere."""
    own_id = os.getuid() if hasattr(os, "getuid") else -1
    count = 0
    try:
        for entry in os.scandir("/proc"):
            is_process = entry.name.isdecimal()
            if is_process and entry.stat().st_uid == own_id:
                count += sum(1 for _ in os.scandir(f"{entry.path}/task"))
    except OSError:  # there is no /proc, or a process ended meanwhile
        return count or None
    return count
