"""The compiled training loop as a file: which compiler makes it, where it lies, when it may be used.

`loop.c` is compiled once for this machine, in a process of its own that nobody waits for, and used from the next
start of the program on: a run is never begun with one arithmetic and gone on with the other. Without a compiler, from
the extra `fast` or named in `CHAINRULE_CC`, nothing is made and nothing is used.
"""

import os
import platform
import shutil
import sys
from functools import lru_cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from time import time

from tutor.errors import ChainruleError
from tutor.files import private_folder

SOURCE = Path(__file__).with_name("loop.c")
VARIABLE = "CHAINRULE_CC"
"""Names another compiler than the extra's; `none` means that no compiled loop is used."""
NO_COMPILER = frozenset(("none", "off", "0"))
BUILD_SECONDS = 300
"""How long a build may take; another one may begin after that."""

_builders: list[object] = []
"""The processes that build; kept, since an object that is thrown away asks for the end of its process."""


def find_compiler() -> list[str]:
    """The command that compiles C: `CHAINRULE_CC`, else the compiler of the extra; empty if neither is there."""
    named = os.environ.get(VARIABLE, "").strip()
    if named.lower() in NO_COMPILER:
        return []
    if named:
        program = shutil.which(named)
        return [program] if program else []
    return [sys.executable, "-m", "ziglang", "cc"] if find_spec("ziglang") else []


def compiler_flags(command: list[str]) -> list[str]:
    """The compiler's flags: fast code for this processor, without breaking any rule of arithmetic."""
    flags = [
        "-std=gnu11",
        "-O3",
        "-ffp-contract=fast",
        "-fno-math-errno",
        "-fno-trapping-math",
        "-Wno-psabi",
        "-shared",
    ]
    flags += [] if sys.platform == "win32" else ["-fPIC"]
    is_native = "ziglang" in command or platform.machine().lower() not in {"x86_64", "amd64"}
    return flags if is_native else [*flags, "-march=native"]


def cache_folder() -> Path | None:
    """The folder for compiled code: in `CHAINRULE_HOME`, else the platform's; `None` without a home folder."""
    import platformdirs

    try:
        home = os.environ.get("CHAINRULE_HOME", "").strip()
        folder = Path(home).expanduser() if home else platformdirs.user_cache_path("chainrule", appauthor=False)
    except (RuntimeError, KeyError, OSError):
        return None
    return folder / "compiled" if folder.is_absolute() or home else None


def library_path(command: list[str]) -> Path | None:
    """The file of the loop as this source, this compiler and this processor give it."""
    folder = cache_folder()
    if folder is None:
        return None
    parts = [SOURCE.read_bytes(), repr((command, compiler_flags(command))).encode(), _processor()]
    return folder / f"loop-{sha256(b'/'.join(parts)).hexdigest()[:20]}{_suffix()}"


def _suffix() -> str:
    return {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")


def _processor() -> bytes:
    """An identifier of this processor, since compiled code might not run on another."""
    names = f"{platform.node()} {platform.machine()} {platform.processor()}".encode()
    try:
        with Path("/proc/cpuinfo").open("rb") as file:
            lines = file.read(8192).split(b"\n")
    except OSError:
        return names
    return names + b"".join(line for line in lines if line.startswith((b"model name", b"flags", b"Features")))


@lru_cache(maxsize=1)
def usable_library() -> Path | None:
    """The compiled loop, if it was there when first asked for in this process: the answer does not change."""
    command = find_compiler()
    path = library_path(command) if command else None
    return path if path is not None and path.is_file() else None


def describe_loop() -> str:
    """One line on whether training is compiled here, and what to do about it."""
    named = os.environ.get(VARIABLE, "").strip()
    command = find_compiler()
    if not command:
        if named and named.lower() not in NO_COMPILER:
            return f"NumPy: {VARIABLE} names no program here"
        return "NumPy" if named else "NumPy; pip install 'chainrule[fast]' compiles it"
    path = library_path(command)
    if path is None:
        return "NumPy: there is no folder to keep a compiled loop in"
    if path.is_file():
        return f"compiled, by {' '.join(command[-2:])}"
    if (failed := path.with_suffix(".failed")).is_file():
        return f"NumPy: {failed.read_text('utf-8').strip()}"
    return "NumPy now; compiled once the playground has been opened"


def request_library() -> None:
    """Begin to compile the loop in a process of its own, where it can be compiled and has not been yet."""
    command = find_compiler()
    path = library_path(command) if command else None
    if path is None or path.is_file() or path.with_suffix(".failed").is_file() or not _claim(path):
        return
    import subprocess

    line = [sys.executable, "-m", "tutor.sims.playground.build", str(path)]
    quiet = subprocess.DEVNULL
    try:
        _builders.append(
            subprocess.Popen(
                line,
                stdin=quiet,
                stdout=quiet,
                stderr=quiet,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        )
    except OSError:
        return


def _claim(path: Path) -> bool:
    """Mark `path` as being built, by a folder beside it; False when another process builds it."""
    mark = path.with_suffix(".building")
    try:
        private_folder(path.parent)
        if mark.is_dir() and time() - mark.stat().st_mtime > BUILD_SECONDS:
            mark.rmdir()
        mark.mkdir()
    except (OSError, ChainruleError):
        return False
    return True
